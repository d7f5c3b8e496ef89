import type { Clock } from '@yimen/contracts/base';
import { limits } from '../limits.table.ts';

interface Failures {
  readonly count: number;
  readonly waitUntil: number;
}

/** Slows guessing without ever locking anybody out (trust design §7.3): after five wrong codes an address waits 15 s,
 *  doubling to 15 min with each further one. A right code clears it. Remembers a bounded number of addresses. */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds this address still has to wait; 0 = may try. */
  waitMs(address: string): number {
    return Math.max(0, (this.#failures.get(address)?.waitUntil ?? 0) - this.#clock.monoMs());
  }

  failed(address: string): void {
    const count = (this.#failures.get(address)?.count ?? 0) + 1;
    const over = count - limits.signInFailures;
    const wait = over < 0 ? 0 : Math.min(limits.signInWaitMaxMs, limits.signInWaitMs * 2 ** Math.min(over, 20));
    // Deleted first, so that the map stays in order of the last failure and the oldest is the one forgotten.
    this.#failures.delete(address);
    this.#failures.set(address, { count, waitUntil: this.#clock.monoMs() + wait });
    if (this.#failures.size > limits.signInAddresses) {
      const oldest = this.#failures.keys().next();
      if (oldest.done !== true) this.#failures.delete(oldest.value);
    }
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }
}
