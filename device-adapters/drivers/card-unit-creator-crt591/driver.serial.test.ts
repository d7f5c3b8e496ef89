import { randomBytes } from 'node:crypto';
import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { expect, it } from 'vitest';
import { lineOf, openLine, systemClock, until, withSerialPair, type SerialPair } from '../../test/with-serial-pair.ts';
import { CardPath } from '../../testing/card-path.ts';
import { permitOf } from '../../testing/things.ts';
import { openSerial } from '../../transport/serial-channel.ts';
import { createCrt591 } from './driver.ts';
import { createSimulatedCrt591 } from './simulator.ts';

const NOTICED_MS = 2_000;
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const permit = permitOf('permit-li-na');

/** The unit at one end of a cable, its driver at the other. */
function unitOn(pair: SerialPair, speed: 'real' | 'fast' = 'fast') {
  const path = new CardPath();
  const unit = createSimulatedCrt591({ clock: systemClock, random, speed }, path, { permits: [permit] });
  const driver = createCrt591({
    open: openSerial(lineOf(pair.host), { clock: systemClock }),
    clock: systemClock,
    random,
    log: { debug: () => undefined },
    at: pair.at,
    options: {},
  });
  const abort = new AbortController();
  return {
    path,
    unit,
    driver,
    attach: async () => unit.attach(await openLine(pair.device)),
    perform: (verb: string) => driver.perform(verb, op(), {}, abort.signal),
    online: () => until(async () => (await driver.status(0)).device === 'online'),
  };
}

function op(): Op {
  return { operationId: newOperationId(Date.now(), random), deadlineMs: 10_000 };
}

it('identifies, draws a card in, gives it back and drops another, over a real pty', () =>
  withSerialPair(async (pair) => {
    const { path, driver, attach, perform } = unitOn(pair);
    await attach();
    expect(await driver.describe()).toMatchObject({ ok: true, value: { serial: 'CRT591-000417', at: pair.at } });
    path.put(permit);
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'done' });
    expect(path.place).toBe('readPosition');
    const ejecting = perform('ejectCard');
    await until(() => path.place === 'gate');
    path.take();
    expect(await ejecting).toMatchObject({ outcome: 'done' });
    path.put(permit);
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'done' });
    expect(await perform('captureCard')).toMatchObject({ outcome: 'done' });
    expect(path.bin).toHaveLength(1);
    await driver.close();
  }));

it('garbage before, between and after answers costs no operation', () =>
  withSerialPair(async (pair) => {
    const { path, unit, driver, attach, perform } = unitOn(pair);
    await attach();
    unit.fault('garbage');
    path.put(permit);
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'done' });
    unit.clear();
    expect(await perform('captureCard')).toMatchObject({ outcome: 'done' });
    await driver.close();
  }));

it('unplugged in the middle of a motion: unknown and stale at once; plugged in again: online, and nothing is repeated', () =>
  withSerialPair(async (pair) => {
    const { path, unit, driver, attach, perform, online } = unitOn(pair, 'real');
    await attach();
    await online();
    path.put(permit);
    path.move('readPosition');
    const before = unit.state()['motions'] as number;
    const ejecting = perform('ejectCard');
    await until(() => unit.state()['motions'] === before + 1);
    // Past the unit's acknowledgement (8 ms) and well before the motion's end (1,100 ms).
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    await pair.unplug();
    expect(await ejecting).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
    const took = performance.now() - began;
    expect(took).toBeLessThan(NOTICED_MS);
    expect(await driver.status(Number.POSITIVE_INFINITY)).toMatchObject({ device: 'offline', source: 'stale' });

    const seen: (string | undefined)[] = [];
    driver.onStatus(({ device }) => seen.push(device));
    await until(() => path.place === 'gate');
    await pair.plug();
    await attach();
    await online();
    expect(seen.filter((device) => device !== undefined)).toEqual(['starting', 'online']);
    expect(await driver.status(0)).toMatchObject({ media: 'entering', source: 'reported' });
    expect(unit.state()['motions']).toBe(before + 1);
    process.stdout.write(`unplug in the middle of a motion: outcome after ${took.toFixed(1)} ms\n`);
    await driver.close();
  }));
