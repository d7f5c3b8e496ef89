import { newOperationId, ok } from '@yimen/contracts/base';
import type { DeviceStatus, Op, Slip } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver, EffectResult } from '../../../driver-kit/driver.ts';
import { runUntil } from '../../../testing/run-until.ts';
import { cableTo } from '../../../testing/simulated-cable.ts';
import type { OpenChannel } from '../../../transport/byte-channel.ts';
import { createEpsonEscpos } from '../driver.ts';
import {
  createSimulatedEscposPrinter,
  type SimulatedEscposOptions,
  type SimulatedEscposPrinter,
} from '../simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);

/** As the session prints it. */
export const SLIP: Slip = {
  lines: [
    { kind: 'title', text: '业务回执' },
    { kind: 'rule' },
    { kind: 'pair', label: '受理号', value: 'S440606-000417' },
    { kind: 'pair', label: '金额', value: '¥80.00' },
    { kind: 'text', text: '本凭条不作发票使用。' },
    { kind: 'qr', data: 'yimen:R7K2-4417;S440606-000417' },
  ],
};
/** More than one chunk of bytes: the printer is asked for three process ids. */
export const LONG: Slip = {
  lines: Array.from({ length: 40 }, (_, i) => ({ kind: 'text', text: `第${i}行 ${'长凭条'.repeat(7)}` })),
};

export interface DriverBench {
  readonly clock: ManualClock;
  readonly printer: SimulatedEscposPrinter;
  readonly driver: Driver;
  readonly abort: AbortController;
  /** Another host's driver on the same cable. */
  createDriver(): Driver;
  begin(slip: Slip, deadlineMs?: number): Promise<EffectResult>;
  print(slip?: Slip, deadlineMs?: number): Promise<EffectResult>;
  reset(): Promise<EffectResult>;
  selfTest(): Promise<EffectResult>;
  status(): Promise<DeviceStatus>;
  op(deadlineMs: number): Op;
  /** The lines of all slips that hang out, as one text without spaces. */
  paper(): string;
}

export interface DriverBenchOptions {
  readonly simulator?: SimulatedEscposOptions;
  readonly driver?: Readonly<Record<string, string | number | boolean>>;
  readonly expectSerial?: string;
  /** Sees each answer of the printer; one for which it says `false` never arrives. */
  readonly hears?: Hears;
  /** Told what the driver sends. */
  readonly said?: (bytes: Uint8Array) => void;
}

type Hears = (answer: Uint8Array) => boolean | Promise<boolean>;

/** The driver and its simulator on a cable in memory, with a clock that stands still. */
export function driverBench(options: DriverBenchOptions = {}): DriverBench {
  const clock = new ManualClock();
  const printer = createSimulatedEscposPrinter({ clock, random, speed: 'real' }, options.simulator);
  const createDriver = (): Driver =>
    createEpsonEscpos({
      open: watchedCableTo(printer, options.hears ?? (() => true), options.said ?? (() => undefined)),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: options.driver ?? {},
      expectSerial: options.expectSerial,
    });
  const driver = createDriver();
  const abort = new AbortController();
  const op = (deadlineMs: number): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  const begin = (slip: Slip, deadlineMs = 20_000): Promise<EffectResult> =>
    driver.perform('printReceipt', op(deadlineMs), { slip }, abort.signal);
  return {
    clock,
    printer,
    driver,
    abort,
    createDriver,
    begin,
    op,
    print: (slip = SLIP, deadlineMs = 20_000) => runUntil(clock, begin(slip, deadlineMs)),
    reset: () => runUntil(clock, driver.reset(op(20_000), 'exit')),
    selfTest: () => runUntil(clock, driver.selfTest(op(20_000))),
    status: () => runUntil(clock, driver.status(0)),
    paper: () => ((printer.state()['hanging'] as string[] | null) ?? []).join('').replace(/\s/gu, ''),
  };
}

/** A cable that may lose some of what the printer says. The simulator sends each answer as one piece. */
function watchedCableTo(printer: SimulatedEscposPrinter, hears: Hears, said: (bytes: Uint8Array) => void): OpenChannel {
  const open = cableTo(printer);
  return async (deadlineMs) => {
    const opened = await open(deadlineMs);
    if (!opened.ok) return opened;
    const channel = opened.value;
    const heard = async function* (): AsyncGenerator<Uint8Array> {
      for await (const answer of channel.chunks) if (await hears(answer)) yield answer;
    };
    return ok({
      chunks: heard(),
      closed: channel.closed,
      close: () => channel.close(),
      write: (bytes) => {
        said(bytes);
        return channel.write(bytes);
      },
    });
  };
}
