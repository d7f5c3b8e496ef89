import { newOperationId } from '@yimen/contracts/base';
import type { DeviceStatus, Op, Unit } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { createDocumentLocker } from './driver.ts';
import { DOCUMENTS, FIRST_DOCUMENTS } from './simulator-stock.table.ts';
import { createSimulatedDocumentLocker } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
const NEVER = new AbortController().signal;

const SERIALS = FIRST_DOCUMENTS.map(({ serial }) => serial);
const [FIRST = '', SECOND = ''] = SERIALS;
const LATER = DOCUMENTS.filter(({ serial }) => !SERIALS.includes(serial));

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const locker = createSimulatedDocumentLocker({ clock, random, speed: 'real' });
  const makeDriver = () =>
    createDocumentLocker({
      open: cableTo(locker),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const op = (deadlineMs = 60_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  return {
    clock,
    locker,
    driver,
    makeDriver,
    op,
    begin: (verb: string, args: unknown = {}, asked: Op = op(), signal: AbortSignal = NEVER) =>
      driver.perform(verb, asked, args, signal),
    perform: (verb: string, args: unknown = {}, asked: Op = op()): Promise<EffectResult> =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    read: (verb: string) => runUntil(clock, driver.read(verb, 10_000, {}, NEVER)),
    status: (maxAgeMs = 0): Promise<DeviceStatus> => runUntil(clock, driver.status(maxAgeMs)),
    units: async (): Promise<Record<string, Unit>> => (await runUntil(clock, driver.status(0))).units,
    recall: (asked: Op, by = driver) => runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    handedOut: () => Number(locker.state()['handedOut']),
    atExit: () => (locker.state()['atExit'] as { serial: string } | null)?.serial,
  };
}

describe('identity', () => {
  it('is asked before anything moves', async () => {
    const { driver, clock } = bench('YMDL-000019');
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { driver: 'document-locker-yimen-ref1', kind: 'document-locker', model: 'YM-DL1', serial: 'YMDL-000019' },
    });
  });

  it.each(['wrong-model', 'F22'])('F22: %s answers, the driver refuses to run', async (fault) => {
    const { locker, perform, handedOut } = bench('YMDL-000019');
    locker.fault(fault);
    locker.fault('takes-at-once');
    expect(await perform('present', { serial: FIRST })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'configuration' },
    });
    expect(handedOut()).toBe(0);
  });
});

describe('inventory', () => {
  it('is what lies there, in order of places; what cannot be read is counted', async () => {
    const { read, locker, driver, op, clock } = bench();
    expect(await read('inventory')).toEqual({ ok: true, value: { serials: SERIALS, unreadable: 0 } });
    locker.fault('label-unreadable');
    // The door is opened and locked: every place is read again.
    await runUntil(clock, driver.perform('startExchange', op(), {}, NEVER));
    expect(await runUntil(clock, driver.perform('endExchange', op(), {}, NEVER))).toMatchObject({ outcome: 'done' });
    expect(await read('inventory')).toEqual({ ok: true, value: { serials: SERIALS.slice(1), unreadable: 1 } });
  });

  it('F15: of an empty locker is empty, and so is its stack', async () => {
    const { read, locker, units } = bench();
    locker.fault('F15');
    expect(await read('inventory')).toEqual({ ok: true, value: { serials: [], unreadable: 0 } });
    expect((await units())['stack']).toMatchObject({ count: 0, replenishment: 'empty' });
  });

  it('loses what was handed out', async () => {
    const { read, locker, perform, units } = bench();
    const before = (await units())['stack']?.count ?? 0;
    locker.fault('takes-at-once');
    await perform('present', { serial: FIRST });
    expect(await read('inventory')).toEqual({ ok: true, value: { serials: SERIALS.slice(1), unreadable: 0 } });
    expect((await units())['stack']?.count).toBe(before - 1);
  });
});

