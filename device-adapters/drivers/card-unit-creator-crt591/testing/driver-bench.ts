import { newOperationId } from '@yimen/contracts/base';
import type { DeviceStatus, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver, EffectResult } from '../../../driver-kit/driver.ts';
import { CardPath, type SimulatedPermit } from '../../../testing/card-path.ts';
import { runUntil } from '../../../testing/run-until.ts';
import { cableTo } from '../../../testing/simulated-cable.ts';
import { permitOf } from '../../../testing/things.ts';
import { createCrt591 } from '../driver.ts';
import { createSimulatedCrt591, type SimulatedCrt591Options } from '../simulator.ts';

export const permit = (): SimulatedPermit => permitOf('permit-li-na');

export interface DriverBench {
  readonly clock: ManualClock;
  readonly path: CardPath;
  readonly unit: ReturnType<typeof createSimulatedCrt591>;
  readonly driver: Driver;
  readonly abort: AbortController;
  begin(verb: string, deadlineMs: number, args?: unknown): Promise<EffectResult>;
  perform(verb: string, deadlineMs?: number, args?: unknown): Promise<EffectResult>;
  status(): Promise<DeviceStatus>;
  /** A card at the read position. */
  load(): void;
}

/** The driver on a memory cable to the simulator, in simulated time. */
export function bench(
  options: SimulatedCrt591Options = {},
  driverOptions: Record<string, string | number | boolean> = {},
  expectSerial?: string,
): DriverBench {
  const clock = new ManualClock();
  const path = new CardPath();
  const unit = createSimulatedCrt591({ clock, random, speed: 'real' }, path, { permits: [permit()], ...options });
  const driver = driverOn(unit, clock, driverOptions, expectSerial);
  const abort = new AbortController();
  const begin = (verb: string, deadlineMs: number, args: unknown = {}): Promise<EffectResult> =>
    driver.perform(verb, op(clock, deadlineMs), args, abort.signal);
  return {
    clock,
    path,
    unit,
    driver,
    abort,
    begin,
    perform: (verb, deadlineMs = 30_000, args = {}) => runUntil(clock, begin(verb, deadlineMs, args)),
    status: () => runUntil(clock, driver.status(0)),
    load: () => {
      path.put(permit());
      path.move('readPosition');
    },
  };
}

/** A driver, also a second one, on the simulator's line: whoever opens last has it. */
export function driverOn(
  unit: Parameters<typeof cableTo>[0],
  clock: ManualClock,
  options: Record<string, string | number | boolean> = {},
  expectSerial?: string,
): Driver {
  const log = { debug: () => undefined };
  return createCrt591({ open: cableTo(unit), clock, random, log, at: 'memory', options, expectSerial });
}

export function op(clock: ManualClock, deadlineMs: number): Op {
  return { operationId: newOperationId(clock.wallMs(), random), deadlineMs };
}

export const kinds = (result: EffectResult): string[] => result.evidence.map((evidence) => evidence.kind);

let nextSeed = 1;
function random(n: number): Uint8Array {
  return Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
}
