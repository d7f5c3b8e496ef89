import { err, ok, type Result } from '@yimen/contracts/base';
import type * as pcsc from 'pcsc-mini';
import {
  ANSWER_BYTES,
  READER_STATE,
  type PcscCard,
  type PcscClient,
  type PcscFailure,
  type ReaderFacts,
  type StartPcsc,
} from './pcsc-binding.ts';
import { pcscMiniFailure } from './pcsc-codes.table.ts';
import { firmwareText } from './reader-identity.ts';

type Library = typeof pcsc;

/** SCARD_ATTR_VENDOR_IFD_SERIAL_NO and …_IFD_VERSION. @source PC/SC part 3 §3.1.1 */
const SERIAL_ATTRIBUTE = 0x0001_0103;
const VERSION_ATTRIBUTE = 0x0001_0102;

/** Connects by `pcsc-mini`. */
export const startPcscMini: StartPcsc = async () => {
  let library: Library;
  try {
    library = await import('pcsc-mini');
  } catch (error) {
    return err({ what: 'notBuilt', said: String(error).slice(0, 80) });
  }
  const client = new library.Client();
  const connection = new MiniClient(client, library);
  try {
    // Throws here and now when there is no daemon.
    client.start();
  } catch (error) {
    return err(pcscMiniFailure(error));
  }
  return ok(connection);
};

class MiniClient implements PcscClient {
  readonly readers = new Map<string, number>();
  readonly gone: Promise<PcscFailure>;
  readonly #client: pcsc.Client;
  readonly #library: Library;
  readonly #listeners: (() => void)[] = [];

  constructor(client: pcsc.Client, library: Library) {
    this.#client = client;
    this.#library = library;
    this.gone = new Promise((resolve) => {
      client.on('error', (error) => resolve(pcscMiniFailure(error)));
    });
    client.on('reader', (reader) => {
      const name = reader.name();
      // The ATR that comes along is that of another moment, or of nothing; a card is asked for its own.
      reader.on('change', (status) => this.#seen(name, status.raw));
      reader.on('disconnect', () => this.#seen(name, READER_STATE.unavailable));
    });
  }

  onChange(fn: () => void): void {
    this.#listeners.push(fn);
  }

  async connect(reader: string): Promise<Result<PcscCard, PcscFailure>> {
    const { CardMode } = this.#library;
    const card = await this.#tried((found) => found.connect(CardMode.EXCLUSIVE), reader);
    return card.ok ? ok(new MiniCard(card.value, this.#library)) : card;
  }

  async facts(reader: string): Promise<ReaderFacts> {
    const { CardMode, CardDisposition, Protocol } = this.#library;
    // Without a card: to the reader itself.
    const direct = await this.#tried((found) => found.connect(CardMode.DIRECT, Protocol.UNSET), reader);
    if (!direct.ok) return {};
    const serial = await answered(() => direct.value.attributeGet(SERIAL_ATTRIBUTE));
    const version = await answered(() => direct.value.attributeGet(VERSION_ATTRIBUTE));
    void (await answered(() => direct.value.disconnect(CardDisposition.LEAVE)));
    return {
      serial: serial.ok ? textOf(serial.value) : undefined,
      firmware: version.ok ? firmwareText(version.value) : undefined,
    };
  }

  async #tried<T>(
    act: (reader: NonNullable<ReturnType<pcsc.Client['reader']>>) => Promise<T>,
    name: string,
  ): Promise<Result<T, PcscFailure>> {
    const reader = this.#client.reader(name);
    if (reader === undefined) return err({ what: 'noReader', said: 'removed' });
    return answered(() => act(reader));
  }

  #seen(name: string, state: number): void {
    if ((state & (READER_STATE.unknown | READER_STATE.unavailable)) !== 0) this.readers.delete(name);
    else this.readers.set(name, state);
    for (const fn of this.#listeners) fn();
  }
}

class MiniCard implements PcscCard {
  readonly #buffer = new ArrayBuffer(ANSWER_BYTES);
  readonly #card: pcsc.Card;
  readonly #library: Library;

  constructor(card: pcsc.Card, library: Library) {
    this.#card = card;
    this.#library = library;
  }

  atr(): Promise<Result<Uint8Array, PcscFailure>> {
    return answered(async () => Uint8Array.from((await this.#card.state()).atr));
  }

  transmit(apdu: Uint8Array): Promise<Result<Uint8Array, PcscFailure>> {
    // Without a buffer of ours the library's holds no more than a short answer.
    return answered(async () => {
      const answer = Uint8Array.from(await this.#card.transmit(apdu, this.#buffer));
      // What a chip gave must not lie around after it was handed over.
      new Uint8Array(this.#buffer).fill(0, 0, answer.length);
      return answer;
    });
  }

  reset(): Promise<Result<void, PcscFailure>> {
    const { CardMode, CardDisposition } = this.#library;
    return answered(async () => {
      await this.#card.reconnect(CardMode.EXCLUSIVE, CardDisposition.RESET);
    });
  }

  disconnect(): Promise<Result<void, PcscFailure>> {
    return answered(() => this.#card.disconnect(this.#library.CardDisposition.UNPOWER));
  }
}

async function answered<T>(call: () => Promise<T>): Promise<Result<T, PcscFailure>> {
  try {
    return ok(await call());
  } catch (error) {
    return err(pcscMiniFailure(error));
  }
}

/** Attributes that are text end in zeros. */
function textOf(bytes: Uint8Array): string | undefined {
  return Buffer.from(bytes).toString('latin1').replace(/\0+$/u, '').trim() || undefined;
}
