import type { Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver, EffectResult } from '../../../driver-kit/driver.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runFor, runUntil } from '../../../testing/run-until.ts';
import type { OpenChannel } from '../../../transport/byte-channel.ts';
import { createCabinetIo } from '../driver.ts';
import { ScriptedBoard } from './scripted-board.ts';

export interface CabinetBenchOptions {
  readonly open: OpenChannel;
  readonly clock?: ManualClock;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly expectSerial?: string;
}

/** The driver on a cable that a test hands in, and a clock that stands still. */
export class CabinetBench {
  readonly clock: ManualClock;
  readonly driver: Driver;
  readonly log: { line: string; fields: Readonly<Record<string, string | number | boolean>> }[] = [];
  /** Every change that the driver told. */
  readonly told: Partial<DeviceStatus>[] = [];
  /** The lease. */
  readonly abort = new AbortController();

  constructor({ open, clock = new ManualClock(), options = {}, expectSerial }: CabinetBenchOptions) {
    this.clock = clock;
    this.driver = createCabinetIo({
      open,
      clock,
      random: seededRandom(47),
      log: { debug: (line, fields = {}) => this.log.push({ line, fields }) },
      at: 'memory',
      options,
      expectSerial,
    });
    this.driver.onStatus((changed) => this.told.push(changed));
  }

  /** Device states in the order in which they were told. */
  get states(): readonly string[] {
    return this.told.flatMap(({ device }) => (device === undefined ? [] : [device]));
  }

  read(verb: 'sensors' | 'power', deadlineMs = 10_000): Promise<Result<unknown, Fault>> {
    return this.run(this.driver.read(verb, deadlineMs, {}, this.abort.signal));
  }

  light(light: string, state: string, deadlineMs = 10_000): Promise<EffectResult> {
    return this.run(this.begin('setLight', { light, state }, deadlineMs));
  }

  lock(door: string, locked: boolean, deadlineMs = 10_000): Promise<EffectResult> {
    return this.run(this.begin('setLock', { door, locked }, deadlineMs));
  }

  begin(verb: string, args: unknown, deadlineMs = 10_000): Promise<EffectResult> {
    return this.driver.perform(verb, opOf(deadlineMs), args, this.abort.signal);
  }

  status(maxAgeMs = 0): Promise<DeviceStatus> {
    return this.run(this.driver.status(maxAgeMs));
  }

  reset(to: 'exit' | 'retain' | 'stay' = 'stay', deadlineMs = 10_000): Promise<EffectResult> {
    return this.run(this.driver.reset(opOf(deadlineMs), to));
  }

  selfTest(deadlineMs = 10_000): Promise<EffectResult> {
    return this.run(this.driver.selfTest(opOf(deadlineMs)));
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return runUntil(this.clock, promise);
  }

  pass(ms: number): Promise<void> {
    return runFor(this.clock, ms);
  }
}

/** The benches of one test, each on a board of its own. */
export class CabinetBenches {
  readonly #open: CabinetBench[] = [];

  on(open: OpenChannel, options: Omit<CabinetBenchOptions, 'open'> = {}): CabinetBench {
    const one = new CabinetBench({ ...options, open });
    this.#open.push(one);
    return one;
  }

  /** A board, and a driver whose cabinet is online; what was heard and told so far is forgotten. */
  async ready(options: Omit<CabinetBenchOptions, 'open'> = {}): Promise<{ board: ScriptedBoard; one: CabinetBench }> {
    const board = new ScriptedBoard();
    const one = this.on(board.open, options);
    const { device } = await one.status();
    if (device !== 'online') throw new Error(`not online but ${device}`);
    board.heard.length = 0;
    one.told.length = 0;
    return { board, one };
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.run(one.driver.close());
  }
}

function opOf(deadlineMs: number): Op {
  return { operationId: '00000000-0000-7000-8000-000000000000', deadlineMs } as Op;
}
