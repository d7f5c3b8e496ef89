import { concatBytes, ok, toHex } from '@yimen/contracts/base';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';

/** What the board says to one request: these bytes as they are; nothing; or what it says by itself. */
export type ScriptedReply = Uint8Array | undefined | 'own';

/** The reference model at rest (README.md): bits and registers by function and address. */
const AT_REST: readonly (readonly [fn: number, address: number, values: readonly number[]])[] = [
  [1, 0, [1, 1, 1]],
  [1, 8, [0]],
  [2, 0, [1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1]],
  [3, 0, [0, 0]],
  [3, 16, [0, 0, 0, 0]],
  [4, 0, [0x5943, 1, 0x0102, 0x4341, 0x4230, 0x3030, 0x3137]],
  [4, 16, [245, 100, 20]],
];

/** CRC by a table, not by the driver's code. */
const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? 0xa001 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

export function framed(unit: number, ...pdu: readonly number[]): Uint8Array<ArrayBuffer> {
  const counted = Uint8Array.of(unit, ...pdu);
  const crc = counted.reduce((sum, byte) => (CRC_TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8), 0xffff);
  return concatBytes(counted, Uint8Array.of(crc & 0xff, crc >> 8));
}

/** A board whose bits and registers a test sets, and whose every reply it may write by hand. It is no simulator: bolts
 *  and latches move only when a test says so. Each request is expected in a chunk of its own. */
export class ScriptedBoard {
  /** Requests heard: `2 0/16` reads 16 inputs from 0 on, `5 8=1`, `16 16=2`; other units with `@7`. */
  readonly heard: string[] = [];
  readonly values = new Map<string, number>();
  opens = 0;
  unit = 1;
  /** Requests that came while another was not answered yet. */
  overlaps = 0;
  /** Told of each request before it is answered. */
  onRequest: (name: string) => void = () => undefined;
  #end: ByteChannel | undefined;
  #open = 0;
  readonly #script = new Map<string, ScriptedReply[]>();

  constructor() {
    for (const [fn, address, values] of AT_REST)
      for (const [at, value] of values.entries()) this.set(fn, address + at, value);
  }

  set(fn: number, address: number, value: number): this {
    this.values.set(`${fn} ${address}`, value);
    return this;
  }

  get(fn: number, address: number): number | undefined {
    return this.values.get(`${fn} ${address}`);
  }

  /** Replies to a request (as in `heard`), in turn; the last one stays. Writes among them change nothing. */
  on(request: string, ...replies: ScriptedReply[]): this {
    this.#script.set(request, replies);
    return this;
  }

  off(request: string): this {
    this.#script.delete(request);
    return this;
  }

  say(bytes: Uint8Array): void {
    void this.#end?.write(bytes);
  }

  unplug(): void {
    void this.#end?.close();
  }

  readonly open: OpenChannel = async () => {
    this.opens += 1;
    const [host, end] = memoryChannelPair();
    this.#end = end;
    void this.#serve(end);
    return ok(host);
  };

  async #serve(end: ByteChannel): Promise<void> {
    for await (const chunk of end.chunks) {
      this.#open += 1;
      if (this.#open > 1) this.overlaps += 1;
      // Thinks for a turn, so that a second request could come in between.
      await new Promise((resolve) => setImmediate(resolve));
      const reply = this.#replyTo(chunk);
      this.#open -= 1;
      if (reply !== undefined) void (await end.write(reply));
    }
  }

  #replyTo(frame: Uint8Array): Uint8Array | undefined {
    const [unit = 0, fn = 0] = frame;
    if (toHex(framed(unit, ...frame.slice(1, -2))) !== toHex(frame)) throw new Error(`not a frame: ${toHex(frame)}`);
    const name = nameOf(frame) + (unit === this.unit ? '' : `@${unit}`);
    this.heard.push(name);
    this.onRequest(name);
    const replies = this.#script.get(name);
    const reply = replies === undefined ? 'own' : replies.length > 1 ? replies.shift() : replies[0];
    if (reply !== 'own') return reply;
    if (unit !== this.unit) return undefined;
    return framed(unit, ...(fn === 5 || fn === 16 ? this.#written(frame) : this.#read(frame)));
  }

  #read(frame: Uint8Array): readonly number[] {
    const fn = frame[1] ?? 0;
    const [address, count] = [word(frame, 2), word(frame, 4)];
    const values = Array.from({ length: count }, (_, at) => this.get(fn, address + at));
    if (values.includes(undefined)) return [fn | 0x80, 2];
    if (fn >= 3) return [fn, count * 2, ...values.flatMap((value = 0) => [value >> 8, value & 0xff])];
    const bytes = Array.from({ length: Math.ceil(count / 8) }, (_, byte) =>
      values.slice(byte * 8, byte * 8 + 8).reduce((sum: number, bit = 0, at) => sum | (bit << at), 0),
    );
    return [fn, bytes.length, ...bytes];
  }

  #written(frame: Uint8Array): readonly number[] {
    const fn = frame[1] ?? 0;
    const address = word(frame, 2);
    const [read, value] = fn === 5 ? [1, word(frame, 4) === 0xff00 ? 1 : 0] : [3, word(frame, 7)];
    if (this.get(read, address) === undefined) return [fn | 0x80, 2];
    if (read === 3 && address === 1) this.set(3, 0, (this.get(3, 0) ?? 0) & ~value);
    else this.set(read, address, value);
    return [...frame.slice(1, 6)];
  }
}

function nameOf(frame: Uint8Array): string {
  const fn = frame[1] ?? 0;
  const address = word(frame, 2);
  if (fn === 5) return `5 ${address}=${word(frame, 4) === 0xff00 ? 1 : 0}`;
  return fn === 16 ? `16 ${address}=${word(frame, 7)}` : `${fn} ${address}/${word(frame, 4)}`;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
