import { createHash } from 'node:crypto';
import { newOperationId } from '@yimen/contracts/base';
import type { DeviceStatus, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver, EffectResult } from '../../../driver-kit/driver.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runUntil } from '../../../testing/run-until.ts';
import { createCupsIpp } from '../driver.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A synthetic document of more than one piece. */
export const PDF = Buffer.from(`%PDF-1.4 ${'synthetic '.repeat(3_000)}`);
const SHA256 = createHash('sha256').update(PDF).digest('hex');

export interface ScriptedBench {
  readonly clock: ManualClock;
  readonly server: ScriptedServer;
  readonly driver: Driver;
  readonly abort: AbortController;
  /** Debug lines. */
  readonly log: { line: string; fields: unknown }[];
  op(deadlineMs?: number): Op;
  run<T>(promise: Promise<T>): Promise<T>;
  status(): Promise<DeviceStatus>;
  load(): Promise<unknown>;
  /** Prints the document that was loaded; does not wait. */
  begin(op?: Op, more?: object): Promise<EffectResult>;
  /** Loads and prints. */
  print(op?: Op, more?: object): Promise<EffectResult>;
}

/** A driver and a peer whose answers a test writes, on a clock that stands still. */
export function scriptedBench(
  options: Readonly<Record<string, string | number | boolean>> = {},
  more: { at?: string; expectSerial?: string } = {},
): ScriptedBench {
  const clock = new ManualClock();
  const server = new ScriptedServer();
  const random = seededRandom(77);
  const log: { line: string; fields: unknown }[] = [];
  const driver = createCupsIpp({
    open: server.open,
    clock,
    random,
    log: { debug: (line, fields) => log.push({ line, fields }) },
    at: more.at ?? 'memory',
    expectSerial: more.expectSerial,
    options,
  });
  const abort = new AbortController();
  const run = <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise);
  const op = (deadlineMs = 60_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  const piece = { documentId: 'd', offset: 0, piece: PDF.toString('base64'), last: true };
  const load = (): Promise<unknown> => run(driver.read('loadDocument', 1_000, piece, abort.signal));
  const args = { documentId: 'd', sha256: SHA256, pages: 2, sides: 'one', colour: 'mono' };
  const begin = (of = op(), other: object = {}): Promise<EffectResult> =>
    driver.perform('printDocument', of, { ...args, ...other }, abort.signal);
  return {
    clock,
    server,
    driver,
    abort,
    log,
    op,
    run,
    load,
    begin,
    status: () => run(driver.status(0)),
    print: async (of = op(), other = {}) => {
      await load();
      return run(begin(of, other));
    },
  };
}
