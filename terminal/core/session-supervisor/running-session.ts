import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';
import type { SessionProcess } from './session-processes.ts';
import type { SessionPage } from './session-requests.ts';

export interface RunningSessionGiven {
  readonly sessionId: string;
  readonly purpose: 'citizen' | 'recovery';
  readonly process: SessionProcess;
  /** With which it opens its own way to the device host. */
  readonly hostKey: string;
}

/** A session that has its process: how far it is, and how long it may still take. */
export class RunningSession {
  readonly sessionId: string;
  readonly purpose: 'citizen' | 'recovery';
  readonly process: SessionProcess;
  readonly hostKey: string;
  /** Settled when it is over and everything of it is put away. */
  readonly over: Promise<void>;
  readonly setOver: () => void;
  page: SessionPage | undefined;
  isEnding = false;
  /** Whether anything was pressed after its beginning, when it has said so. */
  isUsed: boolean | undefined;
  readonly #clock: Clock;
  readonly #onTooLong: (why: string) => void;
  #deadline: CancelTimer = () => undefined;

  constructor(given: RunningSessionGiven, clock: Clock, onTooLong: (why: string) => void) {
    this.sessionId = given.sessionId;
    this.purpose = given.purpose;
    this.process = given.process;
    this.hostKey = given.hostKey;
    this.#clock = clock;
    this.#onTooLong = onTooLong;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.setOver = resolve;
    this.limit(CORE_LIMITS.listeningMs, 'it did not listen in time');
  }

  /** From now on it has this long; an earlier limit is lifted. */
  limit(ms: number, why: string): void {
    this.#deadline();
    this.#deadline = this.#clock.after(ms, () => {
      this.#onTooLong(why);
    });
  }

  noLimit(): void {
    this.#deadline();
  }

  /** It listens for its page; the first time its whole time begins. */
  listening(page: SessionPage): void {
    const isFirst = this.page === undefined;
    this.page = page;
    if (isFirst)
      this.limit(this.purpose === 'citizen' ? CORE_LIMITS.sessionMs : CORE_LIMITS.recoveryMs, 'it took too long');
  }
}
