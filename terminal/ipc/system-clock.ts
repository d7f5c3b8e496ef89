import type { Clock } from '@yimen/contracts/base';

/** The machine's clock. `monoMs` counts whole milliseconds since this process began; a timer does not keep the process
 *  alive once everything else has ended. */
export function systemClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monoMs: () => Math.floor(performance.now()),
    after: (ms, fn) => {
      const timer = setTimeout(fn, ms);
      timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
