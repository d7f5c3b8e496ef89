import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../host/system-clock.ts';
import type { ByteChannel } from '../transport/byte-channel.ts';
import { openSerial, type SerialOptions } from '../transport/serial-channel.ts';
import type { SerialAddress } from '../transport/serial/serial-address.ts';

/** Real time: these tests watch the kernel. */
export { systemClock };

const WAIT_MS = 10_000;

/** A cable between two ptys, made by socat: real terminal devices of the kernel. A pty takes every speed, silently
 *  ignores parity and 7 bits, has no modem lines and does not pace. */
export class SerialPair {
  readonly host: string;
  readonly device: string;
  readonly #dir: string;
  #socat: ChildProcess | undefined;

  private constructor(dir: string) {
    this.#dir = dir;
    this.host = join(dir, 'host');
    this.device = join(dir, 'device');
  }

  static async open(): Promise<SerialPair> {
    const pair = new SerialPair(await mkdtemp(join(tmpdir(), 'yimen-pty-')));
    await pair.plug();
    return pair;
  }

  /** Where the host finds the device. */
  get at(): string {
    return `serial:${this.host}@9600`;
  }

  /** Puts the cable in: two new ptys under the same names. */
  async plug(): Promise<void> {
    const ends = [this.host, this.device].map((link) => `pty,raw,echo=0,link=${link}`);
    this.#socat = spawn('socat', ends, { stdio: 'inherit' });
    await until(() => existsSync(this.host) && existsSync(this.device));
  }

  /** Pulls the cable: the process that holds both ptys dies without a word. */
  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = undefined;
    if (socat === undefined || socat.exitCode !== null) return;
    socat.kill('SIGKILL');
    await once(socat, 'exit');
    // A killed socat leaves its names behind, as udev would not.
    await Promise.all([this.host, this.device].map((link) => rm(link, { force: true })));
  }

  /** Stops and starts the cable's process: nobody takes bytes, and nothing is lost. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#socat?.kill(signal);
  }

  async close(): Promise<void> {
    await this.unplug();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** A serial line of this test's pair. */
export function lineOf(path: string, more: Partial<SerialAddress> = {}): SerialAddress {
  return { path, baud: 9_600, dataBits: 8, parity: 'none', stopBits: 1, ...more };
}

export async function openLine(
  path: string,
  options: Partial<SerialOptions> = {},
  line: Partial<SerialAddress> = {},
): Promise<ByteChannel> {
  const opened = await openSerial(lineOf(path, line), { clock: systemClock, ...options })(2_000);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Waits, in real time and bounded: these tests watch the kernel. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs one test on a pair of its own. */
export async function withSerialPair(test: (pair: SerialPair) => Promise<void>): Promise<void> {
  const pair = await SerialPair.open();
  try {
    await test(pair);
  } finally {
    await pair.close();
  }
}
