import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LADDER, type Rung, type RungRow } from './recovery-ladder.table.ts';
import { stepBudget, type StepBudget } from './step-budget.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const rowOf = (rung: Rung): RungRow => LADDER.find((row) => row.rung === rung) as RungRow;

let bench: ManagerBench;
let budget: StepBudget;
beforeEach(() => {
  bench = new ManagerBench();
  budget = stepBudget(bench.journal, bench.clock);
});
afterEach(() => {
  bench.close();
});

function spend(rung: Rung, times: number, device = 'card-unit'): void {
  for (let i = 0; i < times; i += 1) expect(budget.spend(rung, device)).toBe(true);
}

describe('how often a rung may be taken', () => {
  it('within its short window, then again', async () => {
    spend('L2', 5);
    expect(budget.isSpent(rowOf('L2'), 'card-unit')).toBe(false);
    spend('L2', 1);
    expect(budget.isSpent(rowOf('L2'), 'card-unit')).toBe(true);
    await bench.clock.advance(HOUR);
    expect(budget.isSpent(rowOf('L2'), 'card-unit')).toBe(false);
  });

  it('within its day, however it is spread', async () => {
    for (let hour = 0; hour < 4; hour += 1) {
      spend('L3', 3);
      await bench.clock.advance(HOUR);
    }
    expect(budget.isSpent(rowOf('L3'), 'card-unit')).toBe(true);
    await bench.clock.advance(20 * HOUR + 1);
    expect(budget.isSpent(rowOf('L3'), 'card-unit')).toBe(false);
  });

  it('is each device’s own; a restarted host and a reboot are the machine’s', () => {
    spend('L6', 1);
    expect(budget.isSpent(rowOf('L6'), 'qr-reader')).toBe(false);
    spend('L7', 1);
    expect(budget.isSpent(rowOf('L7'), 'qr-reader')).toBe(true);
  });

  it('is remembered by the journal when core ends: a reboot does not make room for the next', async () => {
    spend('L7', 1);
    spend('L3', 3);
    budget.note('L3', 'card-unit', 'done');
    await bench.clock.advance(10 * MINUTE);
    await bench.restart();
    budget = stepBudget(bench.journal, bench.clock);
    expect([budget.isSpent(rowOf('L7'), 'card-unit'), budget.isSpent(rowOf('L3'), 'card-unit')]).toEqual([true, true]);
    await bench.clock.advance(50 * MINUTE);
    expect([budget.isSpent(rowOf('L7'), 'card-unit'), budget.isSpent(rowOf('L3'), 'card-unit')]).toEqual([true, false]);
  });

  it('counts a use from the future as one of now: a clock set back gives nothing away', async () => {
    spend('L7', 1);
    await bench.restart();
    bench.clock.jumpWall(-10 * HOUR);
    budget = stepBudget(bench.journal, bench.clock);
    await bench.clock.advance(23 * HOUR);
    expect(budget.isSpent(rowOf('L7'), 'card-unit')).toBe(true);
    await bench.clock.advance(HOUR);
    expect(budget.isSpent(rowOf('L7'), 'card-unit')).toBe(false);
  });

  it('a skipped rung costs nothing; a use that cannot be journaled may not be made', () => {
    for (let i = 0; i < 5; i += 1) budget.note('L7', 'card-unit', 'skipped.inUse');
    expect(budget.isSpent(rowOf('L7'), 'card-unit')).toBe(false);
    bench.journal.close();
    expect(budget.spend('L7', 'card-unit')).toBe(false);
  });
});
