import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ApduMessageReader, encodeApduMessage, READER_CONTROL } from '../framing/apdu-message.ts';
import type { ByteChannel, CloseReason } from './byte-channel.ts';

/** What came back: a chip's bytes (an ATR or an answer with its status word, two bytes at least), or the reader's
 *  word that there is no chip, more than one, one that does not answer, or something this version does not know. */
export type ReaderAnswer =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'noChip' }
  | { readonly kind: 'collision' }
  | { readonly kind: 'mute' }
  | { readonly kind: 'unknown'; readonly vendorCode: string };

export interface ApduCarrierOptions {
  readonly clock: Clock;
  /** Longest message that is believed; a longer length closes the channel. */
  readonly messageBytes: number;
}

/** APDUs to and from one chip reader over a byte channel: length-prefixed messages of the shape that vpcd uses, from
 *  the host's side. One request at a time. Answers carry no number, so one that is late cannot be told from the next:
 *  a request that was not answered in time closes the channel, and a new one must be made. */
export class ApduCarrier {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #cutter: ApduMessageReader;
  #waiting: ((answer: Result<Uint8Array, Fault>) => void) | undefined;
  #unasked = 0;
  #gaveUpFor: Fault | undefined;

  constructor(channel: ByteChannel, options: ApduCarrierOptions) {
    this.#channel = channel;
    this.#clock = options.clock;
    this.#cutter = new ApduMessageReader(options.messageBytes);
    void this.#receive();
  }

  /** Why and when the line ended, as the channel tells it. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed;
  }

  /** Why this side closed the line, when it did: the channel only tells that it was closed. */
  get gaveUpFor(): Fault | undefined {
    return this.#gaveUpFor;
  }

  /** Messages that nobody had asked for; they are dropped. */
  get unaskedMessages(): number {
    return this.#unasked;
  }

  /** Orders the reader to switch the field on or off or to reset the chip; the reader does not answer these. */
  order(what: 'powerOff' | 'powerOn' | 'reset'): Promise<Result<void, Fault>> {
    return this.#channel.write(encodeApduMessage(Uint8Array.of(READER_CONTROL[what])));
  }

  /** The chip's answer to reset, as the reader has it. Moves and changes nothing: also the heartbeat. */
  askAtr(deadlineMs: number): Promise<Result<ReaderAnswer, Fault>> {
    return this.#ask(Uint8Array.of(READER_CONTROL.askAtr), deadlineMs);
  }

  /** The reader's own text about itself, as bytes; `noChip` (an empty message) when it has none. */
  askIdentity(deadlineMs: number): Promise<Result<ReaderAnswer, Fault>> {
    return this.#ask(Uint8Array.of(READER_CONTROL.askIdentity), deadlineMs);
  }

  /** Sends one command APDU (four bytes at least, so never mistaken for an order).
   *  @fault timeOut no answer in time: the channel is closed; offline the channel ended; deviceBusy a request runs. */
  exchange(apdu: Uint8Array, deadlineMs: number): Promise<Result<ReaderAnswer, Fault>> {
    return this.#ask(apdu, deadlineMs);
  }

  /** Ends the channel; a request that waits gets `offline`. */
  close(): Promise<void> {
    this.#settle(err(lineFault('offline', 'the channel was closed')));
    return this.#channel.close();
  }

  async #ask(payload: Uint8Array, deadlineMs: number): Promise<Result<ReaderAnswer, Fault>> {
    if (this.#waiting !== undefined)
      return err({ code: 'deviceBusy', message: 'a request is under way', action: 'softwareError' });
    const answer = new Promise<Result<Uint8Array, Fault>>((resolve) => {
      this.#waiting = resolve;
    });
    const cancel = this.#clock.after(deadlineMs, () => this.#giveUp(lineFault('timeOut', 'the reader did not answer')));
    const written = await this.#channel.write(encodeApduMessage(payload));
    if (!written.ok) this.#settle(written);
    const got = await answer;
    cancel();
    return got.ok ? ok(readerAnswer(got.value)) : got;
  }

  async #receive(): Promise<void> {
    for await (const chunk of this.#channel.chunks) {
      const messages = this.#cutter.push(chunk);
      if (!messages.ok) {
        this.#giveUp({ ...lineFault('offline', messages.error.message), vendorCode: messages.error.code });
        return;
      }
      for (const message of messages.value) {
        if (this.#waiting === undefined) this.#unasked += 1;
        this.#settle(ok(message));
      }
    }
    this.#settle(err(lineFault('offline', 'the line to the reader is gone')));
  }

  #giveUp(fault: Fault): void {
    this.#gaveUpFor ??= fault;
    this.#settle(err(fault));
    void this.#channel.close();
  }

  #settle(answer: Result<Uint8Array, Fault>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }
}

/** Empty: no chip. One byte: the reader's own word. Two or more: the chip's. */
function readerAnswer(message: Uint8Array): ReaderAnswer {
  const [first] = message;
  if (first === undefined) return { kind: 'noChip' };
  if (message.length > 1) return { kind: 'bytes', bytes: message };
  if (first === 1) return { kind: 'collision' };
  return first === 2
    ? { kind: 'mute' }
    : { kind: 'unknown', vendorCode: first.toString(16).padStart(2, '0').toUpperCase() };
}

function lineFault(code: 'offline' | 'timeOut', message: string): Fault {
  return { code, message, action: 'reset' };
}
