import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('one at a time, in order, also after one that failed', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const a = turns.run(async () => {
    log.push('a begins');
    await first.promise;
    log.push('a ends');
    throw new Error('a');
  });
  const b = turns.run(async () => {
    log.push('b');
    return 7;
  });
  await Promise.resolve();
  expect([log, turns.isTaken]).toEqual([['a begins'], true]);
  first.resolve();
  await expect(a).rejects.toThrow('a');
  expect(await b).toBe(7);
  expect([log, turns.isTaken]).toEqual([['a begins', 'a ends', 'b'], false]);
});
