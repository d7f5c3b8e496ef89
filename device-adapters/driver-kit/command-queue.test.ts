import { ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { expect, it } from 'vitest';
import { CommandQueue } from './command-queue.ts';

it('runs one job at a time in order of arrival, also after one that fails', async () => {
  const queue = new CommandQueue();
  const order: string[] = [];
  const job =
    (name: string, fails = false) =>
    async (): Promise<Result<string, Fault>> => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error('a bug');
      return ok(name);
    };
  const first = queue.run(job('a'));
  const second = queue.run(job('b', true));
  const third = queue.run(job('c'));
  expect(await first).toEqual({ ok: true, value: 'a' });
  await expect(second).rejects.toThrow('a bug');
  expect(await third).toEqual({ ok: true, value: 'c' });
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(queue.length).toBe(0);
});

it('is bounded: a call too many does not run', async () => {
  const queue = new CommandQueue(2);
  const gate = Promise.withResolvers<Result<number, Fault>>();
  const running = [queue.run(() => gate.promise), queue.run(async () => ok(2))];
  let ran = false;
  const refused = await queue.run(async () => {
    ran = true;
    return ok(3);
  });
  expect(refused).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
  gate.resolve(ok(1));
  expect(await Promise.all(running)).toEqual([ok(1), ok(2)]);
  expect(ran).toBe(false);
});
