import type { ManualClock } from '@yimen/contracts/testing';

/** Moves the clock on in small steps until `promise` has settled, letting everything that is resolved run in between.
 *  @throws when it has not settled after `limitMs` of simulated time: a wait without a deadline. */
export async function runUntil<T>(clock: ManualClock, promise: Promise<T>, limitMs = 120_000, stepMs = 20): Promise<T> {
  let isSettled = false;
  const watched = promise.finally(() => {
    isSettled = true;
  });
  watched.catch(() => undefined);
  for (let ms = 0; ms <= limitMs; ms += stepMs) {
    await settle();
    if (isSettled) return watched;
    await clock.advance(stepMs);
  }
  throw new Error(`not settled after ${limitMs} ms`);
}

/** Moves the clock on by `ms`, in small steps. */
export async function runFor(clock: ManualClock, ms: number, stepMs = 20): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await settle();
    await clock.advance(Math.min(stepMs, ms - passed));
  }
  await settle();
}

/** Lets every resolved promise run on: a macrotask comes after all of them. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