describe('present', () => {
  it('is done when the right one was read, seen at the exit and taken', async () => {
    const { begin, locker, clock, status, read, handedOut } = bench();
    const presenting = begin('present', { serial: SECOND });
    await runFor(clock, 9_000);
    expect(await status(Number.POSITIVE_INFINITY)).toMatchObject({ media: 'entering' });
    expect(await read('readBack')).toEqual({ ok: true, value: { serial: SECOND } });
    expect(locker.take()).toMatchObject({ ok: true });
    expect(await runUntil(clock, presenting)).toMatchObject({
      outcome: 'done',
      evidence: [
        { kind: 'readBack', customerAccess: 'none', detail: SECOND },
        { kind: 'presented', customerAccess: 'customer' },
        { kind: 'taken', customerAccess: 'customer' },
      ],
    });
    expect(await status()).toMatchObject({ device: 'online', media: 'notPresent' });
    expect(await read('readBack')).toEqual({ ok: true, value: { serial: null } });
    expect(handedOut()).toBe(1);
  });

  it('of one that is not there, or there twice, is noMedia and moves nothing', async () => {
    const { perform, locker, read } = bench();
    expect(await perform('present', { serial: 'X99999999' })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'noMedia' },
    });
    locker.fault('twin-serial');
    expect(await perform('present', { serial: FIRST })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'noMedia' },
    });
    expect(await read('inventory')).toMatchObject({
      ok: true,
      value: { serials: [FIRST, FIRST, ...SERIALS.slice(2)] },
    });
  });

  it.each([
    ['F18', { readSerial: SECOND }, 1],
    ['F35', { readSerial: null }, 2],
  ])('%s: another than asked is never presented and lies in the reject bin', async (fault, value, inReject) => {
    const { perform, locker, status, handedOut } = bench();
    locker.fault('takes-at-once');
    locker.fault(fault);
    const result = await perform('present', { serial: FIRST });
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'verifyMismatch' }, value });
    expect(result.evidence.map(({ kind }) => kind)).not.toContain('presented');
    expect(await status()).toMatchObject({
      device: 'hardwareError',
      action: 'maintenance',
      units: { reject: { count: inReject } },
    });
    expect(await perform('present', { serial: SERIALS[2] })).toMatchObject({ outcome: 'notDone' });
    expect(handedOut()).toBe(0);
  });

  it('F32: not taken is notDone with the document at the exit, in time; then it is drawn back', async () => {
    const { perform, op, clock, status, units, atExit } = bench();
    const before = clock.monoMs();
    expect(await perform('present', { serial: FIRST }, op(30_000))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'notTaken' },
      evidence: [{ kind: 'readBack' }, { kind: 'presented' }],
    });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(30_000);
    expect(atExit()).toBe(FIRST);
    expect(await perform('present', { serial: SECOND })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady' },
    });
    expect(await perform('retract')).toMatchObject({
      outcome: 'done',
      evidence: [
        { kind: 'retracted', detail: FIRST },
        { kind: 'countDelta', detail: 'retract +1' },
      ],
    });
    expect(await status()).toMatchObject({ media: 'notPresent' });
    expect((await units())['retract']).toMatchObject({ count: 1, retainCount: 1 });
    expect(await perform('retract')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
  });

  it('ended by its caller, also while it is fetched: the document stays at the exit', async () => {
    for (const afterMs of [2_000, 9_000]) {
      const { begin, clock, op, atExit } = bench();
      const caller = new AbortController();
      const presenting = begin('present', { serial: FIRST }, op(), caller.signal);
      await runFor(clock, afterMs);
      caller.abort();
      expect(await runUntil(clock, presenting)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
      expect(atExit()).toBe(FIRST);
    }
  });

  it('the same id twice hands out one, also when another driver sends it', async () => {
    const { perform, op, locker, makeDriver, clock, handedOut } = bench();
    locker.fault('takes-at-once');
    const asked = op();
    for (let i = 0; i < 2; i += 1)
      expect(await perform('present', { serial: FIRST }, asked)).toMatchObject({ outcome: 'done' });
    const again = makeDriver().perform('present', asked, { serial: FIRST }, NEVER);
    expect(await runUntil(clock, again)).toMatchObject({ outcome: 'done' });
    expect(handedOut()).toBe(1);
  });

  it.each([
    ['F27', 'unknown', 'mediaJam'],
    ['F28', 'unknown', 'hardwareError'],
    ['F31', 'notDone', 'coverOpen'],
    ['F11', 'unknown', 'hardwareError'],
    ['hardware-broken', 'notDone', 'hardwareError'],
    ['stuck-busy', 'notDone', 'deviceBusy'],
  ])('%s: %s with %s', async (fault, outcome, code) => {
    const { locker, perform, handedOut } = bench();
    locker.fault('takes-at-once');
    locker.fault(fault);
    expect(await perform('present', { serial: FIRST })).toMatchObject({ outcome, fault: { code } });
    expect(handedOut()).toBe(0);
  });

  it('whose end is not heard is proved by the memory; a memory that lost it proves nothing', async () => {
    for (const [faults, outcome] of [
      [['answer-lost'], 'done'],
      [['answer-lost', 'forgets'], 'unknown'],
    ] as const) {
      const { locker, perform, handedOut } = bench();
      for (const fault of ['takes-at-once', ...faults]) locker.fault(fault);
      expect(await perform('present', { serial: FIRST })).toMatchObject({ outcome });
      expect(handedOut()).toBe(1);
    }
  });

  it('the next host recalls it as this one does', async () => {
    const { locker, perform, op, makeDriver, recall } = bench();
    const [kept, drawn, taken] = [op(), op(), op()];
    await perform('present', { serial: FIRST }, kept);
    await perform('retract', {}, drawn);
    locker.fault('takes-at-once');
    await perform('present', { serial: SECOND }, taken);
    const next = makeDriver();
    expect(await recall(kept, next)).toMatchObject({ outcome: 'notDone', fault: { code: 'notTaken' } });
    expect(await recall(drawn, next)).toMatchObject({ outcome: 'done' });
    for (const host of [next, undefined])
      expect(await recall(taken, host)).toMatchObject({ outcome: 'done', evidence: [{ detail: SECOND }, {}, {}] });
  });

  it.each([
    ['F18', 'notDone', { readSerial: SECOND }],
    ['F35', 'notDone', { readSerial: null }],
    ['F28', 'unknown', undefined],
  ])('%s: recalled by the next host as %s, never as done', async (fault, outcome, value) => {
    const { locker, perform, op, makeDriver, recall } = bench();
    locker.fault('takes-at-once');
    locker.fault(fault);
    const asked = op();
    await perform('present', { serial: FIRST }, asked);
    const recalled = await recall(asked, makeDriver());
    expect(recalled?.outcome).toBe(outcome);
    expect(recalled?.value).toEqual(value);
  });

  it('F34: with the retract bin full it is not drawn back, and says so', async () => {
    const { locker, perform, op, units } = bench();
    await perform('present', { serial: FIRST }, op(15_000));
    locker.fault('F34');
    expect(await perform('retract')).toMatchObject({ outcome: 'notDone', fault: { code: 'retainBinFull' } });
    expect((await units())['retract']).toMatchObject({ replenishment: 'full' });
  });
});

