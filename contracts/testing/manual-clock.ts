import type { CancelTimer, Clock } from '../base/clock.ts';

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that stands still until a test moves it. Timers due at the same moment run in the order they were set. */
export class ManualClock implements Clock {
  #mono: number;
  #wallOffset: number;
  #order = 0;
  #waiting: Waiting[] = [];

  constructor(wallMs = 1_795_371_000_000, monoMs = 0) {
    this.#mono = monoMs;
    this.#wallOffset = wallMs - monoMs;
  }

  wallMs(): number {
    return this.#mono + this.#wallOffset;
  }

  monoMs(): number {
    return this.#mono;
  }

  /** How many timers wait: a test that ends with more than it expects has found a leak. */
  get waiting(): number {
    return this.#waiting.length;
  }

  after(ms: number, fn: () => void): CancelTimer {
    const timer: Waiting = { at: this.#mono + Math.max(0, ms), order: (this.#order += 1), fn };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== timer);
    };
  }

  /** Jumps the wall clock without touching monotonic time (a changed RTC). */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Moves time on by `ms`, running due timers one by one and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#mono + ms;
    await settle();
    for (;;) {
      const next = this.#waiting
        .filter((timer) => timer.at <= until)
        .toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#mono = Math.max(this.#mono, next.at);
      next.fn();
      await settle();
    }
    this.#mono = until;
    await settle();
  }
}

/** Lets everything that is already resolved run on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}
