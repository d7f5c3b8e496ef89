import type { HidBinding, HidPort, ListedHid } from '../hid-binding.ts';
import type { HidNode, HidNodes } from '../hid-node.ts';

const PATH = '/dev/hidraw3';

/** A reader as a machine lists it. */
export function listedHid(more: Partial<ListedHid> = {}): ListedHid {
  return {
    path: PATH,
    vendorId: 0x0c2e,
    productId: 0x0b61,
    manufacturer: 'Example',
    product: 'Scanner 1900',
    serial: 'SN-1',
    release: 0x0110,
    usages: [{ page: 0x8c, usage: 2 }],
    ...more,
  };
}

/** A library whose every answer a test gives by hand, with the behaviours of the real one: errors are words, as an
 *  `Error` or bare; a second close rejects; a read that was under way at the close ends some time or never. */
export class FakeHid implements HidBinding, HidPort {
  devices: readonly ListedHid[] = [listedHid()];
  /** Why `open` rejects. */
  refuses: unknown;
  /** What `write` and `sendFeature` do; `undefined`: the device takes nothing. */
  takes: (() => Promise<void>) | undefined = async () => undefined;
  readonly opened: string[] = [];
  readonly written: string[] = [];
  closes = 0;
  reads = 0;
  #isClosed = false;
  #reading = Promise.withResolvers<Uint8Array>();

  async list(): Promise<readonly ListedHid[]> {
    return this.devices;
  }

  async open(path: string): Promise<HidPort> {
    this.opened.push(path);
    if (this.refuses !== undefined) throw this.refuses;
    this.#isClosed = false;
    return this;
  }

  read(): Promise<Uint8Array> {
    this.reads += 1;
    this.#reading = Promise.withResolvers();
    return this.#reading.promise;
  }

  write(report: Uint8Array): Promise<void> {
    return this.#take('output', report);
  }

  sendFeature(report: Uint8Array): Promise<void> {
    return this.#take('feature', report);
  }

  async close(): Promise<void> {
    this.closes += 1;
    if (this.#isClosed) throw new TypeError('device is already closed');
    this.#isClosed = true;
  }

  /** An input report. */
  async says(...bytes: number[]): Promise<void> {
    this.#reading.resolve(Uint8Array.from(bytes));
    await turns();
  }

  /** Rejects the read that is under way, with a bare string as the library's reading half does. */
  async fails(words: string): Promise<void> {
    this.#reading.promise.catch(() => undefined);
    this.#reading.reject(words);
    await turns();
  }

  #take(kind: string, report: Uint8Array): Promise<void> {
    this.written.push(`${kind} ${Buffer.from(report).toString('hex')}`);
    return this.takes?.() ?? new Promise(() => undefined);
  }
}

/** The file system's side: the node of one device and who has it open. */
export class FakeNodes implements HidNodes {
  node: HidNode | undefined;
  /** What each question after holders is answered with, in turn; then nobody. */
  readonly held: number[][] = [];

  /** @param rdev one number per test: devices that are open are remembered by it */
  constructor(rdev: number) {
    this.node = { dev: 5, ino: 100 + rdev, rdev, isDevice: true };
  }

  async real(path: string): Promise<string> {
    return path === '/dev/scanner' ? PATH : path;
  }

  async look(): Promise<HidNode | undefined> {
    return this.node;
  }

  async holders(): Promise<readonly number[]> {
    return this.held.shift() ?? [];
  }
}

export async function turns(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
