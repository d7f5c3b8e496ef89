import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, newOperationId, ok } from '@yimen/contracts/base';
import type { DeviceKind, Lease, Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.table.ts';
import { seededRandom } from '../testing/contract-bench.ts';
import { FakeDriver } from '../testing/fake-driver.ts';
import { runFor, runUntil } from '../testing/run-until.ts';
import { DeviceSlot } from './device-slot.ts';
import type { EffectResult } from './driver.ts';
import { openOperationFile, type OperationFile } from './operation-file.ts';

const random = seededRandom(11);
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function bench(
  kind: DeviceKind = 'card-unit',
  expectSerial?: string,
  wrapFile: (file: OperationFile) => OperationFile = (file) => file,
  allowFirmware?: readonly string[],
) {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-slot-'));
  const file = openOperationFile(join(dir, 'operations.sqlite'));
  if (!file.ok) throw new Error(file.error.message);
  ends.push(() => {
    file.value.close();
    rmSync(dir, { recursive: true });
  });
  const clock = new ManualClock();
  const driver = new FakeDriver(kind);
  const ended: string[] = [];
  const slot = new DeviceSlot({
    device: kind,
    driver,
    clock,
    random,
    hostEpoch: 'epoch-1',
    file: wrapFile(file.value),
    expectSerial,
    allowFirmware,
    log: () => undefined,
    onLeaseEnded: (_, why) => ended.push(why),
  });
  const claim = async (): Promise<Lease> => {
    const claimed = await slot.claim({ kind: 'session', id: 'session-1' }, 0);
    if (!claimed.ok) throw new Error(claimed.error.message);
    return claimed.value;
  };
  const op = (deadlineMs = 1_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  return { clock, driver, slot, claim, op, ended, run: <T>(promise: Promise<T>) => runUntil(clock, promise) };
}

const atReadPosition: EffectResult = {
  outcome: 'done',
  evidence: [{ kind: 'position', customerAccess: 'none', detail: 'readPosition', at: 1 }],
};

describe('evidence', () => {
  it.each([
    ['acceptCard', [], 'unknown'],
    ['acceptCard', ['position'], 'done'],
    ['ejectCard', ['presented'], 'unknown'],
    ['ejectCard', ['presented', 'taken'], 'done'],
    ['captureCard', ['position'], 'done'],
    ['captureCard', ['countDelta'], 'done'],
    ['captureCard', ['presented'], 'unknown'],
  ] as const)('%s "done" with %j is %s', async (verb, kinds, outcome) => {
    const { slot, driver, claim, op, run } = bench();
    const running = slot.effect(await claim(), op(), verb, {});
    await run(Promise.resolve());
    driver.calls[0]?.end({
      outcome: 'done',
      evidence: kinds.map((kind) => ({ kind, customerAccess: 'none', detail: 'x', at: 1 })),
    });
    expect(await run(running)).toMatchObject({ ok: true, value: { outcome } });
  });

  it('a refusal needs none', async () => {
    const { slot, driver, claim, op, run } = bench();
    const running = slot.effect(await claim(), op(), 'ejectCard', {});
    await run(Promise.resolve());
    driver.calls[0]?.end({
      outcome: 'notDone',
      evidence: [],
      fault: { code: 'noMedia', message: 'none', action: 'suspend' },
    });
    const result = await run(running);
    expect(result).toMatchObject({ ok: true, value: { outcome: 'notDone', fault: { code: 'noMedia' } } });
    // The fault says whose it is.
    if (result.ok) expect(result.value.fault?.operationId).toBe(result.value.operationId);
  });
});

describe('one motion at a time', () => {
  it('a second effect is refused while one runs, whoever asks', async () => {
    const { slot, driver, claim, op, run } = bench();
    const lease = await claim();
    const first = slot.effect(lease, op(), 'acceptCard', {});
    await run(Promise.resolve());
    expect(await run(slot.effect(lease, op(), 'ejectCard', {}))).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy' },
    });
    expect(driver.calls).toHaveLength(1);
    driver.calls[0]?.end(atReadPosition);
    expect(await run(first)).toMatchObject({ ok: true });
  });

  it('a reset ends what runs, waits for its end, then resets', async () => {
    const { slot, driver, claim, op, run } = bench();
    const lease = await claim();
    const first = slot.effect(lease, op(60_000), 'acceptCard', {});
    await run(Promise.resolve());
    const reset = slot.reset(lease, op(), 'exit');
    await run(Promise.resolve());
    expect(driver.calls.map((call) => call.verb)).toEqual(['acceptCard']);
    expect(driver.calls[0]?.signal.aborted).toBe(true);
    driver.calls[0]?.end({ outcome: 'notDone', evidence: [] });
    await run(first);
    await run(Promise.resolve());
    expect(driver.calls.map((call) => call.verb)).toEqual(['acceptCard', 'reset']);
    driver.calls[1]?.end({ outcome: 'done', evidence: [] });
    expect(await run(reset)).toMatchObject({ ok: true, value: { verb: 'reset', outcome: 'done' } });
  });

  it('a reset gives up on a motion that does not end, and does not reset over it', async () => {
    const { slot, driver, claim, op, run } = bench();
    const lease = await claim();
    void slot.effect(lease, op(60_000), 'acceptCard', {});
    await run(Promise.resolve());
    expect(await run(slot.reset(lease, op(2_000), 'exit'))).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    expect(driver.calls).toHaveLength(1);
  });

  it('a payment’s cancel runs beside its charge', async () => {
    const { slot, driver, claim, op, run } = bench('payment-terminal');
    const lease = await claim();
    const charge = slot.effect(lease, op(), 'charge', { billRef: 'b-1', amountFen: 1_500, qrText: 'x' });
    await run(Promise.resolve());
    const cancel = slot.effect(lease, op(), 'cancel', { billRef: 'b-1' });
    await run(Promise.resolve());
    expect(driver.calls.map((call) => call.verb)).toEqual(['charge', 'cancel']);
    for (const call of driver.calls) call.end({ outcome: 'done', evidence: [] });
    expect(await run(charge)).toMatchObject({ ok: true });
    expect(await run(cancel)).toMatchObject({ ok: true });
  });

  it('the next owner waits until the motion of the last has ended', async () => {
    const { slot, driver, claim, op, run, clock } = bench();
    const lease = await claim();
    void slot.effect(lease, op(60_000), 'acceptCard', {});
    await run(Promise.resolve());
    slot.release(lease, 'ownerGone');
    expect(driver.calls[0]?.signal.aborted).toBe(true);
    expect(await run(slot.claim({ kind: 'core', id: 'core' }, 100))).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy', message: expect.stringContaining('motion') as string },
    });
    const waiting = slot.claim({ kind: 'core', id: 'core' }, 10_000);
    await runFor(clock, 1_000);
    driver.calls[0]?.end({ outcome: 'notDone', evidence: [] });
    expect(await run(waiting)).toMatchObject({ ok: true });
  });
});

