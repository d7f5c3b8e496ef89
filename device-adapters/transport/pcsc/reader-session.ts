import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { READER_CONTROL } from '../../framing/apdu-message.ts';
import { LIMITS } from '../../limits.table.ts';
import { cardCount, hasCard, type PcscCard, type PcscClient, type PcscFailure } from './pcsc-binding.ts';

/** The reader's own words of the carrier, where a chip has none. */
const NO_CHIP = new Uint8Array(0);
const MUTE = Uint8Array.of(2);

export interface ReaderSessionOptions {
  readonly client: PcscClient;
  /** Exact name. */
  readonly reader: string;
  /** Answer to the identity question. */
  readonly identity: Uint8Array;
  readonly clock: Clock;
  /** Told once, when nothing more can be had from the reader. */
  readonly onLost: (failure: PcscFailure) => void;
}

/** One reader as the carrier of the travel-document driver has it: one message in, its answer out (orders have none).
 *  The card is taken exclusively at the first question about it and kept, so that nobody speaks in between; it is let
 *  go when the field is ordered off or the card leaves. Messages one after another. */
export class ReaderSession {
  readonly #options: ReaderSessionOptions;
  #card: PcscCard | undefined;
  /** The last ATR, and of which card it is. */
  #atr: { readonly bytes: Uint8Array; readonly count: number } | undefined;
  /** The host ordered the field off: no chip answers until it is ordered on. */
  #isOff = true;
  #isLost = false;
  #isWorking = false;
  #lettingGo: Promise<unknown> = Promise.resolve();
  #stir: () => void = () => undefined;

