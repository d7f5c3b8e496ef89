import type { ReactElement } from 'react';
import { useConsole } from '../console-context.ts';
import { Press } from '../parts/press.tsx';
import { wallTime } from '../parts/wall-time.ts';

/** The citizen's touch screen is taken for faulty: since when, what to do now, and that it was done. Nothing where it is
 *  not. */
export function TouchNotice(): ReactElement | null {
  const { words, state, send } = useConsole();
  const { touch, person } = state;
  if (touch === null) return null;
  const what = touch.what === 'ghost' ? words.home.touchGhost : words.home.touchSilent;
  return (
    <div className="card" role="alert">
      <p className="card__title">{what.replace('{since}', wallTime(touch.since))}</p>
      <p>{words.home.touchNext}</p>
      {person?.may.includes('clearTouch') === true ? (
        <Press look="main" onPress={() => send({ act: 'clearTouch' })}>
          {words.home.touchWorks}
        </Press>
      ) : null}
    </div>
  );
}
