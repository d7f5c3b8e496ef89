import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootIdSchema, ok } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../../journal/index.ts';
import { createLog } from '../../platform/logger.ts';
import { systemRandom } from '../../platform/random.ts';
import { createDeviceManager, type DeviceManager, type DeviceManagerOptions } from '../index.ts';
import { FakeDeviceHost } from './fake-device-host.ts';

const STEP_MS = 500;

/** A device manager on a real journal file and a fake host, which can end and begin again on the same file. */
export class ManagerBench {
  readonly clock = new ManualClock();
  readonly host = new FakeDeviceHost();
  isServing = false;
  readonly #folder = mkdtempSync(join(tmpdir(), 'yimen-devices-'));
  readonly #options: Partial<DeviceManagerOptions>;
  #journal: Journal;
  #manager: DeviceManager | undefined;

  constructor(options: Partial<DeviceManagerOptions> = {}) {
    this.#options = options;
    this.#journal = this.#open();
  }

  get journal(): Journal {
    return this.#journal;
  }

  get manager(): DeviceManager {
    if (this.#manager === undefined) throw new Error('not started');
    return this.#manager;
  }

  async start(more: Partial<DeviceManagerOptions> = {}): Promise<void> {
    const { clock, host } = this;
    this.#manager = createDeviceManager({
      connect: () => Promise.resolve(ok(host.port())),
      journal: this.#journal,
      clock,
      random: systemRandom,
      log: createLog('silent'),
      servicesNeeding: () => [],
      isSessionRunning: () => this.isServing,
      ...this.#options,
      ...more,
    });
    this.#manager.start();
    await clock.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass in small steps: a chain of answers is longer than what the clock lets settle after one timer. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.clock.advance(Math.min(left, STEP_MS));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Core ends and begins again; the host goes on. */
  async restart(): Promise<void> {
    this.#manager?.stop();
    this.#journal.close();
    this.#journal = this.#open();
    await this.start();
  }

  /** The fields of every row of one kind. */
  rows<K extends JournalEvent['kind']>(kind: K): Record<string, unknown>[] {
    return this.#journal.reader
      .rawAfter(0, 5_000)
      .filter((row) => row['kind'] === kind)
      .map((row) => JSON.parse(String(row['body'])) as Record<string, unknown>);
  }

  /** What the ladder did to one device: `L1 done`, `L4 unsupported`, `L2 skipped.deaf`. */
  steps(module = 'cardUnit'): string[] {
    return this.rows('recovery-step')
      .filter((row) => row['module'] === module && row['outcome'] !== 'started')
      .map((row) => `${String(row['rung'])} ${String(row['outcome'])}`);
  }

  close(): void {
    this.#manager?.stop();
    this.#journal.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #open(): Journal {
    const opened = openJournal({
      folder: this.#folder,
      tid: 'SD-DALIANG-01',
      epoch: 1,
      boot: bootIdSchema.parse('b7f3c1d2'),
      clock: this.clock,
    });
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }
}
