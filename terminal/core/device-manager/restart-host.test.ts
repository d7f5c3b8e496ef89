import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepOutcome } from './recovery-ladder.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const SICK = {
  device: 'hardwareError',
  fault: { code: 'hardwareError', message: '', action: 'reset' },
  action: 'reset',
} as const;
let bench: ManagerBench;
let orders: PromiseWithResolvers<StepOutcome>[];

beforeEach(() => {
  orders = [];
});
afterEach(() => {
  bench.close();
});

async function climb(): Promise<void> {
  bench = new ManagerBench({
    hands: {
      restartHost: () => {
        const order = Promise.withResolvers<StepOutcome>();
        orders.push(order);
        return order.promise;
      },
    },
  });
  await bench.start();
  bench.host.set('card-unit', SICK);
}

describe('L4, the device host is restarted', () => {
  it('from the order on nobody begins anything with the old host; refused, it is used as before', async () => {
    await climb();
    await bench.pass(60_000);
    expect([orders.length, bench.manager.isInspected()]).toEqual([1, false]);
    orders[0]?.resolve('notDone');
    await bench.pass(1_000);
    expect([bench.manager.isInspected(), bench.steps().at(-1)]).toEqual([true, 'L4 notDone']);
  });

  it('a citizen who began in the very moment is not cut off', async () => {
    await climb();
    // Between the ladder's look and the order: the row of the use is written in between.
    const stop = bench.journal.onAppended((rows) => {
      if (rows.some((row) => row.body.includes('"rung":"L4"'))) bench.isServing = true;
    });
    await bench.pass(60_000);
    stop();
    expect([orders.length, bench.steps().at(-1)]).toEqual([0, 'L4 notDone']);
  });

  it('puts every device through a new look, and the ladder goes on when that did not help either', async () => {
    await climb();
    await bench.pass(60_000);
    bench.host.drop('restarted');
    orders[0]?.resolve('done');
    await bench.pass(1_000);
    const looked = bench.rows('device-inspected').length;
    await bench.pass(60_000);
    expect(bench.manager.isInspected()).toBe(true);
    expect(looked).toBeGreaterThanOrEqual(10);
    expect(bench.steps().slice(-4)).toEqual([
      'L4 done',
      'L5 skipped.unsupported',
      'L6 skipped.unsupported',
      'L7 skipped.unsupported',
    ]);
    expect(bench.manager.outOfService()).toMatchObject([{ device: 'card-unit' }]);
  });
});
