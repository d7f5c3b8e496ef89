import { concatBytes, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { createSimulatedEscposPrinter, type SimulatedEscposOptions } from './simulator.ts';

/** Bytes to send; of a text the codes of its characters. */
export type Said = string | readonly number[] | Uint8Array;

/** Written by hand from the command reference; characters stand for their ASCII code. */
export const INIT = [0x1b, 0x40];
export const CHINESE_ON = [0x1c, 0x26];
export const CHINESE_OFF = [0x1c, 0x2e];
export const CUT = [0x1d, 0x56, 0x42, 0];
export const CLEAR = [0x10, 0x14, 8, 1, 3, 0x14, 1, 6, 2, 8];
export const processId = (id: string): number[] => [0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, ...bytesOf(id)];
export const qr = (data: string): number[] => {
  const stored = [...Buffer.from(data, 'utf8')];
  const length = stored.length + 3;
  return [
    ...[0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, 4],
    ...[0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, 0x50, 0x30, ...stored],
    ...[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30],
  ];
};

export function bytesOf(...said: readonly Said[]): Uint8Array {
  return concatBytes(
    ...said.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part))),
  );
}

/** What tests read of the printer. */
export interface SeenState {
  readonly slips: number;
  readonly hanging: readonly string[] | null;
  readonly hangingQr: readonly string[];
  readonly hangingParts: readonly Readonly<Record<string, unknown>>[];
  readonly uncut: readonly string[] | null;
  readonly paper: string;
  readonly paperMm: number;
  readonly cover: string;
  readonly bufferedBytes: number;
  readonly lostBytes: number;
  readonly unknownCommands: number;
  readonly refusedCommands: number;
  readonly faults: readonly string[];
}

/** A printer and somebody who sends it bytes and listens. */
export class PrinterHost {
  readonly clock = new ManualClock();
  readonly printer;
  #channel: ByteChannel;
  #heard: number[] = [];

  constructor(speed: 'real' | 'fast' = 'fast', options: SimulatedEscposOptions = {}) {
    this.printer = createSimulatedEscposPrinter({ clock: this.clock, random: seededRandom(1), speed }, options);
    this.#channel = this.#plugIn();
  }

  get state(): SeenState {
    return this.printer.state() as unknown as SeenState;
  }

  /** A new host on the line. */
  reconnect(): void {
    this.#channel = this.#plugIn();
  }

  /** Sends, and lets the printer read it. */
  async send(...said: readonly Said[]): Promise<void> {
    const bytes = bytesOf(...said);
    for (let at = 0; at < bytes.length; at += 32_768) {
      await this.#channel.write(bytes.subarray(at, at + 32_768));
      await this.clock.advance(0);
    }
  }

  async wait(ms: number): Promise<void> {
    await runFor(this.clock, ms);
  }

  /** Everything said since the last time, in hexadecimal. */
  hear(): string {
    const heard = toHex(Uint8Array.from(this.#heard));
    this.#heard = [];
    return heard;
  }

  async ask(...said: readonly Said[]): Promise<string> {
    this.hear();
    await this.send(...said);
    return this.hear();
  }

  /** DLE EOT 1…4. */
  async status(): Promise<string> {
    return this.ask([0x10, 4, 1], [0x10, 4, 2], [0x10, 4, 3], [0x10, 4, 4]);
  }

  #plugIn(): ByteChannel {
    const [host, device] = memoryChannelPair();
    this.printer.attach(device);
    void this.#listen(host);
    return host;
  }

  async #listen(channel: ByteChannel): Promise<void> {
    for await (const chunk of channel.chunks) this.#heard.push(...chunk);
  }
}
