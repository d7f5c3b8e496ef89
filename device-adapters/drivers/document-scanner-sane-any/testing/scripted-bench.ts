import { newOperationId, type Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import type { Driver } from '../../../driver-kit/driver.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runUntil } from '../../../testing/run-until.ts';
import { createSaneScanner } from '../driver.ts';
import { ScriptedScanner } from './scripted-scanner.ts';
import { testPage } from './test-pages.ts';

/** What the port says of a scan. */
export interface ScanValue {
  readonly scanId: string;
  readonly pages: readonly { bytes: number; width: number; height: number; sha256: string }[];
}

export interface ScriptedBench {
  readonly clock: ManualClock;
  readonly scanner: ScriptedScanner;
  readonly driver: Driver;
  /** Aborts when the lease ends. */
  readonly lease: AbortController;
  run<T>(promise: Promise<T>): Promise<T>;
  op(deadlineMs?: number): Op;
  status(): Promise<DeviceStatus>;
  /** Scans two pages from the feeder; does not wait. */
  begin(more?: object, deadlineMs?: number): Promise<Result<ScanValue, Fault>>;
  scan(more?: object, deadlineMs?: number): Promise<Result<ScanValue, Fault>>;
  page(scanId: string, page: number, offset?: number): Promise<Result<{ piece: string; end: boolean }, Fault>>;
}

/** 20 × 30 mm at 150 dpi. */
export const PAGE = { width: 118, height: 177, mode: 'grey', dpi: 150 } as const;

/** Files of so many good pages; each is another one. */
export function pagesOf(count: number): [string, Uint8Array][] {
  return Array.from({ length: count }, (_, n) => [`${n + 1}.png`, testPage({ ...PAGE, idats: n + 1 })]);
}

/** A driver and a peer whose answers a test writes, on a clock that stands still. */
export function scriptedBench(
  options: Readonly<Record<string, string | number | boolean>> = {},
  more: { at?: string; expectSerial?: string } = {},
): ScriptedBench {
  const clock = new ManualClock();
  const scanner = new ScriptedScanner();
  scanner.scan = () => ({ files: pagesOf(2) });
  const random = seededRandom(77);
  const driver = createSaneScanner({
    open: scanner.open,
    clock,
    random,
    log: { debug: () => undefined },
    at: more.at ?? 'sane:test:0',
    expectSerial: more.expectSerial,
    options,
  });
  const lease = new AbortController();
  const run = <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise);
  const wish = { source: 'feeder', pages: 2, dpi: 150, mode: 'grey' };
  const begin: ScriptedBench['begin'] = async (other = {}, deadlineMs = 30_000) =>
    (await driver.read('scan', deadlineMs, { ...wish, ...other }, lease.signal)) as Result<ScanValue, Fault>;
  return {
    clock,
    scanner,
    driver,
    lease,
    run,
    begin,
    op: (deadlineMs = 30_000) => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs }),
    status: () => run(driver.status(0)),
    scan: (other, deadlineMs) => run(begin(other, deadlineMs)),
    page: async (scanId, page, offset = 0) =>
      (await driver.read('readPage', 1_000, { scanId, page, offset }, lease.signal)) as Result<
        { piece: string; end: boolean },
        Fault
      >,
  };
}