  constructor(options: ReaderSessionOptions) {
    this.#options = options;
    const { client, reader } = options;
    client.onChange(() => {
      this.#stir();
      const state = client.readers.get(reader);
      if (state === undefined) this.#lose({ what: 'noReader', said: 'removed' });
      // At once, for until then the daemon counts the reader as taken; but a card takes one call at a time.
      else if (!hasCard(state) && !this.#isWorking) void this.#letGo();
    });
    void client.gone.then((failure) => this.#lose(failure));
  }

  /** @returns the answer; `undefined` for orders, and when the reader was lost. */
  async take(message: Uint8Array): Promise<Uint8Array | undefined> {
    this.#isWorking = true;
    const answer = await this.#answer(message);
    if (!hasCard(this.#state())) await this.#letGo();
    this.#isWorking = false;
    return answer;
  }

  /** Lets the card go. */
  async end(): Promise<void> {
    this.#isLost = true;
    await this.#letGo();
  }

  async #answer(message: Uint8Array): Promise<Uint8Array | undefined> {
    const [order] = message;
    if (message.length > 1) return this.#exchange(message);
    switch (order) {
      case READER_CONTROL.powerOff:
        this.#isOff = true;
        await this.#letGo();
        return undefined;
      case READER_CONTROL.powerOn:
        this.#isOff = false;
        // An order has no answer; the next question meets whatever is wrong.
        void (await this.#connected());
        return undefined;
      case READER_CONTROL.reset:
        this.#isOff = false;
        await this.#reset();
        return undefined;
      case READER_CONTROL.askAtr:
        return this.#told(await this.#findAtr());
      case READER_CONTROL.askIdentity:
        return this.#options.identity;
      default:
        return undefined;
    }
  }

  async #exchange(apdu: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#isOff) return NO_CHIP;
    const card = await this.#connected();
    if (!card.ok) return this.#told(card);
    const count = cardCount(this.#state());
    const answer = await this.#inTime(card.value.transmit(apdu), LIMITS.pcscTransmitMs);
    // A chip's answer ends in two bytes of status; less would be taken for a word of the reader.
    if (answer.ok && answer.value.length >= 2) return answer.value;
    const failure: PcscFailure = answer.ok ? { what: 'silent', said: 'the answer is too short' } : answer.error;
    if (failure.what !== 'silent') return this.#told(err(failure));
    // A chip that was pulled looks like a silent one until the daemon has noticed.
    const isThere = await this.#isStillThere(count);
    await this.#letGo();
    return isThere ? MUTE : NO_CHIP;
  }

  /** The ATR of the card that is there. With the field ordered off it is remembered, or the card is woken for it once. */
  async #findAtr(): Promise<Result<Uint8Array, PcscFailure>> {
    const state = this.#state();
    if (this.#isOff && this.#atr !== undefined && hasCard(state) && this.#atr.count === cardCount(state))
      return ok(this.#atr.bytes);
    let atr = await this.#askAtr();
    // Another program reset the card; it lives, and a new connection is as good as the old.
    if (!atr.ok && atr.error.what === 'reset') {
      await this.#letGo();
      atr = await this.#askAtr();
    }
    if (atr.ok && atr.value.length < 2) atr = err({ what: 'mute', said: 'no ATR' });
    if (atr.ok) this.#atr = { bytes: atr.value, count: cardCount(state) };
    if (this.#isOff) await this.#letGo();
    return atr;
  }

  async #askAtr(): Promise<Result<Uint8Array, PcscFailure>> {
    const card = await this.#connected();
    return card.ok ? this.#inTime(card.value.atr(), LIMITS.pcscCallMs) : card;
  }

  async #reset(): Promise<void> {
    const card = await this.#connected();
    if (!card.ok) return;
    const done = await this.#inTime(card.value.reset(), LIMITS.pcscCallMs);
    if (!done.ok) await this.#letGo();
  }

  async #connected(): Promise<Result<PcscCard, PcscFailure>> {
    await this.#lettingGo;
    if (this.#card !== undefined) return ok(this.#card);
    if (!hasCard(this.#state())) return err({ what: 'noCard', said: 'empty' });
    const { client, reader } = this.#options;
    const card = await this.#inTime(client.connect(reader), LIMITS.pcscCallMs);
    if (card.ok) this.#card = card.value;
    return card;
  }

  async #letGo(): Promise<void> {
    const card = this.#card;
    this.#card = undefined;
    // What cannot be let go of is let go when this process ends.
    if (card !== undefined) this.#lettingGo = this.#inTime(card.disconnect(), LIMITS.pcscCallMs);
    await this.#lettingGo;
  }

  /** The answer that a failure is on the carrier; those that end the line have none. */
  async #told(answer: Result<Uint8Array | PcscCard, PcscFailure>): Promise<Uint8Array | undefined> {
    if (answer.ok) return answer.value instanceof Uint8Array ? answer.value : undefined;
    const { what, code } = answer.error;
    switch (what) {
      case 'noService':
      case 'noReader':
      case 'busy':
      case 'hung':
      case 'denied':
      case 'notBuilt':
        this.#lose(answer.error);
        return undefined;
      case 'noCard':
        await this.#letGo();
        return NO_CHIP;
      // The chip has forgotten its conversation: as good as mute.
      case 'reset':
      case 'mute':
      case 'silent':
        await this.#letGo();
        return MUTE;
      case 'other':
        await this.#letGo();
        return readerError(code);
    }
  }

  #state(): number {
    return this.#options.client.readers.get(this.#options.reader) ?? 0;
  }

  /** Waits, bounded, for the news that the card has left. */
  async #isStillThere(count: number): Promise<boolean> {
    const isThere = (): boolean => hasCard(this.#state()) && cardCount(this.#state()) === count;
    const late = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(LIMITS.pcscGoneMs, late.resolve);
    this.#stir = () => isThere() || late.resolve();
    if (!isThere()) late.resolve();
    await late.promise;
    this.#stir = () => undefined;
    cancel();
    return isThere();
  }

  #inTime<T>(call: Promise<Result<T, PcscFailure>>, ms: number): Promise<Result<T, PcscFailure>> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, () => {
        const failure: PcscFailure = { what: 'hung', said: 'no answer' };
        this.#lose(failure);
        resolve(err(failure));
      });
      void call.then((answer) => {
        cancel();
        resolve(answer);
      });
    });
  }

  #lose(failure: PcscFailure): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.onLost(failure);
  }
}

/** An error of the reader in the one byte that the carrier has for it: the last of PC/SC's number, but for those that
 *  mean something else there. */
function readerError(code: number | undefined): Uint8Array {
  const byte = (code ?? 0xff) & 0xff;
  return Uint8Array.of(byte > 2 ? byte : 0xff);
}
