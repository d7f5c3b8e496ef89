import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceStatus } from '@yimen/contracts/device';
import { ManagerBench } from './testing/manager-bench.ts';

const WHO = { who: 'W'.repeat(43), workOrder: 'wo-2026-0001' };
const WELL: Partial<DeviceStatus> = { device: 'online', antiFraud: 'ok', fault: undefined, action: undefined };
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

async function open(): Promise<ManagerBench> {
  bench = new ManagerBench({ servicesNeeding: (kind) => (kind === 'card-unit' ? ['exit.endorse'] : []) });
  await bench.start();
  return bench;
}

const held = (): unknown[] => bench.rows('device-held').map(({ why, state }) => [why, state]);
const told = (): unknown[] =>
  bench
    .rows('device-status')
    .filter((row) => row['module'] === 'cardUnit')
    .map(({ state, fault, lost }) => [state, fault, lost]);

describe('a device that was manipulated', () => {
  it.each<Partial<DeviceStatus>>([
    { device: 'fraudAttempt' },
    { antiFraud: 'deviceDetected' },
    { device: 'potentialFraud' },
  ])('%j: stays out of use though it says that all is well, and the fleet is told', async (sign) => {
    await open();
    bench.host.set('card-unit', sign);
    bench.host.set('card-unit', WELL);
    await bench.pass(5_000);
    expect(bench.manager.problemOf('card-unit')).toBe('fraudAttempt');
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
    expect(bench.manager.modules()[0]).toMatchObject({ state: 'fraudAttempt', fault: 'fraudAttempt' });
    expect(told().at(-1)).toEqual(['fraudAttempt', 'fraudAttempt', ['exit.endorse']]);
    expect(held()).toEqual([['fraud', 'begun']]);
    const [row] = bench.rows('device-held');
    expect(bench.manager.heldForFraud()).toEqual([{ device: 'card-unit', incident: row?.['number'] }]);
  });

  it('is so still after core began anew, under the same number, and one row stands for it', async () => {
    await open();
    bench.host.set('card-unit', { device: 'fraudAttempt' });
    const before = bench.manager.heldForFraud();
    bench.host.set('card-unit', WELL);
    await bench.restart();
    expect(bench.manager.problemOf('card-unit')).toBe('fraudAttempt');
    expect(bench.manager.heldForFraud()).toEqual(before);
    expect(held()).toEqual([['fraud', 'begun']]);
  });

  it('is only asked: nothing destroys traces', async () => {
    await open();
    bench.host.set('card-unit', { device: 'fraudAttempt' });
    bench.host.set('card-unit', { ...WELL, device: 'hardwareError', action: 'reset' });
    await bench.pass(10 * 60_000);
    expect(new Set(bench.rows('recovery-step').map(({ rung }) => rung))).toEqual(new Set(['L1']));
  });

  it('is held also while the journal refuses, and recorded when it takes it', async () => {
    await open();
    const real = bench.journal.append.bind(bench.journal);
    bench.journal.append = () => ({ ok: false, error: { code: 'JOURNAL_IO', message: '', action: 'maintenance' } });
    bench.host.set('card-unit', { device: 'fraudAttempt' });
    bench.host.set('card-unit', WELL);
    expect([bench.manager.problemOf('card-unit'), held()]).toEqual(['fraudAttempt', []]);
    bench.journal.append = real;
    bench.host.set('card-unit', WELL);
    expect(held()).toEqual([['fraud', 'begun']]);
  });

  it('is not latched by what is only remembered of it', async () => {
    await open();
    bench.host.set('card-unit', { device: 'fraudAttempt', source: 'stale' });
    bench.host.set('card-unit', { ...WELL, source: 'reported' });
    await bench.pass(500);
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });
});

describe('what may only be a hand at the gate', () => {
  it('counts when it is still there after the session', async () => {
    await open();
    bench.isServing = true;
    bench.host.set('card-unit', { device: 'potentialFraud' });
    bench.host.set('card-unit', WELL);
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
    bench.host.set('card-unit', { device: 'potentialFraud' });
    bench.isServing = false;
    bench.manager.atRest();
    bench.host.set('card-unit', WELL);
    expect(bench.manager.problemOf('card-unit')).toBe('fraudAttempt');
  });
});

describe('a technician', () => {
  it('lets it back, in one commit with who did it, also over a restart', async () => {
    await open();
    bench.host.set('card-unit', { device: 'fraudAttempt' });
    bench.host.set('card-unit', WELL);
    expect(bench.manager.releaseFraud('card-unit', WHO)).toEqual({ ok: true, value: undefined });
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
    expect(bench.rows('staff-action')).toMatchObject([{ ...WHO, action: 'fraud-released' }]);
    expect(held()).toEqual([
      ['fraud', 'begun'],
      ['fraud', 'ended'],
    ]);
    await bench.restart();
    expect([bench.manager.problemOf('card-unit'), bench.manager.heldForFraud()]).toEqual([undefined, []]);
  });

  it('cannot while the device itself says so, nothing is held, or it is not recorded', async () => {
    await open();
    expect(bench.manager.releaseFraud('card-unit', WHO)).toMatchObject({ error: { code: 'configuration' } });
    expect(bench.manager.releaseFraud('nothing', WHO)).toMatchObject({ error: { code: 'configuration' } });
    bench.host.set('card-unit', { device: 'fraudAttempt' });
    expect(bench.manager.releaseFraud('card-unit', WHO)).toMatchObject({ error: { code: 'fraudAttempt' } });
    bench.host.set('card-unit', WELL);
    bench.journal.append = () => ({ ok: false, error: { code: 'JOURNAL_IO', message: '', action: 'maintenance' } });
    expect(bench.manager.releaseFraud('card-unit', WHO)).toMatchObject({ error: { code: 'JOURNAL_IO' } });
    expect(bench.manager.problemOf('card-unit')).toBe('fraudAttempt');
  });
});