describe('drivers that misbehave', () => {
  it('one that never settles: unknown after its deadline and grace, and the device stays taken', async () => {
    const { slot, driver, claim, op, run, clock } = bench();
    const lease = await claim();
    const began = clock.monoMs();
    const result = await run(slot.effect(lease, op(1_000), 'acceptCard', {}));
    expect(result).toMatchObject({ ok: true, value: { outcome: 'unknown', fault: { code: 'timeOut' } } });
    expect(clock.monoMs() - began).toBeLessThanOrEqual(1_000 + LIMITS.driverGraceMs + 20);
    expect(driver.calls[0]?.signal.aborted).toBe(true);
    expect(await run(slot.effect(lease, op(), 'ejectCard', {}))).toMatchObject({
      ok: false,
      error: { code: 'deviceBusy' },
    });
    driver.calls[0]?.end(atReadPosition);
    await run(Promise.resolve());
    const later = slot.effect(lease, op(), 'ejectCard', {});
    await run(Promise.resolve());
    expect(driver.calls).toHaveLength(2);
    driver.calls[1]?.end({ outcome: 'notDone', evidence: [] });
    await run(later);
  });

  it('one that throws: unknown', async () => {
    const { slot, driver, claim, op, run } = bench();
    const running = slot.effect(await claim(), op(), 'acceptCard', {});
    await run(Promise.resolve());
    driver.calls[0]?.fail(new Error('a bug'));
    expect(await run(running)).toMatchObject({
      ok: true,
      value: { outcome: 'unknown', fault: { code: 'softwareError' } },
    });
  });

  it('one that throws when it is asked: its device fails, nothing else', async () => {
    const { slot, driver, claim, run } = bench();
    const bug = (): Promise<never> => Promise.reject(new Error('a bug'));
    Object.assign(driver, { read: bug, describe: bug, status: bug });
    expect(await run(slot.read(await claim(), 500, 'position', {}))).toMatchObject({
      ok: false,
      error: { code: 'softwareError' },
    });
    expect(await run(slot.describe())).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    expect(await run(slot.status(0))).toMatchObject({
      device: 'hardwareError',
      action: 'softwareError',
      source: 'inferred',
    });
  });

  it('one whose read gives something else than the port says: nothing of it leaves the host', async () => {
    const { slot, driver, claim, run } = bench();
    driver.readValue = ok({ position: 'somewhere', binCount: 0 });
    expect(await run(slot.read(await claim(), 500, 'position', {}))).toMatchObject({
      ok: false,
      error: { code: 'softwareError' },
    });
    driver.readValue = ok({ position: 'gate', binCount: 3, note: 'not in the table' });
    expect(await run(slot.read(await claim(), 500, 'position', {}))).toEqual({
      ok: true,
      value: { position: 'gate', binCount: 3 },
    });
  });
});

