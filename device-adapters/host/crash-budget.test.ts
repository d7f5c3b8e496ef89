import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { CrashBudget } from './crash-budget.ts';

it('restarts twice, ever more slowly, and keeps down what dies a third time within ten minutes', async () => {
  const clock = new ManualClock();
  const budget = new CrashBudget(clock);
  expect(budget.died()).toEqual({ restartMs: 250 });
  await clock.advance(300_000);
  expect(budget.died()).toEqual({ restartMs: 500 });
  await clock.advance(299_999);
  expect(budget.died()).toBe('quarantine');
});

it('forgets what is ten minutes old', async () => {
  const clock = new ManualClock();
  const budget = new CrashBudget(clock);
  for (let death = 0; death < 10; death += 1) {
    expect(budget.died()).toHaveProperty('restartMs');
    await clock.advance(300_001);
  }
});

it('after a quarantine was lifted, one more death within the window brings it back', () => {
  const budget = new CrashBudget(new ManualClock());
  expect([budget.died(), budget.died(), budget.died(), budget.died()].slice(2)).toEqual(['quarantine', 'quarantine']);
});
