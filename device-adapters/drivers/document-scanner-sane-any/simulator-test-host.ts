import { inflateSync } from 'node:zlib';
import { concatBytes } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { createSimulatedScanner, type SimulatedScannerOptions } from './simulator.ts';

export const NAME = 'fujitsu:YM-D1:000048';
export const LIST = ['-f', '%d\t%v\t%m\t%t%n'];
export const LOOK = ['-d', NAME, '-A'];
/** 60 × 40 mm at 150 dpi are 354 × 236 pixels. */
const SMALL = ['-l', '0', '-x', '60', '-t', '0', '-y', '40'];

/** Arguments of a scan of a small corner, in grey at 150 dpi. */
export function scanOf(pages: number | 'all', ...more: readonly string[]): string[] {
  const count = pages === 'all' ? [] : [`--batch-count=${pages}`];
  const batch = ['--format=png', '--batch={folder}/%d.png', '--batch-start=1', ...count];
  return ['-d', NAME, '--source=ADF Front', '--mode=Gray', '--resolution=150', ...SMALL, ...more, ...batch];
}

/** `ended`, taken apart. */
export interface HeardEnd {
  readonly how: number;
  readonly code: number;
  readonly flags: number;
  readonly stderr: string;
  readonly stdout: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** A message, taken apart as far as its head goes. */
interface HeardMessage {
  readonly kind: number;
  readonly number: number;
  readonly payload: Buffer;
}

/** The bytes of one request. */
export function requestBytes(kind: number, number: number, payload: Uint8Array): Uint8Array {
  const head = Buffer.from('59530000000000000000', 'hex');
  head.writeUInt8(kind, 2);
  head.writeUInt16BE(number, 4);
  head.writeUInt32BE(payload.length, 6);
  return concatBytes(head, payload);
}

export function runPayload(args: readonly string[], deadlineMs: number, outputBytes: number): Uint8Array {
  const head = Buffer.alloc(9);
  head.writeUInt32BE(deadlineMs, 0);
  head.writeUInt32BE(outputBytes, 4);
  head.writeUInt8(args.length, 8);
  const texts = args.map((arg) => {
    const letters = Buffer.from(arg);
    return concatBytes(Uint8Array.of(letters.length >> 8, letters.length & 0xff), letters);
  });
  return concatBytes(head, ...texts);
}

/** A scanner and a host that speaks the carrier to it. */
export class ScanHost {
  readonly clock = new ManualClock();
  readonly scanner;
  heard = Buffer.alloc(0);
  channel: ByteChannel;
  #number = 0;

  constructor(options: SimulatedScannerOptions = {}, speed: 'real' | 'fast' = 'fast') {
    this.scanner = createSimulatedScanner({ clock: this.clock, random: seededRandom(1), speed }, options);
    this.channel = this.plugIn();
  }

  plugIn(): ByteChannel {
    const [host, device] = memoryChannelPair();
    this.scanner.attach(device);
    void this.#listen(host);
    this.channel = host;
    return host;
  }

  get state(): Readonly<Record<string, unknown>> {
    return this.scanner.state();
  }

  put(...things: readonly string[]): void {
    for (const thing of things) {
      const put = this.scanner.put(thing);
      if (!put.ok) throw new Error(put.error);
    }
  }

  wait(ms: number): Promise<void> {
    return runFor(this.clock, ms);
  }

  /** Sends a request. @returns its number */
  async send(kind: number, payload: Uint8Array = new Uint8Array(0), pieceBytes = 1 << 20): Promise<number> {
    this.#number += 1;
    const bytes = requestBytes(kind, this.#number, payload);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      await this.channel.write(bytes.subarray(at, at + pieceBytes));
      await this.wait(20);
    }
    return this.#number;
  }

  /** Begins a run and lets `ms` go by. @returns its end, if it has come */
  async run(args: readonly string[], { ms = 200, deadlineMs = 60_000, outputBytes = 1 << 28 } = {}): Promise<HeardEnd> {
    const number = await this.send(1, runPayload(args, deadlineMs, outputBytes));
    await this.wait(ms);
    return this.endOf(number);
  }