describe('the operation file', () => {
  it('nothing moves when the intent cannot be written', async () => {
    const full = { code: 'DISK_FULL', message: 'full', action: 'maintenance' } as const;
    const { slot, driver, claim, op, run } = bench('card-unit', undefined, (file) => ({
      ...file,
      begin: () => err(full),
      get: (id) => file.get(id),
      update: (record) => file.update(record),
      close: () => file.close(),
    }));
    const lease = await claim();
    expect(await run(slot.effect(lease, op(), 'acceptCard', {}))).toEqual({ ok: false, error: full });
    expect(driver.calls).toHaveLength(0);
    // And the device is free again.
    slot.release(lease);
    expect(await run(slot.claim({ kind: 'core', id: 'core' }, 0))).toMatchObject({ ok: true });
  });

  it('the intent is on disk before the driver is called', async () => {
    const order: string[] = [];
    const { slot, driver, claim, op, run } = bench('card-unit', undefined, (file) => ({
      begin: (record) => {
        order.push(`begin, driver called ${driver.calls.length}`);
        return file.begin(record);
      },
      get: (id) => file.get(id),
      update: (record) => {
        order.push(`update ${record.outcome}, driver called ${driver.calls.length}`);
        return file.update(record);
      },
      close: () => file.close(),
    }));
    const running = slot.effect(await claim(), op(), 'acceptCard', {});
    await run(Promise.resolve());
    driver.calls[0]?.end(atReadPosition);
    await run(running);
    expect(order).toEqual(['begin, driver called 0', 'update done, driver called 1']);
  });

  it('what the device remembers turns unknown into its outcome, for good', async () => {
    const { slot, driver, claim, op, run } = bench('payment-terminal');
    const lease = await claim();
    const charging = op();
    const charge = slot.effect(lease, charging, 'charge', { billRef: 'b-1', amountFen: 1_500, qrText: 'x' });
    await run(Promise.resolve());
    driver.calls[0]?.end({ outcome: 'unknown', evidence: [] });
    expect(await run(charge)).toMatchObject({ ok: true, value: { outcome: 'unknown' } });
    expect(await run(slot.getOperation(charging.operationId))).toMatchObject({
      outcome: 'unknown',
      evidence: [{ detail: 'now media:cannotReport' }],
    });
    driver.recalled = { outcome: 'done', evidence: [], value: { trace: '000123', amountFen: 1_500 } };
    expect(await run(slot.getOperation(charging.operationId))).toMatchObject({
      outcome: 'done',
      value: { trace: '000123' },
    });
    driver.recalled = undefined;
    expect(await run(slot.getOperation(charging.operationId))).toMatchObject({ outcome: 'done' });
    expect(await run(slot.getOperation(newOperationId(1, random)))).toBe('never-seen');
  });
});

