import type { Clock } from '@yimen/contracts/base';

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monoMs: () => Math.floor(performance.now()),
    after: (ms, fn) => {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
  };
}