  /** @throws it has not come */
  endOf(number: number): HeardEnd {
    const ended = this.messages().find((message) => message.kind === 0x81 && message.number === number);
    if (ended === undefined) throw new Error('no end was told');
    const bytes = ended.payload;
    let at = 4;
    const text = (length: number): string => bytes.toString('utf8', at, (at += length));
    const sized = (): string => {
      at += 2;
      return text(bytes.readUInt16BE(at - 2));
    };
    const [stderr, stdout] = [sized(), sized()];
    const files = Array.from({ length: bytes.readUInt8(3) }, () => {
      at += 1;
      const name = text(bytes.readUInt8(at - 1));
      at += 4;
      return { name, bytes: bytes.readUInt32BE(at - 4) };
    });
    if (at !== bytes.length) throw new Error('more than an end');
    return { how: bytes.readUInt8(0), code: bytes.readUInt8(1), flags: bytes.readUInt8(2), stderr, stdout, files };
  }

  async take(file: number, offset: number, most = 32_768): Promise<Buffer> {
    const payload = Buffer.alloc(9);
    payload.writeUInt8(file, 0);
    payload.writeUInt32BE(offset, 1);
    payload.writeUInt32BE(most, 5);
    const number = await this.send(2, payload);
    const piece = this.messages().find((message) => message.kind === 0x82 && message.number === number);
    if (piece === undefined) throw new Error('no piece came');
    return piece.payload;
  }

  /** Fetches a whole file. */
  async file(file: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let offset = 0;
    for (let piece = await this.take(file, 0); piece.length > 0; piece = await this.take(file, offset)) {
      pieces.push(piece);
      offset += piece.length;
    }
    return Buffer.concat(pieces);
  }

  messages(): HeardMessage[] {
    const all: HeardMessage[] = [];
    for (let at = 0; at + 10 <= this.heard.length;) {
      const end = at + 10 + this.heard.readUInt32BE(at + 6);
      const payload = this.heard.subarray(at + 10, end);
      all.push({ kind: this.heard.readUInt8(at + 2), number: this.heard.readUInt16BE(at + 4), payload });
      at = end;
    }
    return all;
  }

  async #listen(channel: ByteChannel): Promise<void> {
    for await (const chunk of channel.chunks) this.heard = Buffer.concat([this.heard, chunk]);
  }
}

/** A PNG taken apart: size, and samples without their filters. */
export function seen(png: Buffer): {
  width: number;
  height: number;
  colourType: number;
  dpi: number;
  at(xMm: number, yMm: number): number[];
} {
  const chunks = new Map<string, Buffer[]>();
  for (let at = 8; at < png.length;) {
    const [length, type] = [png.readUInt32BE(at), png.toString('latin1', at + 4, at + 8)];
    chunks.set(type, [...(chunks.get(type) ?? []), png.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const [header = Buffer.alloc(13)] = chunks.get('IHDR') ?? [];
  const [width, height, colourType] = [header.readUInt32BE(0), header.readUInt32BE(4), header.readUInt8(9)];
  const samples = colourType === 2 ? 3 : 1;
  const rowBytes = width * samples;
  const packed = inflateSync(Buffer.concat(chunks.get('IDAT') ?? []));
  if (packed.length !== height * (1 + rowBytes)) throw new Error('not all rows');
  const pixels = Buffer.alloc(height * rowBytes);
  for (let y = 0; y < height; y += 1) {
    const isUp = packed[y * (1 + rowBytes)] === 2;
    for (let x = 0; x < rowBytes; x += 1) {
      const above = isUp ? (pixels[(y - 1) * rowBytes + x] ?? 0) : 0;
      pixels[y * rowBytes + x] = (packed[y * (1 + rowBytes) + 1 + x] ?? 0) + above;
    }
  }
  const dpi = Math.round((chunks.get('pHYs')?.[0]?.readUInt32BE(0) ?? 0) * 0.0254);
  const pixel = (mm: number): number => Math.floor((mm / 25.4) * dpi);
  const at = (xMm: number, yMm: number): number[] => {
    const from = pixel(yMm) * rowBytes + pixel(xMm) * samples;
    return [...pixels.subarray(from, from + samples)];
  };
  return { width, height, colourType, dpi, at };
}