describe('exchange', () => {
  it('staff put documents in and say how many lie there; the locker looks before it locks', async () => {
    const { perform, locker, read, units } = bench();
    const [later] = LATER;
    expect(locker.put(later?.thing ?? '')).toMatchObject({ ok: false });
    expect(await perform('startExchange')).toMatchObject({ outcome: 'done' });
    expect(await read('units')).toMatchObject({ ok: true, value: { exchange: 'active' } });
    expect(await perform('present', { serial: FIRST })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'exchangeActive' },
    });
    expect(locker.put(later?.thing ?? '')).toMatchObject({ ok: true });
    expect(await perform('setUnits', { units: { stack: { count: SERIALS.length } } })).toMatchObject({
      outcome: 'done',
    });
    expect(await perform('endExchange')).toMatchObject({ outcome: 'notDone', fault: { code: 'storageUnitError' } });
    expect(await read('units')).toMatchObject({ ok: true, value: { exchange: 'active' } });
    await perform('setUnits', { units: { stack: { count: SERIALS.length + 1 } } });
    expect(await perform('endExchange')).toMatchObject({ outcome: 'done' });
    expect(await read('inventory')).toMatchObject({ ok: true, value: { serials: [...SERIALS, later?.serial] } });
    expect((await units())['stack']?.count).toBe(SERIALS.length + 1);
  });

  it('what does not fit is not set, and outside an exchange nothing is', async () => {
    const { perform, read } = bench();
    const tooMany = { units: { retract: { count: 0 }, stack: { count: 301 } } };
    expect(await perform('setUnits', tooMany)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'noExchangeActive' },
    });
    expect(await perform('endExchange')).toMatchObject({ outcome: 'notDone', fault: { code: 'noExchangeActive' } });
    await perform('startExchange');
    const before = await read('units');
    expect(await perform('setUnits', tooMany)).toMatchObject({ outcome: 'notDone', fault: { code: 'invalidUnit' } });
    expect(await perform('setUnits', { units: { stack: { count: 1, serialised: [FIRST] } } })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'softwareError' },
    });
    expect(await read('units')).toEqual(before);
  });

  it('F05: a bin that is pulled is missing, and manipulated when it comes back', async () => {
    const { locker, units } = bench();
    locker.fault('F05');
    expect((await units())['retract']).toMatchObject({ status: 'missing' });
    locker.clear();
    expect((await units())['retract']).toMatchObject({ status: 'manipulated' });
  });
});

