import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, newOperationId, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/contract-bench.ts';
import { FakeDriver } from '../testing/fake-driver.ts';
import { runUntil } from '../testing/run-until.ts';
import { offlineFault } from './device-faults.ts';
import { DeviceSlot } from './device-slot.ts';
import { openOperationFile } from './operation-file.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function bench(giveUpWay: (() => Promise<Result<void, Fault>>) | undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-slot-'));
  const file = openOperationFile(join(dir, 'operations.sqlite'));
  if (!file.ok) throw new Error(file.error.message);
  ends.push(() => {
    file.value.close();
    rmSync(dir, { recursive: true });
  });
  const clock = new ManualClock();
  const driver = new FakeDriver('card-unit');
  const random = seededRandom(7);
  const slot = new DeviceSlot({
    device: 'card-unit',
    driver,
    clock,
    random,
    hostEpoch: 'epoch-1',
    file: file.value,
    giveUpWay,
    log: () => undefined,
  });
  const op = { operationId: newOperationId(clock.wallMs(), random), deadlineMs: 1_000 };
  return { slot, driver, op, run: <T>(promise: Promise<T>) => runUntil(clock, promise) };
}

describe('a new way to the device', () => {
  it('is made, and the lease goes on', async () => {
    let given = 0;
    const { slot, run } = bench(async () => {
      given += 1;
      return ok(undefined);
    });
    await slot.claim({ kind: 'core', id: 'core' }, 0);
    expect(await run(slot.reopen())).toEqual(ok(undefined));
    expect([given, slot.lease?.owner.kind]).toEqual([1, 'core']);
  });

  it('is refused while something moves: its answer would be lost', async () => {
    let given = 0;
    const { slot, driver, op, run } = bench(async () => {
      given += 1;
      return ok(undefined);
    });
    const lease = await slot.claim({ kind: 'core', id: 'core' }, 0);
    if (!lease.ok) throw new Error(lease.error.message);
    const moving = slot.effect(lease.value, op, 'captureCard', {});
    await run(Promise.resolve());
    expect(await run(slot.reopen())).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    expect(given).toBe(0);
    driver.calls[0]?.end({ outcome: 'notDone', evidence: [] });
    await run(moving);
    expect(await run(slot.reopen())).toEqual(ok(undefined));
  });

  it('is asked twice, as the first question may find the old line; a device that stays away says why', async () => {
    const { slot, driver, run } = bench(async () => ok(undefined));
    const gone = offlineFault('no such port');
    let asked = 0;
    driver.current = { ...driver.current, device: 'offline', source: 'stale', fault: gone, action: 'reset' };
    driver.status = async () => {
      asked += 1;
      return driver.current;
    };
    expect(await run(slot.reopen())).toEqual(err(gone));
    expect(asked).toBe(2);
  });

  it('is unsupported where the carrier has none to give up', async () => {
    const { slot, run } = bench(undefined);
    expect(await run(slot.reopen())).toMatchObject({ ok: false, error: { code: 'unsupportedCommand' } });
  });
});
