import type * as vitest from 'vitest';
import type { Result } from '@yimen/contracts/base';
import type { DeviceKind, Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import type { ContractBench, ContractBenchOptions } from './contract-bench.ts';
import type { SimulatedDevice } from './simulated-device.ts';

/** The test runner's words, handed in: this file is also reachable where no test runs. */
export type TestKit = Pick<typeof vitest, 'describe' | 'it' | 'expect'>;

/** What the suite must know of one driver and its simulator. */
export interface DeviceContractSubject extends ContractBenchOptions {
  readonly driver: string;
  readonly kind: DeviceKind;
  /** The simulator's serial number; left out when the protocol has none to tell. */
  readonly serial?: string;
  /** An effect that ends `done`, without a hand's help, on a device that `prepare` made ready. Kinds without effects
   *  of their own leave it out: then the self-test stands in. */
  readonly effect?: {
    readonly verb: string;
    readonly args: unknown;
    readonly prepare: (device: SimulatedDevice) => void;
    /** How often the device has done it, read from the device's side. */
    readonly times: (device: SimulatedDevice) => number;
    /** A simulated time by which it has surely ended; the device is unplugged at many moments within. */
    readonly takesMs: number;
  };
  /** A read that gives a value on a device that `prepare` made ready. */
  readonly read?: {
    readonly verb: string;
    readonly args: unknown;
    readonly prepare: (device: SimulatedDevice) => void;
  };
  /** A simulator's fault after which `status` says `hardwareError`, and which `clear()` mends without a person's command
   *  to the driver. Leave out when the device cannot tell of itself that it is broken. */
  readonly breaks?: string;
  /** A simulator's fault: port open, device dead. */
  readonly silences: string;
}

/** What the suite makes the device do: the subject's effect, or the self-test where the kind has none. */
export interface ContractEffect {
  readonly verb: string;
  readonly start: (bench: ContractBench, lease: Lease, op: Op) => Promise<Result<OperationRecord, Fault>>;
  readonly prepare: (bench: ContractBench) => void;
  readonly times: (bench: ContractBench) => number;
  readonly takesMs: number;
}

export function effectOf(subject: DeviceContractSubject): ContractEffect {
  const own = subject.effect;
  if (own === undefined) {
    return {
      verb: 'selfTest',
      start: (bench, lease, op) => bench.slot.selfTest(lease, op),
      prepare: () => undefined,
      times: () => 0,
      takesMs: 2_000,
    };
  }
  return {
    verb: own.verb,
    start: (bench, lease, op) => bench.slot.effect(lease, op, own.verb, own.args),
    prepare: (bench) => own.prepare(bench.device),
    times: (bench) => own.times(bench.device),
    takesMs: own.takesMs,
  };
}
