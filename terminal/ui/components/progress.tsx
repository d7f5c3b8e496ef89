import type { ReactElement } from 'react';
import './lists.css';
import { usePage } from './page-context.ts';
import { shareDone } from './share-done.ts';
import { useNow } from './use-now.ts';

export interface ProgressProps {
  /** Milliseconds gone when the view came, and what is usual. */
  readonly elapsedMs: number;
  readonly usualMs: number;
}

/** Time gone against the usual time, counted on by the page. Says when it takes longer; never shows a hundred percent:
 *  the end is told by the next screen, not by a clock. */
export function Progress({ elapsedMs, usualMs }: ProgressProps): ReactElement {
  const { words, clock, sinceMs } = usePage();
  const now = useNow(clock);
  const goneMs = elapsedMs + Math.max(0, now - sinceMs);
  const { wait } = words;
  const gone = words.secondsShort(Math.floor(goneMs / 1000));
  const usual = words.secondsShort(Math.ceil(usualMs / 1000));
  const percent = Math.round(shareDone(goneMs, usualMs) * 100);
  return (
    <div className="progress">
      <div
        className="progress__line"
        role="progressbar"
        aria-label={wait.elapsed}
        aria-valuenow={percent}
        aria-valuetext={`${wait.elapsed} ${gone}, ${wait.usual} ${usual}`}
      >
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <rect className="progress__gone" width={percent} height="4" />
        </svg>
      </div>
      <div className="progress__words">
        <p>
          {wait.elapsed} <b>{gone}</b>
        </p>
        <p className="quiet-text">
          {wait.usual} {usual}
        </p>
      </div>
      <p className="progress__longer" role="status">
        {goneMs > usualMs ? wait.longer : ''}
      </p>
    </div>
  );
}