describe('reset and self-test', () => {
  it('bring a document into the bin, never to the exit', async () => {
    const { driver, perform, op, clock, units } = bench();
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({ outcome: 'done' });
    await perform('present', { serial: FIRST }, op(15_000));
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({ outcome: 'notDone' });
    expect(await runUntil(clock, driver.reset(op(), 'exit'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand' },
    });
    expect(await runUntil(clock, driver.reset(op(), 'retain'))).toMatchObject({ outcome: 'done' });
    expect((await units())['retract']?.count).toBe(1);
  });

  it('an unknown verb is refused', async () => {
    const { driver, perform } = bench();
    expect(await driver.read('toString', 100, {}, NEVER)).toMatchObject({
      ok: false,
      error: { code: 'unsupportedCommand' },
    });
    expect(await perform('constructor')).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand' } });
  });
});

describe('the line', () => {
  it('F12: silence is stale and offline, and found again through starting', async () => {
    const { locker, status, driver } = bench();
    await status();
    locker.fault('F12');
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    locker.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(seen).toEqual(['offline', 'starting', 'online']);
  });

  it.each(['garbage', 'duplicate'])('%s does not disturb', async (fault) => {
    const { locker, perform, read, handedOut } = bench();
    locker.fault('takes-at-once');
    locker.fault(fault);
    expect(await perform('present', { serial: FIRST })).toMatchObject({ outcome: 'done' });
    expect(await read('inventory')).toMatchObject({ ok: true });
    expect(handedOut()).toBe(1);
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent', 'flood'])(
    '%s in the middle ends in time, never as done, and hands out no second one',
    async (fault) => {
      const { locker, begin, clock, op, status, handedOut } = bench();
      await status();
      locker.fault('takes-at-once');
      const before = clock.monoMs();
      const presenting = begin('present', { serial: FIRST }, op(20_000));
      await runFor(clock, 1_000);
      locker.fault(fault);
      const result = await runUntil(clock, presenting, 30_000);
      expect(clock.monoMs() - before).toBeLessThanOrEqual(20_100);
      expect(result.outcome).toBe('unknown');
      expect(handedOut()).toBeLessThanOrEqual(1);
    },
  );

  it('unplugged at each moment and plugged again: done is handed out, notDone is not', async () => {
    for (let atMs = 0; atMs <= 8_000; atMs += 200) {
      const { locker, begin, clock, op, handedOut } = bench();
      locker.fault('takes-at-once');
      const presenting = begin('present', { serial: FIRST }, op(20_000));
      await runFor(clock, atMs);
      locker.unplug();
      await runFor(clock, 2_000, 100);
      locker.plug();
      const { outcome } = await runUntil(clock, presenting);
      await runFor(clock, 8_000, 500);
      expect(handedOut(), `${outcome} at ${atMs}`).toBe({ done: 1, notDone: 0, unknown: -1 }[outcome]);
    }
  });
});
