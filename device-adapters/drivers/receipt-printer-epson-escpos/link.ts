import { concatBytes, err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { Ticket } from '../../driver-kit/reply-matcher.ts';
import type { Cut, Cutter } from '../../framing/cutter.ts';
import { createEscposStatusCutter, type EscposMessage } from '../../framing/escpos-status.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import {
  COMMANDS,
  decodeAutomatic,
  encodeInformationQuestion,
  encodeProcessId,
  encodeStatusQuestion,
  processId,
  type RawStatus,
  type StatusQuestion,
} from './protocol.ts';

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
  /** An automatic status came. */
  readonly onAutomatic: (raw: RawStatus) => void;
}

/** The line to the printer: questions with one answer, and print data with a process id behind it. One question at a
 *  time (the driver's queue); a process id may be out meanwhile. */
export class EscposLink {
  readonly #line: DeviceLine<EscposMessage>;
  #ids = 0;

  constructor(options: LinkOptions) {
    this.#line = new DeviceLine({
      ...options,
      createCutter: () => createMessageCutter(options.onAutomatic),
      gapMs: ESCPOS_LIMITS.gapMs,
    });
  }

  /** Opens when needed; `fresh`: the printer may be another, and its buffers may hold what a former host left.
   *  @fault what the transport says. */
  up(): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(ESCPOS_LIMITS.openMs);
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** DLE EOT n. Which n a byte answers it does not say itself: nothing else may be asked meanwhile.
   *  @fault timeOut, offline. */
  async askStatus(n: StatusQuestion): Promise<Result<number, Fault>> {
    const label = `status ${n}`;
    const ticket = this.#line.matcher.register(label, (m) => (m.kind === 'realtime' ? m.byte : undefined));
    return this.#asked(ticket, encodeStatusQuestion(n), ESCPOS_LIMITS.realtimeMs);
  }

  /** GS I n.
   *  @fault timeOut, offline. */
  async askInformation(n: number): Promise<Result<string, Fault>> {
    const label = `information ${n}`;
    const ticket = this.#line.matcher.register(label, (m) => (m.kind === 'information' ? m.text : undefined));
    return this.#asked(ticket, encodeInformationQuestion(n), ESCPOS_LIMITS.replyMs);
  }

  /** DLE DC4 8: nothing that was sent before is printed after this.
   *  @fault timeOut no clear response; offline. */
  async clearBuffers(): Promise<Result<void, Fault>> {
    const ticket = this.#line.matcher.register('clear response', (m) => (m.kind === 'cleared' ? m.kind : undefined));
    const cleared = await this.#asked(ticket, COMMANDS.clearBuffers, ESCPOS_LIMITS.clearMs);
    return cleared.ok ? ok(undefined) : cleared;
  }

  /** A command that has no answer.
   *  @fault offline. */
  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    return this.#line.write(bytes);
  }

  /** Sends `bytes` with a process id behind them.
   *  @returns the ticket for that id: it comes when all of it is printed.
   *  @fault offline the write failed; how much of it left is not known. */
  async print(bytes: Uint8Array): Promise<Result<Ticket<string>, Fault>> {
    const id = processId(this.#ids);
    this.#ids += 1;
    const ticket = this.#line.matcher.register(`process id ${id}`, (m) =>
      m.kind === 'processId' && m.id === id ? id : undefined,
    );
    const written = await this.#line.write(concatBytes(bytes, encodeProcessId(id)));
    if (written.ok) return ok(ticket);
    ticket.drop();
    return written;
  }

  async #asked<T>(ticket: Ticket<T>, question: Uint8Array, answerMs: number): Promise<Result<T, Fault>> {
    const written = await this.#line.write(question);
    if (!written.ok) {
      ticket.drop();
      return err(written.error);
    }
    return ticket.within(answerMs);
  }
}

/** Messages one by one; automatic statuses go to their listener, whoever waits for an answer never sees them. */
function createMessageCutter(onAutomatic: (raw: RawStatus) => void): Cutter<EscposMessage> {
  const cutter = createEscposStatusCutter();
  const sorted = (cuts: readonly Cut<readonly EscposMessage[]>[]): Cut<EscposMessage>[] =>
    cuts.flatMap((cut): Cut<EscposMessage>[] => (cut.kind === 'discarded' ? [cut] : answersIn(cut.frame)));
  const answersIn = (messages: readonly EscposMessage[]): Cut<EscposMessage>[] =>
    messages.flatMap((message): Cut<EscposMessage>[] => {
      if (message.kind !== 'automatic') return [{ kind: 'frame', frame: message }];
      onAutomatic(decodeAutomatic(message.bytes));
      return [];
    });
  return {
    push: (chunk) => sorted(cutter.push(chunk)),
    flush: () => sorted(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return cutter.discardedBytes;
    },
  };
}