describe('identity', () => {
  it('another serial answering: nothing is given to it, also after a reconnect', async () => {
    const { slot, driver, claim, op, run } = bench('card-unit', 'S-1');
    const lease = await claim();
    const first = slot.effect(lease, op(), 'acceptCard', {});
    await run(Promise.resolve());
    driver.calls[0]?.end(atReadPosition);
    expect(await run(first)).toMatchObject({ ok: true });
    driver.serial = 'S-2';
    driver.change({ device: 'offline', source: 'stale' });
    driver.change({ device: 'online', source: 'reported' });
    expect(await run(slot.effect(lease, op(), 'ejectCard', {}))).toMatchObject({
      ok: false,
      error: { code: 'configuration' },
    });
    expect(await run(slot.read(lease, 500, 'position', {}))).toMatchObject({
      ok: false,
      error: { code: 'configuration' },
    });
    expect(driver.calls).toHaveLength(1);
    expect(await run(slot.status(0))).toMatchObject({ device: 'hardwareError', action: 'configuration' });
  });
});

describe('an attempt at fraud', () => {
  it('is ended by a technician alone; what lies inside is given back by anybody', async () => {
    const { slot, driver, claim, op, run } = bench();
    driver.change({ device: 'fraudAttempt', source: 'reported' });
    const lease = await claim();
    expect(await run(slot.reset(lease, op(), 'stay'))).toMatchObject({
      ok: false,
      error: { code: 'fraudAttempt', action: 'maintenance' },
    });
    expect(driver.calls).toHaveLength(0);
    const giving = slot.reset(lease, op(), 'exit');
    await run(Promise.resolve());
    driver.calls[0]?.end({ outcome: 'done', evidence: [] });
    expect(await run(giving)).toMatchObject({ ok: true, value: { outcome: 'done' } });
    slot.release(lease);
    const technician = await run(slot.claim({ kind: 'technician', id: 'probe' }, 0));
    if (!technician.ok) throw new Error(technician.error.message);
    const ending = slot.reset(technician.value, op(), 'stay');
    await run(Promise.resolve());
    driver.calls[1]?.end({ outcome: 'done', evidence: [] });
    expect(await run(ending)).toMatchObject({ ok: true, value: { outcome: 'done' } });
  });
});

describe('firmware', () => {
  it('one that was never tried says who it is, and acts for nobody', async () => {
    const { slot, driver, claim, op, run } = bench('card-unit', undefined, (file) => file, ['9.9']);
    expect(await run(slot.describe())).toMatchObject({ ok: true, value: { firmware: null } });
    expect(await run(slot.effect(await claim(), op(), 'acceptCard', {}))).toMatchObject({
      ok: false,
      error: { code: 'configuration', message: expect.stringContaining('unknown firmware is not on the list') },
    });
    expect(driver.calls).toHaveLength(0);
    expect(await run(slot.status(0))).toMatchObject({ device: 'hardwareError', action: 'configuration' });
  });
});

describe('end', () => {
  it('closing ends the lease, the driver and what waits', async () => {
    const { slot, driver, claim, op, run, ended } = bench();
    const lease = await claim();
    const running = slot.effect(lease, op(60_000), 'acceptCard', {});
    await run(Promise.resolve());
    const closing = slot.close();
    expect(driver.calls[0]?.signal.aborted).toBe(true);
    driver.calls[0]?.end({ outcome: 'notDone', evidence: [] });
    await run(closing);
    expect(await run(running)).toMatchObject({ ok: true, value: { outcome: 'notDone' } });
    expect(driver.isClosed).toBe(true);
    expect(ended).toEqual(['hostStopping']);
  });
});
