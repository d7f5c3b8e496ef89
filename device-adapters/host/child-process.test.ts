import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { startDriverProcess, type DriverProcess } from './child-process.ts';

/** A real process, with a clock that stands still. */
function start(clock: ManualClock): DriverProcess {
  return startDriverProcess(clock, { onStatus: () => undefined, onAnswer: () => undefined });
}

it('a process that is not ready within five seconds is ended', async () => {
  const clock = new ManualClock();
  const child = start(clock);
  // Stopped before its first instruction of ours: it will never say anything.
  process.kill(child.pid ?? 0, 'SIGSTOP');
  let isReady: boolean | undefined;
  void child.ready.then((isSo) => (isReady = isSo));
  await clock.advance(4_999);
  expect(isReady).toBeUndefined();
  await clock.advance(1);
  expect(await child.ready).toBe(false);
  expect(await child.ended).toBe('SIGKILL');
});

it('one that is ready stays until it is told to stop, and takes nothing afterwards', async () => {
  const clock = new ManualClock();
  const child = start(clock);
  expect(await child.ready).toBe(true);
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
  await child.stop();
  expect(await child.ended).toBe('status 0');
  expect(child.send({ n: 1, call: 'describe' })).toBe(false);
});

it('names the signal that it died of', async () => {
  const child = start(new ManualClock());
  await child.ready;
  process.kill(child.pid ?? 0, 'SIGSEGV');
  expect(await child.ended).toBe('SIGSEGV');
});
