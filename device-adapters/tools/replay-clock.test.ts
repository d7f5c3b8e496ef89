import { expect, it } from 'vitest';
import { ReplayClock } from './replay-clock.ts';

it('moves timer by timer up to a moment, never back, and forgets what was cancelled', () => {
  const clock = new ReplayClock(1_000);
  const ran: string[] = [];
  clock.after(20, () => ran.push('late'));
  clock.after(10, () => {
    ran.push('early');
    clock.after(5, () => ran.push('between'));
  });
  clock.after(12, () => ran.push('cancelled'))();
  while (clock.step(50)) expect(clock.wallMs()).toBeLessThanOrEqual(1_050);
  expect(ran).toEqual(['early', 'between', 'late']);
  expect(clock.wallMs()).toBe(1_050);
  clock.step(30);
  expect(clock.wallMs()).toBe(1_050);
});

it('never shows the same moment twice', () => {
  const clock = new ReplayClock(0);
  expect(clock.monoMs()).toBeLessThan(clock.monoMs());
});
