import { afterEach, describe, expect, it } from 'vitest';
import type { Unit } from '@yimen/contracts/device';
import { BIN } from './testing/fake-device-host.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const STACK: Unit = { ...BIN, type: 'dispense', capacity: 100, count: 40, threshold: 10 };
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

const bin = (count: number, replenishment: Unit['replenishment']): void => {
  bench.host.set('card-unit', { units: { bin: { ...BIN, count, replenishment } } });
};
const warned = (): unknown[] => bench.rows('supply-warning').map(({ unit, state, count }) => [unit, state, count]);

describe('a bin that fills, a stack that empties', () => {
  it('is told once per level, with its count, and when it is well again', async () => {
    bench = new ManagerBench();
    await bench.start();
    bin(17, 'ok');
    bin(18, 'high');
    bin(19, 'high');
    bin(20, 'full');
    bin(0, 'ok');
    expect(warned()).toEqual([
      ['cardUnit.bin', 'high', 18],
      ['cardUnit.bin', 'full', 20],
      ['cardUnit.bin', 'ok', 0],
    ]);
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
    expect(bench.journal.reader.fleetRows(1, 100).filter(({ kind }) => kind === 'supply-warning')).toHaveLength(3);
  });

  it('is no news again after a restart, and its change meanwhile is', async () => {
    bench = new ManagerBench();
    bench.host.add('licence-printer', { media: 'notPresent', units: { driving: { ...STACK, replenishment: 'low' } } });
    await bench.start();
    await bench.restart();
    expect(warned()).toEqual([['licencePrinter.driving', 'low', 40]]);
    bench.host.add('licence-printer', { media: 'notPresent', units: { driving: STACK } });
    await bench.restart();
    expect(warned()).toEqual([
      ['licencePrinter.driving', 'low', 40],
      ['licencePrinter.driving', 'ok', 40],
    ]);
  });

  it('is not told from memory of a device that is gone', async () => {
    bench = new ManagerBench();
    await bench.start();
    bench.host.set('card-unit', { source: 'stale', units: { bin: { ...BIN, replenishment: 'high' } } });
    expect(warned()).toEqual([]);
  });
});
