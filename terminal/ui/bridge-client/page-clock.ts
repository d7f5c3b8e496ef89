import type { Clock } from '@yimen/contracts/base';

/** The browser's clock: time since the page was opened, and the wall time for people. */
export const pageClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after(ms, fn) {
    const timer = window.setTimeout(fn, ms);
    return () => {
      window.clearTimeout(timer);
    };
  },
};
