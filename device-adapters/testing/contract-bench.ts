import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId, type RandomBytes } from '@yimen/contracts/base';
import type { DeviceStatus, Lease, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { DeviceSlot } from '../driver-kit/device-slot.ts';
import type { CreateDriver } from '../driver-kit/driver.ts';
import { openOperationFile, type OperationFile } from '../driver-kit/operation-file.ts';
import { runUntil } from './run-until.ts';
import { cableTo } from './simulated-cable.ts';
import type { SimulatedDevice, SimulatorContext } from './simulated-device.ts';

/** A seeded source: the same test takes the same ids. */
export function seededRandom(seed: number): RandomBytes {
  let state = seed;
  return (n) => Uint8Array.from({ length: n }, () => (state = (state * 75 + 74) % 65_537) & 255);
}

export interface ContractBenchOptions {
  readonly createDriver: CreateDriver;
  readonly createSimulator: (context: SimulatorContext) => SimulatedDevice;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** One simulated device, its driver in a slot, a real operation file, and a clock that stands still. The host can be
 *  "killed": a new slot with a new epoch then stands on the same file and the same device. */
export class ContractBench {
  readonly clock = new ManualClock();
  readonly device: SimulatedDevice;
  slot: DeviceSlot;
  readonly log: { line: string; fields: Readonly<Record<string, string | number>> }[] = [];
  readonly #options: ContractBenchOptions;
  readonly #random = seededRandom(4_711);
  readonly #dir = mkdtempSync(join(tmpdir(), 'yimen-contract-'));
  #file: OperationFile;
  #epoch = 0;

  constructor(options: ContractBenchOptions, expectSerial?: string) {
    this.#options = options;
    this.device = options.createSimulator({ clock: this.clock, random: this.#random, speed: 'real' });
    this.#file = this.#open();
    this.slot = this.#makeSlot(expectSerial);
  }

  /** As after `kill -9` of the host: nothing is ended, the file is only what is on the disk. */
  restartHost(): void {
    this.#file.close();
    this.#file = this.#open();
    this.slot = this.#makeSlot();
  }

  op(deadlineMs = 30_000): Op {
    return { operationId: newOperationId(this.clock.wallMs(), this.#random), deadlineMs };
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return runUntil(this.clock, promise);
  }

  status(): Promise<DeviceStatus> {
    return this.run(this.slot.status(0));
  }

  async claim(id = 'session-1'): Promise<Lease> {
    const claimed = await this.run(this.slot.claim({ kind: 'session', id }, 0));
    if (!claimed.ok) throw new Error(claimed.error.message);
    return claimed.value;
  }

  /** Closes everything and removes the file. */
  async end(): Promise<void> {
    await this.run(this.slot.close());
    this.#file.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #open(): OperationFile {
    const file = openOperationFile(join(this.#dir, 'operations.sqlite'));
    if (!file.ok) throw new Error(file.error.message);
    return file.value;
  }

  #makeSlot(expectSerial?: string): DeviceSlot {
    this.#epoch += 1;
    const driver = this.#options.createDriver({
      open: cableTo(this.device),
      clock: this.clock,
      random: this.#random,
      log: { debug: () => undefined },
      at: 'memory',
      expectSerial,
      options: this.#options.options ?? {},
    });
    return new DeviceSlot({
      device: this.device.kind,
      driver,
      clock: this.clock,
      random: this.#random,
      hostEpoch: `epoch-${this.#epoch}`,
      file: this.#file,
      expectSerial,
      log: (line, fields) => this.log.push({ line, fields }),
    });
  }
}
