import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, err, ok } from '@yimen/contracts/base';
import type { DeviceStatus, Unit } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { faultOf } from '../platform/fault.ts';
import { createLog } from '../platform/logger.ts';
import { systemRandom } from '../platform/random.ts';
import { createDeviceManager, type DeviceManager } from './index.ts';
import { deviceProblem } from './device-problem.ts';
import { FakeDeviceHost } from './testing/fake-device-host.ts';

let folder = '';
let clock: ManualClock;
let journal: Journal;
let host: FakeDeviceHost;
let manager: DeviceManager;
let isThere = true;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-devices-'));
  clock = new ManualClock();
  host = new FakeDeviceHost();
  isThere = true;
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  manager = createDeviceManager({
    connect: () => Promise.resolve(isThere ? ok(host.port()) : err(faultOf('offline', 'nobody'))),
    journal,
    clock,
    random: systemRandom,
    log: createLog('silent'),
    isSessionRunning: () => false,
    servicesNeeding: (kind) => (kind === 'card-unit' ? ['exit.endorse'] : []),
  });
});
afterEach(() => {
  manager.stop();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  manager.start();
  await clock.advance(0);
}

const bodies = (kind: string): Record<string, unknown>[] =>
  journal.reader
    .rawAfter(0, 500)
    .filter((row) => row['kind'] === kind)
    .map((row) => JSON.parse(String(row['body'])) as Record<string, unknown>);

describe('looking before offering', () => {
  it('asks every device and journals what it found, before anything is believed', async () => {
    let told = 0;
    manager.onInspected(() => {
      told += 1;
    });
    expect([manager.isInspected(), manager.problemOf('card-unit')]).toEqual([false, 'starting']);
    await start();
    expect([manager.isInspected(), told]).toEqual([true, 1]);
    expect(bodies('device-inspected').map((row) => [row['module'], row['media']])).toEqual([
      ['cardUnit', 'notPresent'],
      ['travelDocument', null],
      ['endorsementPrinter', 'notPresent'],
      ['receiptPrinter', null],
      ['paymentTerminal', null],
    ]);
    expect(manager.problemOf('card-unit')).toBeUndefined();
    expect(manager.problemOf('scanner')).toBe('noDevice');
  });

  it('keeps trying a host that is not there, and looks again after it was lost', async () => {
    isThere = false;
    await start();
    await clock.advance(2_000);
    expect(manager.isInspected()).toBe(false);
    isThere = true;
    await clock.advance(5_000);
    expect(manager.isInspected()).toBe(true);
    host.drop();
    await clock.advance(0);
    expect([manager.isInspected(), manager.problemOf('card-unit'), manager.host()]).toEqual([
      false,
      'starting',
      undefined,
    ]);
    expect(manager.modules().every((module) => module.state === 'starting')).toBe(true);
    await clock.advance(5_000);
    expect([manager.isInspected(), manager.problemOf('card-unit')]).toEqual([true, undefined]);
    expect(bodies('device-inspected')).toHaveLength(10);
    expect(bodies('process-ended')).toMatchObject([{ process: 'device-host' }]);
  });
});

describe('a card found inside', () => {
  it('in the printer is handed back and kept under an incident number, intent first', async () => {
    host.set('endorsement-printer', { media: 'present' });
    await start();
    expect(manager.holders()).toEqual(['endorsement-printer']);
    expect(await manager.putAwayFound()).toBe(true);
    expect([host.binCount, manager.holders()]).toEqual([1, []]);
    expect(
      host.calls
        .filter((call) => call.call === 'effect' || call.call === 'reset')
        .map((call) => [call.lease.device, call.call]),
    ).toEqual([
      ['endorsement-printer', 'effect'],
      ['card-unit', 'reset'],
    ]);
    expect(host.calls.filter((call) => call.call === 'release')).toHaveLength(2);
    const kinds = journal.reader.rawAfter(0, 500).map((row) => row['kind']);
    expect(kinds.filter((kind) => String(kind).startsWith('operation-'))).toEqual([
      'operation-intended',
      'operation-ended',
      'operation-intended',
      'operation-ended',
    ]);
    expect(bodies('incident')).toMatchObject([{ state: 'opened', stop: 'card-held' }]);
    expect(bodies('goods-moved')).toMatchObject([
      { item: 'card', from: 'endorsementPrinter', to: 'retainBin', outcome: 'done' },
    ]);
  });

  it('that cannot be moved stays for staff, after three tries and no incident number of a held card', async () => {
    host.set('card-unit', { media: 'present' });
    host.outcome = 'unknown';
    await start();
    expect(await manager.putAwayFound()).toBe(false);
    expect(host.calls.filter((call) => call.call === 'reset')).toHaveLength(3);
    expect(bodies('operation-unknown')).toHaveLength(3);
    expect(bodies('incident')).toEqual([]);
    expect(manager.problemOf('card-unit')).toBe('mediaInside');
    host.set('card-unit', { media: 'notPresent' });
    expect(manager.problemOf('card-unit')).toBeUndefined();
  });

  it('is not moved when the intent cannot be journaled', async () => {
    host.set('card-unit', { media: 'present' });
    await start();
    journal.close();
    expect(await manager.putAwayFound()).toBe(false);
    expect(host.calls.filter((call) => call.call === 'reset')).toEqual([]);
  });
});

describe('what is told of changes', () => {
  it('is the first change at once, then one per second, then less of a device that flaps', async () => {
    await start();
    await clock.advance(2_000);
    const before = bodies('device-status').length;
    host.set('card-unit', { device: 'hardwareError', fault: { code: 'mediaJam', message: 'x', action: 'clear' } });
    expect(bodies('device-status').at(-1)).toMatchObject({
      module: 'cardUnit',
      state: 'hardwareError',
      fault: 'mediaJam',
      lost: ['exit.endorse'],
    });
    for (let i = 0; i < 20; i += 1) {
      host.set('card-unit', { device: i % 2 === 0 ? 'offline' : 'hardwareError' });
      await clock.advance(100);
    }
    expect(bodies('device-status').length - before).toBeLessThanOrEqual(3);
    for (let i = 0; i < 120; i += 1) {
      host.set('card-unit', { device: i % 2 === 0 ? 'offline' : 'hardwareError' });
      await clock.advance(500);
    }
    expect(bodies('device-status').length - before).toBeLessThanOrEqual(14);
  });

  it('is nothing for a card on its way through, or a device in use', async () => {
    await start();
    const before = bodies('device-status').length;
    for (const media of ['entering', 'present', 'notPresent'] as const) {
      host.set('card-unit', { media, device: 'deviceBusy' });
      await clock.advance(2_000);
    }
    expect(bodies('device-status')).toHaveLength(before);
  });

  it('are supplies, at most once a minute each', async () => {
    const roll: Unit = {
      type: 'paper',
      capacity: 1500,
      initialCount: 1500,
      count: 400,
      retainCount: 0,
      threshold: 50,
      status: 'ok',
      replenishment: 'ok',
    };
    host.set('receipt-printer', { units: { paper: roll } });
    await start();
    host.set('receipt-printer', { units: { paper: { ...roll, count: 399 } } });
    await clock.advance(61_000);
    host.set('receipt-printer', { units: { paper: { ...roll, count: 398 } } });
    expect(bodies('supply-level').map((row) => [row['unit'], row['count'], row['cause']])).toEqual([
      ['receiptPrinter.paper', 400, 'counted'],
      ['receiptPrinter.paper', 398, 'used'],
    ]);
    expect(manager.supplies()).toMatchObject([{ unit: 'receiptPrinter.paper', count: 398, capacity: 1500 }]);
  });
});

describe('what makes a device unfit for the next citizen', () => {
  const fit: DeviceStatus = { device: 'online', supplies: {}, units: {}, since: 1, source: 'reported' };
  const bin: Unit = {
    type: 'retain',
    capacity: 20,
    initialCount: 0,
    count: 20,
    retainCount: 0,
    threshold: 18,
    status: 'ok',
    replenishment: 'full',
  };
  const rows: readonly [string, DeviceStatus | undefined, string | undefined][] = [
    ['fit', fit, undefined],
    ['in use', { ...fit, device: 'deviceBusy' }, undefined],
    ['a card the wrong way round', { ...fit, device: 'userError' }, undefined],
    ['missing', undefined, 'noDevice'],
    ['not asked since the start', { ...fit, source: 'stale' }, 'starting'],
    ['offline', { ...fit, device: 'offline' }, 'offline'],
    [
      'faulty, with the standard’s word',
      { ...fit, device: 'hardwareError', fault: { code: 'shutterFail', message: '', action: 'maintenance' } },
      'shutterFail',
    ],
    ['overlay seen', { ...fit, antiFraud: 'deviceDetected' }, 'fraudAttempt'],
    ['jammed', { ...fit, media: 'jammed' }, 'mediaJam'],
    ['retain bin full', { ...fit, units: { bin } }, 'retainBinFull'],
    ['retain bin nearly full', { ...fit, units: { bin: { ...bin, replenishment: 'high' } } }, undefined],
    [
      'retain bin pulled',
      { ...fit, units: { bin: { ...bin, status: 'missing', replenishment: 'ok' } } },
      'retainBinMissing',
    ],
    ['paper low', { ...fit, supplies: { paper: 'low' } }, undefined],
    ['paper out', { ...fit, supplies: { paper: 'out' } }, 'paperOut'],
  ];
  for (const [what, status, problem] of rows)
    it(what, () => {
      expect(deviceProblem(status)).toBe(problem);
    });
});
