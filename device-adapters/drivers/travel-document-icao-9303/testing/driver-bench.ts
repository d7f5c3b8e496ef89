import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, type Result } from '@yimen/contracts/base';
import type { Fault, TravelDocument } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { CardPath, type SimulatedPermit } from '../../../testing/card-path.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runUntil } from '../../../testing/run-until.ts';
import { cableTo } from '../../../testing/simulated-cable.ts';
import { permitOf } from '../../../testing/things.ts';
import type { OpenChannel } from '../../../transport/byte-channel.ts';
import { createIcao9303 } from '../driver.ts';
import { createSimulatedChip } from '../simulator.ts';

export const LI_NA = { documentNumber: 'C50000011', birth: '900412', expiry: '350610' };

export interface BenchOptions {
  readonly card?: SimulatedPermit;
  readonly speed?: 'real' | 'fast';
  readonly open?: OpenChannel;
  readonly options?: Readonly<Record<string, string>>;
}

/** Everything that a bench or a test file opened, for the end of each test. */
export class Ends {
  readonly #ends: (() => unknown)[] = [];

  add(end: () => unknown): void {
    this.#ends.push(end);
  }

  async all(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }

  /** A file that is gone after the test. */
  file(name: string, text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'yimen-chip-'));
    this.add(() => rmSync(folder, { recursive: true }));
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }
}

/** The driver before a simulated reader, the card at its read position. Time stands still between calls. */
export function driverBench(ends: Ends, bench: BenchOptions = {}) {
  const clock = new ManualClock();
  const path = new CardPath();
  const random = seededRandom(9_303);
  const chip = createSimulatedChip({ clock, random, speed: bench.speed ?? 'real' }, path);
  const card = bench.card ?? permitOf('permit-li-na');
  path.put(card);
  path.move('readPosition');
  const sent: string[] = [];
  const driver = createIcao9303({
    open: tapped(bench.open ?? cableTo(chip), sent),
    clock,
    random,
    log: { debug: () => undefined },
    at: 'memory',
    options: bench.options ?? {},
  });
  const abort = new AbortController();
  ends.add(() => driver.close());
  const begin = (access: object = LI_NA, deadlineMs = 20_000): Promise<Result<TravelDocument, Fault>> =>
    driver.read('readDocument', deadlineMs, { access }, abort.signal) as Promise<Result<TravelDocument, Fault>>;
  return {
    clock,
    path,
    chip,
    card,
    driver,
    abort,
    begin,
    /** What the host sent so far, each write in hex with its two bytes of length. */
    sent,
    read: (access?: object, deadlineMs?: number) => runUntil(clock, begin(access, deadlineMs)),
    ask: (verb: string, deadlineMs = 5_000) => runUntil(clock, driver.read(verb, deadlineMs, {}, abort.signal)),
    status: () => runUntil(clock, driver.status(0)),
    commands: () => Number(chip.state()['commands']),
  };
}

/** The same line; what goes out on it is kept. */
function tapped(open: OpenChannel, sent: string[]): OpenChannel {
  return async (deadlineMs) => {
    const opened = await open(deadlineMs);
    if (!opened.ok) return opened;
    const { chunks, closed } = opened.value;
    const write = (bytes: Uint8Array): ReturnType<typeof opened.value.write> => {
      sent.push(toHex(bytes));
      return opened.value.write(bytes);
    };
    return { ok: true, value: { chunks, closed, write, close: () => opened.value.close() } };
  };
}
