import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { DeviceLine, type DeviceLineOptions } from '../../driver-kit/device-line.ts';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND, type SaneMessage } from '../../framing/sane-message.ts';
import { decodeSaneEnd, encodeSaneRun, encodeSaneTake, SANE_BOUNDS, type SaneEnd } from '../../framing/sane-run.ts';
import { SANE_LIMITS } from './limits.table.ts';
import { malformedTrouble } from './status.ts';

export type LinkOptions = Pick<DeviceLineOptions<SaneMessage>, 'open' | 'clock' | 'log' | 'onLost'> & {
  /** Told when a new channel is made: another scanner may be there. */
  readonly onFresh: () => void;
};

/** One run. */
export interface Ask {
  /** For messages. */
  readonly what: string;
  readonly args: readonly string[];
  readonly deadlineMs: number;
  readonly graceMs: number;
  readonly outputBytes: number;
  /** Only on the channel that is up. */
  readonly isBound?: boolean;
  /** Ends the run. */
  readonly signal?: AbortSignal;
}

const NUMBER_MOST = 0xffff;
const NONE = new Uint8Array(0);

/** Runs of scanimage and the pages they leave, one request at a time. What was not answered in time costs the channel,
 *  and with it the program ends. */
export class SaneLink {
  readonly clock: Clock;
  readonly #line: DeviceLine<SaneMessage>;
  readonly #options: LinkOptions;
  readonly #exchanges = new CommandQueue();
  #number = 0;

  constructor(options: LinkOptions) {
    this.clock = options.clock;
    this.#options = options;
    this.#line = new DeviceLine({ ...options, createCutter: createSaneMessageCutter, gapMs: SANE_LIMITS.gapMs });
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Runs scanimage once.
   *  @returns how it ended, whatever came of it.
   *  @fault offline, timeOut, configuration: the channel is gone, and the program with it. */
  run(ask: Ask): Promise<Result<SaneEnd, Fault>> {
    return this.#exchanges.run(async () => {
      if (ask.isBound !== true) {
        const up = await this.#line.up(SANE_LIMITS.openMs);
        if (!up.ok) return up;
        if (up.value === 'fresh') this.#options.onFresh();
      }
      const { args, deadlineMs, outputBytes, what, graceMs, signal } = ask;
      const payload = encodeSaneRun({ args, deadlineMs, outputBytes });
      const answer = await this.#exchange(what, SANE_KIND.run, payload, deadlineMs + graceMs, signal);
      if (!answer.ok) return answer;
      const end = decodeSaneEnd(answer.value);
      return end === undefined ? err(malformedTrouble().fault) : ok(end);
    });
  }

  /** Fetches a file of the last run, all of it.
   *  @fault hardwareError it is shorter than was said; offline, timeOut the channel is gone. */
  async fetch(file: number, bytes: number, deadlineAt: number): Promise<Result<Uint8Array, Fault>> {
    const whole = new Uint8Array(bytes);
    for (let offset = 0; offset < bytes;) {
      const late = this.clock.monoMs() > deadlineAt;
      const piece = late
        ? err(deviceFault('timeOut', 'no time left for the pages', 'reset'))
        : await this.#take(file, offset);
      if (!piece.ok || piece.value.length === 0 || offset + piece.value.length > bytes) {
        whole.fill(0);
        return piece.ok ? err(deviceFault('hardwareError', 'a page ended too early', 'reset', 'sane-piece')) : piece;
      }
      whole.set(piece.value, offset);
      offset += piece.value.length;
      piece.value.fill(0);
    }
    return ok(whole);
  }

  /** Overwrites what the last run left. Whether it was heard does not matter: the next run does the same. */
  async forget(): Promise<void> {
    if (!this.#line.isUp) return;
    void (await this.#exchanges.run(() => this.#exchange('forget', SANE_KIND.forget, NONE, SANE_LIMITS.answerMs)));
  }

  #take(file: number, offset: number): Promise<Result<Uint8Array, Fault>> {
    const payload = encodeSaneTake({ file, offset, most: SANE_BOUNDS.pieceBytes });
    return this.#exchanges.run(() => this.#exchange('take', SANE_KIND.take, payload, SANE_LIMITS.answerMs));
  }

  async #exchange(
    what: string,
    kind: number,
    payload: Uint8Array,
    answerMs: number,
    signal?: AbortSignal,
  ): Promise<Result<Uint8Array, Fault>> {
    const number = (this.#number % NUMBER_MOST) + 1;
    this.#number = number;
    const ticket = this.#line.matcher.register(what, (message) =>
      message.number === number && message.kind === ANSWER[kind] ? message.payload : undefined,
    );
    const written = await this.#line.write(encodeSaneMessage({ kind, number, payload }));
    if (!written.ok) {
      ticket.drop();
      return written;
    }
    const cancel = (): void =>
      void this.#line.write(encodeSaneMessage({ kind: SANE_KIND.cancel, number, payload: NONE }));
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    const answer = await ticket.within(answerMs);
    signal?.removeEventListener('abort', cancel);
    if (!answer.ok && answer.error.code === 'timeOut') await this.#line.drop();
    return answer;
  }
}

/** Which kind answers which. */
const ANSWER: Readonly<Record<number, number>> = {
  [SANE_KIND.run]: SANE_KIND.ended,
  [SANE_KIND.take]: SANE_KIND.piece,
  [SANE_KIND.forget]: SANE_KIND.forgotten,
};
