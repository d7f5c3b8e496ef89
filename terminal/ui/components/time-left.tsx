import type { ReactElement } from 'react';
import { usePage } from './page-context.ts';
import { useNow } from './use-now.ts';

const RADIUS = 32;
const ROUND = 2 * Math.PI * RADIUS;

/** The time that is left, as a ring and in seconds: drawn, never decided here. Nothing where no deadline runs. */
export function TimeLeft(): ReactElement | null {
  const { view, words, clock, sinceMs } = usePage();
  const now = useNow(clock);
  if (view.left === null) return null;
  const leftMs = Math.max(0, view.left.ms - (now - sinceMs));
  const share = view.left.ms === 0 ? 0 : leftMs / view.left.ms;
  const seconds = Math.ceil(leftMs / 1000);
  return (
    <div className="time-left" role="img" aria-label={words.timeLeft(seconds)}>
      <svg viewBox="0 0 72 72" aria-hidden="true" focusable="false">
        <circle cx="36" cy="36" r={RADIUS} />
        <circle className="time-left__rest" cx="36" cy="36" r={RADIUS} strokeDasharray={`${share * ROUND} ${ROUND}`} />
      </svg>
      <span aria-hidden="true">{seconds}</span>
    </div>
  );
}
