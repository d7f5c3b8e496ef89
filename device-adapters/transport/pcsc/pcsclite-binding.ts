import { err, ok, type Result } from '@yimen/contracts/base';
import type pcsclite from 'pcsclite';
import {
  ANSWER_BYTES,
  READER_STATE,
  type PcscCard,
  type PcscClient,
  type PcscFailure,
  type ReaderFacts,
  type StartPcsc,
} from './pcsc-binding.ts';
import { pcscliteFailure } from './pcsc-codes.table.ts';

// The library's types have no names to import.
type PCSCLite = ReturnType<typeof pcsclite>;
type CardReader = Parameters<Parameters<PCSCLite['on']>[1]>[0];

/** Connects by `pcsclite`, whose native part has to be built for this Node. */
export const startPcsclite: StartPcsc = async () => {
  let start: () => PCSCLite;
  try {
    ({ default: start } = await import('pcsclite'));
  } catch (error) {
    return err({ what: 'notBuilt', said: String(error).slice(0, 80) });
  }
  try {
    // Throws here and now when there is no daemon.
    return ok(new LiteClient(start()));
  } catch (error) {
    return err(pcscliteFailure(error));
  }
};

class LiteClient implements PcscClient {
  readonly readers = new Map<string, number>();
  readonly gone: Promise<PcscFailure>;
  readonly #found = new Map<string, LiteReader>();
  readonly #listeners: (() => void)[] = [];
  #isGone = false;

  constructor(client: PCSCLite) {
    this.gone = new Promise((resolve) => {
      const onError = (error: unknown): void => {
        this.#isGone = true;
        const failure = pcscliteFailure(error);
        // This user was let in at the start; a watch that is cut off while it is being set up gives the same number.
        resolve(failure.what === 'denied' ? { ...failure, what: 'noService' } : failure);
      };
      client.on('error', onError);
      client.on('reader', (reader) => {
        const found = new LiteReader(reader);
        this.#found.set(reader.name, found);
        // Without a listener the library's error would end this process.
        reader.on('error', onError);
        reader.on('status', ({ state, atr }) => {
          found.atr = Uint8Array.from(atr ?? []);
          this.#seen(reader.name, state);
        });
        reader.on('end', () => this.#seen(reader.name, READER_STATE.unavailable));
      });
    });
  }

  onChange(fn: () => void): void {
    this.#listeners.push(fn);
  }

  async connect(reader: string): Promise<Result<PcscCard, PcscFailure>> {
    const found = this.#found.get(reader);
    return found === undefined ? err({ what: 'noReader', said: 'removed' }) : found.connect();
  }

  /** The library has no call for attributes. */
  async facts(): Promise<ReaderFacts> {
    return {};
  }

  #seen(name: string, state: number): void {
    // With a dead daemon every reader ends too; which is the cause must not depend on what is told first.
    if (this.#isGone) return;
    if ((state & (READER_STATE.unknown | READER_STATE.unavailable)) !== 0) {
      this.readers.delete(name);
      this.#found.delete(name);
    } else {
      this.readers.set(name, state);
    }
    for (const fn of this.#listeners) fn();
  }
}

/** A reader, and the card in it: the library has one object for both. */
class LiteReader {
  /** As the daemon told it with the last change. */
  atr: Uint8Array = new Uint8Array(0);
  readonly #reader: CardReader;

  constructor(reader: CardReader) {
    this.#reader = reader;
  }

  async connect(): Promise<Result<PcscCard, PcscFailure>> {
    const reader = this.#reader;
    const share = { share_mode: reader.SCARD_SHARE_EXCLUSIVE };
    const connected = await called<number>((done) => reader.connect(share, done));
    if (!connected.ok) return connected;
    let protocol = connected.value;
    const disconnect = (how: number): Promise<Result<void, PcscFailure>> =>
      called((done) => reader.disconnect(how, (error) => done(error, undefined)));
    return ok({
      atr: async () => ok(this.atr),
      transmit: (apdu) => called((done) => reader.transmit(Buffer.from(apdu), ANSWER_BYTES, protocol, done)),
      reset: async () => {
        const apart = await disconnect(reader.SCARD_RESET_CARD);
        if (!apart.ok) return apart;
        const again = await called<number>((done) => reader.connect(share, done));
        if (again.ok) protocol = again.value;
        return again.ok ? ok(undefined) : again;
      },
      disconnect: () => disconnect(reader.SCARD_UNPOWER_CARD),
    });
  }
}

function called<T>(call: (done: (error: unknown, value: T) => void) => void): Promise<Result<T, PcscFailure>> {
  return new Promise((resolve) => {
    call((error, value) => resolve(error ? err(pcscliteFailure(error)) : ok(value)));
  });
}
