import { err, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { offlineFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { Gm65Link } from './link.ts';
import type { RawCommand } from './protocol.ts';
import { lateFault } from './status.ts';

/** When a call must have ended, in monotonic milliseconds. */
export interface Until {
  readonly endMs: number;
}

export interface DialogueOptions {
  /** While it is lit a whole code may come before an answer. */
  readonly isLit: () => boolean;
  readonly onCodeBytes: (bytes: Uint8Array) => void;
  /** The reader cannot be reached, or does not answer. */
  readonly onLost: (fault: Fault) => void;
  /** The line was given up because a caller had no more time: it says nothing of the reader. */
  readonly onGivenUp: () => void;
}

/** Commands and answers within somebody's time. An answer names no command, so a missing one costs the line: it may
 *  still come. */
export class Gm65Dialogue {
  readonly #context: DriverContext;
  readonly #options: DialogueOptions;
  readonly #link: Gm65Link;
  #isUp = false;

  constructor(context: DriverContext, options: DialogueOptions) {
    this.#context = context;
    this.#options = options;
    this.#link = new Gm65Link({
      ...context,
      onCodeBytes: options.onCodeBytes,
      onLost: (detail) => this.#lost(offlineFault(detail)),
    });
  }

  /** Whether there is a line; an unanswered `try` may have cost it. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Opens the line when there is none.
   *  @fault offline, deviceBusy, configuration: what the transport says. */
  async up(until: Until): Promise<Result<'fresh' | 'same', Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    const up = await this.#link.up(Math.max(1, Math.min(GM65_LIMITS.openMs, leftMs)));
    this.#isUp = up.ok;
    if (!up.ok) this.#options.onLost(up.error);
    return up;
  }

  async drop(): Promise<void> {
    this.#isUp = false;
    await this.#link.drop();
  }

  async close(): Promise<void> {
    this.#isUp = false;
    await this.#link.close();
  }

  /** A command that a living reader answers.
   *  @fault timeOut, offline: the line is given up and the loss told; timeOut: the caller's time was over. */
  async ask(command: RawCommand, until: Until): Promise<Result<Uint8Array, Fault>> {
    const answer = await this.try(command, until);
    if (answer.ok || !this.#isUp) return answer;
    await this.drop();
    this.#lost(answer.error);
    return answer;
  }

  /** As `ask`, but silence costs nothing yet: the caller looks at what it means. The line is given up all the same
   *  when it was the caller's time that was over (`isUp`). */
  async try(command: RawCommand, until: Until): Promise<Result<Uint8Array, Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return this.#givenUp();
    const fullMs = this.#options.isLit() ? GM65_LIMITS.litAnswerMs : GM65_LIMITS.answerMs;
    const answer = await this.#link.exchange(command, Math.min(fullMs, leftMs));
    return !answer.ok && answer.error.code === 'timeOut' && leftMs < fullMs ? this.#givenUp() : answer;
  }

  /** The last word on a line that is about to be closed; nobody waits for more than its answer. */
  async tell(command: RawCommand): Promise<void> {
    if (this.#isUp) void (await this.#link.exchange(command, GM65_LIMITS.answerMs));
  }

  async #givenUp(): Promise<Result<never, Fault>> {
    await this.drop();
    this.#options.onGivenUp();
    return err(lateFault());
  }

  #lost(fault: Fault): void {
    this.#isUp = false;
    this.#options.onLost(fault);
  }
}
