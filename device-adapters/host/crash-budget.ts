import type { Clock } from '@yimen/contracts/base';
import { LIMITS } from '../limits.table.ts';

/** How often a driver's process may die before it is kept down: unlimited restarts keep a sick device moving. */
export class CrashBudget {
  readonly #clock: Clock;
  #deaths: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One more death, now.
   *  @returns the pause before the next start, or `quarantine` with the third death within ten minutes. */
  died(): { readonly restartMs: number } | 'quarantine' {
    const now = this.#clock.monoMs();
    this.#deaths = [...this.#deaths.filter((at) => now - at < LIMITS.childCrashWindowMs), now];
    if (this.#deaths.length >= LIMITS.childCrashesAllowed) return 'quarantine';
    return { restartMs: LIMITS.childRestartFirstMs * 2 ** (this.#deaths.length - 1) };
  }
}
