/** Stops a timer; calling it twice does nothing more. */
export type CancelTimer = () => void;

/** The only way a room learns the time or waits, so that a test moves time by hand. */
export interface Clock {
  /** Milliseconds since 1970 UTC; may jump. For records and for people, never for deadlines. */
  wallMs(): number;
  /** Milliseconds since the process (or boot) began; never goes back. For deadlines and durations. */
  monoMs(): number;
  /** Calls `fn` once after `ms` of monotonic time. */
  after(ms: number, fn: () => void): CancelTimer;
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
