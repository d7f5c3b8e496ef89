import { ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { createYmr1Cutter, encodeYmr1, type Ymr1Frame } from '../framing/ymr1.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { deviceFault, offlineFault } from './device-faults.ts';
import { DeviceLine } from './device-line.ts';
import type { DriverLog } from './driver.ts';
import { decodeRef1Fields, encodeRef1Fields, numberField, type Ref1Field, type Ref1Fields } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { REF1_COMMAND, REF1_RESULT, REF1_TAG } from './ref1-protocol.ts';

/** What came back of a read. `silent`: nothing, or only the word that it was accepted; `unsent`: nothing went out. */
export type Ref1Answer =
  | { readonly heard: 'completed'; readonly fields: Ref1Fields }
  | { readonly heard: 'refused'; readonly result: number }
  | { readonly heard: 'silent' | 'unsent'; readonly fault: Fault };

/** A command on its way; both promises settle by themselves (answer, time over, line lost) and never reject. */
export interface Ref1Sent {
  /** The result of the first answer, `00` for accepted. A `completed` that overtakes it says the same.
   *  @fault timeOut nothing within `acceptMs`; offline the line went away or refused the bytes. Either way it may have
   *  been heard. */
  readonly accepted: Promise<Result<number, Fault>>;
  /** The data of the second answer. */
  readonly completed: Promise<Result<Ref1Fields, Fault>>;
  /** Nobody waits for an answer any longer. */
  drop(): void;
}

/** A status change that nobody asked for. `fields` is missing when its data cannot be read. */
export interface Ref1Change {
  readonly changeNumber: number;
  readonly fields: Ref1Fields | undefined;
}

export interface Ref1LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: DriverLog;
  readonly onChange: (change: Ref1Change) => void;
  readonly onLost: (detail: string) => void;
}

/** The line to a reference device: numbers commands, brings both answers of each to whoever sent it (several may be
 *  under way), hands on status changes. It repeats reads and never an effect.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Frame", "Accepted, completed" */
export class Ref1Link {
  readonly #line: DeviceLine<Ymr1Frame>;
  readonly #options: Ref1LinkOptions;
  #seq: number;
  #pending = 0;

  constructor(options: Ref1LinkOptions) {
    this.#options = options;
    const [high = 0, low = 0] = options.random(2);
    this.#seq = (high << 8) | low;
    this.#line = new DeviceLine<Ymr1Frame>({
      ...options,
      createCutter: createYmr1Cutter,
      gapMs: REF1_LIMITS.quietMs,
      onUnasked: (frame) => this.#unasked(frame),
    });
  }

  get isUp(): boolean {
    return this.#line.isUp;
  }

  get counters(): { readonly discardedBytes: number; readonly lateAnswers: number } {
    return { discardedBytes: this.#line.discardedBytes, lateAnswers: this.#line.matcher.lateAnswers };
  }

  /** Opens when needed; `fresh` means that the device must be identified. */
  up(deadlineMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(deadlineMs);
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** The device began anew: no answer to anything sent before will come. */
  forgetAnswers(detail: string): void {
    this.#line.matcher.failAll(offlineFault(detail));
  }

  /** Sends a command once.
   *  @param withinMs how long both answers together may take.
   *  @fault offline, deviceBusy: nothing went out. */
  async send(command: number, fields: readonly Ref1Field[], withinMs: number): Promise<Result<Ref1Sent, Fault>> {
    return this.#send(this.#nextSeq(), command, fields, withinMs);
  }

  /** Sends a command that moves nothing, and once more when it is not even accepted: the same number again, so that a
   *  device which did hear it only repeats its answers. */
  async ask(
    command: number,
    fields: readonly Ref1Field[] = [],
    withinMs: number = REF1_LIMITS.readMs,
  ): Promise<Ref1Answer> {
    const seq = this.#nextSeq();
    let last: Ref1Answer = { heard: 'unsent', fault: offlineFault('not sent') };
    for (let sends = 0; sends < REF1_LIMITS.readSends; sends += 1) {
      const sent = await this.#send(seq, command, fields, withinMs);
      if (!sent.ok) return last.heard === 'silent' ? last : { heard: 'unsent', fault: sent.error };
      const accepted = await sent.value.accepted;
      if (accepted.ok) return this.#answered(sent.value, accepted.value);
      sent.value.drop();
      last = { heard: 'silent', fault: accepted.error };
    }
    return last;
  }

  async #answered(sent: Ref1Sent, result: number): Promise<Ref1Answer> {
    if (result !== REF1_RESULT.ok) return { heard: 'refused', result };
    const completed = await sent.completed;
    return completed.ok ? { heard: 'completed', fields: completed.value } : { heard: 'silent', fault: completed.error };
  }

  async #send(
    seq: number,
    command: number,
    fields: readonly Ref1Field[],
    withinMs: number,
  ): Promise<Result<Ref1Sent, Fault>> {
    if (!this.#line.isUp) return { ok: false, error: offlineFault('no line') };
    if (this.#pending >= REF1_LIMITS.pendingCommands)
      return { ok: false, error: deviceFault('deviceBusy', `${this.#pending} commands are under way`, 'suspend') };
    const name = `command ${command.toString(16).padStart(2, '0')}`;
    const taken = this.#line.matcher.register(`${name} accepted`, (frame) => {
      const answer = answerTo(frame, seq, command | REF1_COMMAND.acceptedBit);
      return answer && numberField(answer, REF1_TAG.result);
    });
    const ended = this.#line.matcher.register(name, (frame) =>
      answerTo(frame, seq, command | REF1_COMMAND.completedBit),
    );
    this.#pending += 1;
    const written = await this.#line.write(encodeYmr1({ seq, command, data: encodeRef1Fields(fields) }));
    const completed = ended.within(withinMs).finally(() => {
      this.#pending -= 1;
    });
    const drop = (): void => {
      taken.drop();
      ended.drop();
    };
    // What a broken line took of it before it broke nobody knows: not heard, but not unsent either.
    if (!written.ok) {
      drop();
      return ok({ accepted: Promise.resolve(written), completed, drop });
    }
    const first = taken.within(REF1_LIMITS.acceptMs);
    const overtaken = completed.then((end): Result<number, Fault> => (end.ok ? ok(REF1_RESULT.ok) : end));
    const accepted = Promise.race([first, overtaken]).then((result) => {
      taken.drop();
      // A refusal is the only answer.
      if (result.ok && result.value !== REF1_RESULT.ok) ended.drop();
      return result;
    });
    return ok({ accepted, completed, drop });
  }

  #unasked(frame: Ymr1Frame): boolean {
    if (frame.command !== REF1_COMMAND.statusChange) return false;
    this.#options.onChange({ changeNumber: frame.seq, fields: decodeRef1Fields(frame.data) });
    return true;
  }

  #nextSeq(): number {
    this.#seq = this.#seq >= 0xffff ? 1 : this.#seq + 1;
    return this.#seq;
  }
}

/** The data of `frame` when it is that answer to that command; data that cannot be read answers nothing. */
function answerTo(frame: Ymr1Frame, seq: number, command: number): Ref1Fields | undefined {
  return frame.seq === seq && frame.command === command ? decodeRef1Fields(frame.data) : undefined;
}
