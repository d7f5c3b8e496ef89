import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import { dueRestarts, type Restarted } from './due-restart.ts';

export interface UpkeepOptions {
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Wall time, set right by the fleet's. */
  readonly wallMs: () => number;
  /** Nobody is served, nothing is being settled, nobody's hands are inside. */
  readonly isIdle: () => boolean;
  /** Ends the device host; whoever keeps it running starts it again. False: not done. */
  readonly restartHost: () => Promise<boolean>;
  /** Ends core itself, likewise. */
  readonly endCore: () => void;
}

/** Starts processes of the terminal again while nobody is served: each night, and one that needs it. */
export interface Upkeep {
  start(): void;
  stop(): void;
  /** To be done as soon as nobody is served. A second wish for a process that waits for it changes nothing. */
  wish(restart: Restarted): void;
}

export function createUpkeep(options: UpkeepOptions): Upkeep {
  return new IdleUpkeep(options);
}

class IdleUpkeep implements Upkeep {
  readonly #options: UpkeepOptions;
  readonly #startedMono: number;
  #wishes: readonly Restarted[] = [];
  #idleSince: number | undefined;
  #notBefore = 0;
  #tick: CancelTimer = () => undefined;
  #isEnding = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#startedMono = options.clock.monoMs();
  }

  start(): void {
    this.#tick = this.#options.clock.after(CORE_LIMITS.upkeepLookMs, () => {
      void this.#look()
        .catch((error: unknown) => {
          // Nothing is restarted because of it; it is looked at again.
          this.#options.log.error({ err: error }, 'upkeep failed');
        })
        .then(() => {
          if (!this.#isEnding) this.start();
        });
    });
  }

  stop(): void {
    this.#isEnding = true;
    this.#tick();
  }

  wish(restart: Restarted): void {
    if (!this.#wishes.some(({ process }) => process === restart.process)) this.#wishes = [...this.#wishes, restart];
  }

  async #look(): Promise<void> {
    const { clock, wallMs, isIdle } = this.#options;
    const mono = clock.monoMs();
    this.#idleSince = isIdle() ? (this.#idleSince ?? mono) : undefined;
    const idleMs = this.#idleSince === undefined ? 0 : mono - this.#idleSince;
    const due = dueRestarts({ wishes: this.#wishes, upMs: mono - this.#startedMono, idleMs, wallMs: wallMs() });
    if (mono < this.#notBefore) return;
    for (const restart of due) {
      // Ending the host took a moment: somebody may have walked up in it.
      if (this.#isEnding || !isIdle()) return;
      if (!(await this.#perform(restart))) return;
    }
  }

  /** @returns whether it was done; else it is tried again after a pause */
  async #perform(restart: Restarted): Promise<boolean> {
    const { clock, journal, log, restartHost, endCore } = this.#options;
    log.info(restart, 'a process is restarted while nobody is served');
    const isCore = restart.process === 'core';
    // What ends core leaves nobody to tell it: recorded first.
    const isDone =
      (isCore || (await restartHost())) && journal.append([{ kind: 'process-restarted', fields: restart }]).ok;
    if (!isDone) {
      this.#notBefore = clock.monoMs() + CORE_LIMITS.upkeepAgainMs;
      return false;
    }
    this.#wishes = this.#wishes.filter(({ process }) => process !== restart.process);
    if (isCore) {
      this.stop();
      endCore();
    }
    return true;
  }
}
