import { ManualClock } from '@yimen/contracts/testing';
import { expect, it } from 'vitest';
import { newOp } from '../test/with-device-host.ts';
import { createChildDriver } from './child-driver.ts';
import type { ChildEvents, DriverProcess } from './child-process.ts';
import { DriverGroup } from './driver-group.ts';

/** A process whose driver answers everything with the same value. */
function answering(value: unknown): (clock: unknown, events: ChildEvents) => DriverProcess {
  return (_clock, { onAnswer }) => ({
    pid: 1,
    ready: Promise.resolve(true),
    ended: new Promise<string>(() => undefined),
    sealingKey: 'key',
    run: () => undefined,
    send: (body) => {
      const { n, device } = body as { n: number; device: string };
      queueMicrotask(() => onAnswer(device, n, value));
      return true;
    },
    stop: () => Promise.resolve(),
  });
}

function driverOf(value: unknown): ReturnType<typeof createChildDriver> {
  const clock = new ManualClock();
  const log = (): void => undefined;
  const group = new DriverGroup({
    clock,
    log,
    seesCitizens: true,
    readyMs: 1_000,
    startProcess: answering(value),
  });
  const make = (device: string): ReturnType<typeof createChildDriver> =>
    createChildDriver({
      config: { device, driver: 'fingerprint-yimen-ref1', at: 'none', options: {}, isolate: false },
      kind: 'fingerprint',
      group,
      clock,
      log,
    });
  const driver = make('fingerprint');
  make('neighbour');
  driver.begin();
  return driver;
}

it('a driver that answers nonsense is a fault of its own, and the host stands', async () => {
  const driver = driverOf({ nonsense: true });
  const fault = { code: 'hardwareError', message: 'the driver process gave no valid answer' };
  expect(await driver.describe()).toMatchObject({ ok: false, error: fault });
  expect(await driver.renew()).toMatchObject({ ok: false, error: fault });
  // Asked, and nobody can tell what came of it.
  expect(await driver.reset(newOp(), 'stay')).toMatchObject({ outcome: 'unknown', fault });
  expect(await driver.status(0)).toMatchObject({ device: 'offline', fault, source: 'stale' });
});

it('a way that was given up is told as such, although what is absent does not travel', async () => {
  expect(await driverOf({ ok: true, value: null }).renew()).toEqual({ ok: true, value: undefined });
});
