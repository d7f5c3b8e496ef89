import { afterEach, describe, expect, it } from 'vitest';
import { FLAPPING } from './flapping.table.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const MINUTE = 60_000;
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

async function open(): Promise<void> {
  bench = new ManagerBench();
  await bench.start();
}

async function fall(device: string, times: number, everyMs = 40_000): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    bench.host.set(device, { device: 'offline', source: 'stale' });
    await bench.pass(1_000);
    bench.host.set(device, { device: 'online', source: 'reported' });
    await bench.pass(everyMs - 1_000);
  }
}

const allowed = FLAPPING['*']?.falls ?? 0;

describe('a device that comes and goes', () => {
  it('is used until it has done so too often; then it is kept out with one alarm, not a storm', async () => {
    await open();
    await fall('receipt-printer', allowed);
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
    await fall('receipt-printer', 1);
    expect(bench.manager.problemOf('receipt-printer')).toBe('hardwareError');
    const told = bench.rows('device-status').filter((row) => row['module'] === 'receiptPrinter').length;
    await fall('receipt-printer', 20, 10_000);
    expect(bench.rows('device-status').filter((row) => row['module'] === 'receiptPrinter')).toHaveLength(told);
    expect(bench.rows('device-held')).toMatchObject([
      { module: 'receiptPrinter', why: 'flapping', state: 'begun', number: null },
    ]);
    expect(bench.manager.statuses().find(({ device }) => device === 'receipt-printer')?.status).toMatchObject({
      action: 'maintenance',
      source: 'inferred',
    });
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });

  it('is let back when it has been quiet for long enough, and not before', async () => {
    await open();
    await fall('receipt-printer', allowed + 1, 10_000);
    await bench.pass(4 * MINUTE);
    expect(bench.manager.problemOf('receipt-printer')).toBe('hardwareError');
    await fall('receipt-printer', 1, 10_000);
    await bench.pass(4 * MINUTE);
    expect(bench.manager.problemOf('receipt-printer')).toBe('hardwareError');
    await bench.pass(MINUTE);
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
    expect(bench.rows('device-held').at(-1)).toMatchObject({ why: 'flapping', state: 'ended' });
    await fall('receipt-printer', 1);
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
  });

  it('that went away in its quiet time comes back as what it is', async () => {
    await open();
    await fall('receipt-printer', allowed + 1, 10_000);
    bench.host.set('receipt-printer', { device: 'offline', source: 'reported' });
    await bench.pass(6 * MINUTE);
    expect(bench.manager.problemOf('receipt-printer')).toBe('offline');
  });

  it('slowly enough is not flapping', async () => {
    await open();
    await fall('receipt-printer', 10, 3 * MINUTE);
    expect(bench.rows('device-held').filter((row) => row['why'] === 'flapping')).toEqual([]);
  });

  it('a card unit has fewer chances, and is not driven by the ladder meanwhile', async () => {
    await open();
    await fall('card-unit', (FLAPPING['card-unit']?.falls ?? 0) + 1, 10_000);
    expect(bench.manager.problemOf('card-unit')).toBe('hardwareError');
    await bench.pass(2 * MINUTE);
    expect(bench.host.calls.filter((call) => call.call === 'reset' || call.call === 'reopen')).toEqual([]);
  });

  it('because its host was restarted is not flapping', async () => {
    await open();
    for (let i = 0; i < 10; i += 1) {
      bench.host.drop();
      await bench.pass(10_000);
    }
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();
    expect(bench.rows('device-held')).toEqual([]);
  });
});
