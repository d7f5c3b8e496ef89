import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

interface Finger {
  /** Where its root is, how it leans, how long it is. */
  readonly place: string;
  readonly heightPx: number;
  readonly widthPx: number;
}

/** The right hand seen from above, thumb first. */
const FINGERS: readonly Finger[] = [
  { place: 'translate(286 420) rotate(-48)', heightPx: 176, widthPx: 66 },
  { place: 'translate(322 336) rotate(-9)', heightPx: 206, widthPx: 60 },
  { place: 'translate(396 322) rotate(-1)', heightPx: 238, widthPx: 62 },
  { place: 'translate(470 334) rotate(7)', heightPx: 210, widthPx: 58 },
  { place: 'translate(532 370) rotate(17)', heightPx: 158, widthPx: 52 },
];
const ONE_HAND = 5;

/** A hand from above on the window, one finger marked.
 *  @param finger ISO/IEC 19794-2: 1 right thumb … 5 right little finger, 6 left thumb … 10 left little finger
 *  @param isLifted the hand goes up, off the window */
export function Hand({ finger, isLifted }: { readonly finger: number; readonly isLifted: boolean }): ReactElement {
  const isLeft = finger > ONE_HAND;
  const marked = (finger - 1) % ONE_HAND;
  return (
    <Drawing>
      <g transform={isLeft ? 'translate(800 0) scale(-1 1)' : undefined}>
        {FINGERS.map(({ place, heightPx, widthPx }, at) => (
          <g key={place} transform={place}>
            <rect
              className={at === marked ? 'd-chosen' : 'd-paper'}
              x={-widthPx / 2}
              y={-heightPx}
              width={widthPx}
              height={heightPx + 40}
              rx={widthPx / 2}
            />
            {at === marked ? (
              <path className="d-chosen-ring" d={`M-14 ${-heightPx + 34}a14 16 0 0 1 28 0M0 ${-heightPx + 36}v22`} />
            ) : (
              <path className="d-thin" d={`M-12 ${-heightPx + 34}a12 14 0 0 1 24 0`} />
            )}
          </g>
        ))}
        <path
          className="d-paper"
          d="M296 352c0-24 20-34 44-34h150c40 0 66 22 66 62v72c0 40-20 62-44 84v24H330v-24c-26-30-54-52-64-92-6-30 10-48 30-40z"
        />
      </g>
      {isLifted ? (
        <path className="d-arrow" d={isLeft ? 'M690 400V220M654 258l36-38 36 38' : 'M110 400V220M74 258l36-38 36 38'} />
      ) : null}
    </Drawing>
  );
}
