import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { offlineFault } from './device-faults.ts';
import { ReplyMatcher } from './reply-matcher.ts';

function bench() {
  const clock = new ManualClock();
  const lines: string[] = [];
  const matcher = new ReplyMatcher<string>(clock, {
    debug: (line, fields) => lines.push(`${line} ${String(fields?.['from'])}`),
  });
  const wait = (wanted: string) => matcher.register(wanted, (frame) => (frame === wanted ? frame.length : undefined));
  return { clock, matcher, wait, lines };
}

it('gives each frame to the longest waiting ticket that wants it', async () => {
  const { matcher, wait } = bench();
  const first = wait('a').within(100);
  const second = wait('a').within(100);
  const other = wait('bb').within(100);
  expect(matcher.feed('bb')).toBe(true);
  expect(matcher.feed('a')).toBe(true);
  expect(matcher.feed('a')).toBe(true);
  expect(await Promise.all([first, second, other])).toEqual([
    { ok: true, value: 1 },
    { ok: true, value: 1 },
    { ok: true, value: 2 },
  ]);
  expect(matcher.lateAnswers).toBe(0);
});

it('an answer that is faster than the timer is not lost', async () => {
  const { matcher, wait, clock } = bench();
  const ticket = wait('a');
  matcher.feed('a');
  expect(await ticket.within(100)).toEqual({ ok: true, value: 1 });
  expect(clock.waiting).toBe(0);
});

it('silence is a timeout that names what was awaited and who asked; what comes later is counted', async () => {
  const { matcher, wait, clock, lines } = bench();
  const waiting = wait('a').within(100);
  await clock.advance(99);
  await clock.advance(1);
  expect(await waiting).toMatchObject({
    ok: false,
    error: { code: 'timeOut', message: expect.stringContaining('a') as string },
  });
  expect(lines.join()).toContain('reply-matcher.test');
  expect(matcher.feed('a')).toBe(false);
  expect(matcher.lateAnswers).toBe(1);
});

it('a lost line ends every wait at once and leaves no timer', async () => {
  const { matcher, wait, clock } = bench();
  const waiting = [wait('a').within(1_000), wait('b').within(1_000)];
  matcher.failAll(offlineFault('unplugged'));
  for (const result of await Promise.all(waiting))
    expect(result).toMatchObject({ ok: false, error: { code: 'offline' } });
  expect(clock.waiting).toBe(0);
});

it('a dropped ticket takes nothing', async () => {
  const { matcher, wait } = bench();
  const ticket = wait('a');
  ticket.drop();
  expect(matcher.feed('a')).toBe(false);
  expect(await ticket.within(10)).toMatchObject({ ok: false });
});
