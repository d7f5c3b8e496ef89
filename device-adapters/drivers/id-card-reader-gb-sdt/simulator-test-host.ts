import { ManualClock, type SyntheticIdCard } from '@yimen/contracts/testing';
import { seededRandom } from '../../testing/contract-bench.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { createSimulatedSdtReader } from './simulator.ts';

/** Whole requests, byte by byte as the manual has them. */
export const SAY = {
  reset: 'aaaaaa9669000310ffec',
  status: 'aaaaaa9669000311ffed',
  samId: 'aaaaaa9669000312ffee',
  find: 'aaaaaa96690003200122',
  select: 'aaaaaa96690003200221',
  read: 'aaaaaa96690003300132',
  readAll: 'aaaaaa96690003301023',
  address: 'aaaaaa96690003300330',
  body: 'aaaaaa96690003300536',
  baud9600: 'aaaaaa96690003600467',
  rf50: 'aaaaaa9669000461ff50ca',
} as const;

/** Whole replies. */
export const HEAR = {
  ok: 'aaaaaa9669000400009094',
  found: 'aaaaaa9669000800009f0000000097',
  noCard: 'aaaaaa9669000400008084',
  selected: 'aaaaaa9669000c00009000000000000000009c',
  notSelected: 'aaaaaa9669000400008185',
  notRead: 'aaaaaa9669000400004145',
  notFoundYet: 'aaaaaa9669000400003430',
  noContent: 'aaaaaa9669000400009195',
  checksum: 'aaaaaa9669000400001014',
  length: 'aaaaaa9669000400001115',
  badCommand: 'aaaaaa9669000400002125',
} as const;

/** A reader and somebody who sends it bytes and listens. */
export class SdtHost {
  readonly clock = new ManualClock();
  readonly reader;
  #channel: ByteChannel;
  #heard = '';

  constructor(speed: 'real' | 'fast' = 'fast', cards?: readonly SyntheticIdCard[]) {
    const context = { clock: this.clock, random: seededRandom(1), speed };
    this.reader = createSimulatedSdtReader(context, cards === undefined ? {} : { cards });
    this.#channel = this.#plugIn();
  }

  get state() {
    return this.reader.state();
  }

  /** A new host on the line; what was said to the earlier one is forgotten. */
  reconnect(): void {
    this.#heard = '';
    this.#channel = this.#plugIn();
  }

  /** Sends bytes and gives what has been heard `ms` later, as hex. */
  async say(hex: string, ms = 0): Promise<string> {
    await this.#channel.write(Buffer.from(hex, 'hex'));
    return this.pass(ms);
  }

  /** Lets time go by, and gives what was heard since the last look. */
  async pass(ms: number): Promise<string> {
    await this.clock.advance(ms);
    const heard = this.#heard;
    this.#heard = '';
    return heard;
  }

  /** Lays a card on, finds it and selects it. */
  async ready(thing = 'id-li-na'): Promise<void> {
    this.reader.put(thing);
    await this.say(SAY.find, 100);
    await this.say(SAY.select, 100);
  }

  #plugIn(): ByteChannel {
    const [host, end] = memoryChannelPair(1_000_000);
    this.reader.attach(end);
    void this.#listen(host);
    return host;
  }

  async #listen(host: ByteChannel): Promise<void> {
    for await (const chunk of host.chunks) this.#heard += Buffer.from(chunk).toString('hex');
  }
}

/** What a good read of a card brings, taken apart at the manual's places. */
export function takenApart(reply: string): { lengths: number[]; text: Buffer; photo: Buffer; fingerprint: Buffer } {
  const bytes = Buffer.from(reply, 'hex');
  // Preamble 5, length 2, status words 3; the pieces' lengths are two or three pairs.
  const data = bytes.subarray(10, -1);
  const pairs = data.length % 1_024 === 256 + 6 ? 3 : 2;
  const lengths = Array.from({ length: pairs }, (_, i) => data.readUInt16BE(i * 2));
  const at = pairs * 2;
  return {
    lengths,
    text: data.subarray(at, at + 256),
    photo: data.subarray(at + 256, at + 1_280),
    fingerprint: data.subarray(at + 1_280),
  };
}
