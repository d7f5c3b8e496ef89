import type { ReactElement } from 'react';
import { Drawing } from './drawing.tsx';

/** The identity card (居民身份证), picture at the right, number at the foot, 320 × 202 with its corner at 0,0.
 *  @param marks the number, where it is to be read */
function IdCard({ marks }: { readonly marks: boolean }): ReactElement {
  return (
    <g>
      <rect className="d-paper" width="320" height="202" rx="16" />
      <path className="d-quiet" d="M26 40h96M26 68h130M26 96h140M26 124h104" />
      <rect className="d-box" x="206" y="26" width="88" height="112" rx="6" />
      <circle className="d-thin" cx="250" cy="66" r="19" />
      <path className="d-thin" d="M218 138c2-30 14-42 32-42s30 12 32 42" />
      {marks ? (
        <path className="d-act-thick" d="M30 172h60M104 172h86M204 172h50M268 172h22" />
      ) : (
        <path className="d-quiet" d="M26 172h268" />
      )}
    </g>
  );
}

/** The card alone, its number marked: what is to be typed. */
export function IdCardDrawing(): ReactElement {
  return (
    <Drawing>
      <g transform="translate(80 78) scale(2)">
        <IdCard marks />
      </g>
    </Drawing>
  );
}

/** The field on which a card is laid, seen from above. `lay`: it comes down; `reading`: it lies there; `lift`: it goes up. */
export function CardField({ motion }: { readonly motion: 'lay' | 'reading' | 'lift' }): ReactElement {
  const isMoving = motion !== 'reading';
  return (
    <Drawing>
      <rect className="d-paper" x="130" y="150" width="540" height="360" rx="28" />
      <rect className="d-thin" x="196" y="206" width="408" height="262" rx="20" />
      <rect className="d-light" x="160" y="176" width="24" height="24" rx="12" />
      <rect className="d-light" x="616" y="176" width="24" height="24" rx="12" />
      <g className={motion === 'lay' ? 'slide-in' : motion === 'lift' ? 'slide-out' : undefined}>
        <g transform={isMoving ? 'translate(240 96)' : 'translate(240 236)'}>
          <IdCard marks={false} />
        </g>
      </g>
      {motion === 'reading' ? <path className="d-act d-dots" d="M300 488h200" /> : null}
      {motion === 'lay' ? <path className="d-arrow" d="M400 316v126M364 408l36 36 36-36" /> : null}
      {motion === 'lift' ? <path className="d-arrow" d="M400 442V316M364 352l36-36 36 36" /> : null}
    </Drawing>
  );
}
