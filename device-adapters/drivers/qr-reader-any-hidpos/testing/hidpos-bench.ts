import type { Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver, EffectResult } from '../../../driver-kit/driver.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runFor, runUntil } from '../../../testing/run-until.ts';
import type { OpenChannel } from '../../../transport/byte-channel.ts';
import { createHidpos } from '../driver.ts';

export interface HidposBenchOptions {
  readonly open: OpenChannel;
  readonly clock?: ManualClock;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly expectSerial?: string;
}

/** The driver on a cable that a test hands in, and a clock that stands still. */
export class HidposBench {
  readonly clock: ManualClock;
  readonly driver: Driver;
  readonly log: string[] = [];
  /** The lease. */
  readonly abort = new AbortController();

  constructor({ open, clock = new ManualClock(), options = {}, expectSerial }: HidposBenchOptions) {
    this.clock = clock;
    this.driver = createHidpos({
      open,
      clock,
      random: seededRandom(64),
      log: { debug: (line) => this.log.push(line) },
      at: 'memory',
      options,
      expectSerial,
    });
  }

  begin(verb: string, args: unknown = {}, deadlineMs = 20_000): Promise<Result<unknown, Fault>> {
    return this.driver.read(verb, deadlineMs, args, this.abort.signal);
  }

  ask(verb: string, args: unknown = {}, deadlineMs = 20_000): Promise<Result<unknown, Fault>> {
    return this.run(this.begin(verb, args, deadlineMs));
  }

  /** Started, or the test ends. */
  async start(windowMs = 5_000): Promise<void> {
    const started = await this.ask('start', { windowMs });
    if (!started.ok) throw new Error(`start: ${started.error.code}: ${started.error.message}`);
  }

  status(): Promise<DeviceStatus> {
    return this.run(this.driver.status(0));
  }

  effect(which: 'reset' | 'selfTest', deadlineMs = 30_000): Promise<EffectResult> {
    const op = { operationId: '00000000-0000-7000-8000-000000000000', deadlineMs } as Op;
    return this.run(which === 'reset' ? this.driver.reset(op, 'stay') : this.driver.selfTest(op));
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return runUntil(this.clock, promise);
  }

  pass(ms: number): Promise<void> {
    return runFor(this.clock, ms);
  }
}
