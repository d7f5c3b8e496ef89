import { createHash } from 'node:crypto';
import { fingerImageSchema, type FingerImage } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { createFingerprint } from './driver.ts';
import { createSimulatedFingerprint } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const collector = createSimulatedFingerprint({ clock, random, speed: 'real' });
  const makeDriver = () =>
    createFingerprint({
      open: cableTo(collector),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const abort = new AbortController();
  const begin = (verb: string, deadlineMs = 20_000, args: unknown = {}, by = driver) =>
    by.read(verb, deadlineMs, args, abort.signal);
  return {
    clock,
    collector,
    driver,
    makeDriver,
    abort,
    begin,
    read: (verb: string, deadlineMs = 20_000) => runUntil(clock, begin(verb, deadlineMs)),
    capture: (deadlineMs = 20_000, by = driver) => by.read('capture', deadlineMs, { finger: 1 }, abort.signal),
    status: () => runUntil(clock, driver.status(0)),
  };
}

type Bench = ReturnType<typeof bench>;

/** A capture in which a finger comes after two seconds. */
async function captureOf({ capture, clock, collector }: Bench, thing: string) {
  const capturing = capture();
  await runFor(clock, 2_000);
  collector.put(thing);
  return runUntil(clock, capturing, 8_000);
}

function imageOf(result: Awaited<ReturnType<Bench['capture']>>): FingerImage {
  if (!result.ok) throw new Error(result.error.message);
  return fingerImageSchema.parse(result.value);
}

describe('start', () => {
  it('is identified, looked at and online; an empty glass is no medium', async () => {
    const { status, driver, clock } = bench('YMFP-000031');
    expect(await status()).toMatchObject({ device: 'online', media: 'notPresent', source: 'reported' });
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { serial: 'YMFP-000031', mediaAtPowerOff: 'none', evidence: [] },
    });
  });

  it.each(['F22', 'wrong-model'])('%s: another device on the cable is not asked for a finger', async (fault) => {
    const b = bench('YMFP-000031');
    b.collector.fault(fault);
    expect(await b.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await captureOf(b, 'finger-li-na-thumb')).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(b.collector.state()).toMatchObject({ captures: 0 });
  });
});

describe('capture', () => {
  it('lights up, waits for the finger and gives its image', async () => {
    const b = bench();
    const capturing = b.capture();
    await runFor(b.clock, 2_000);
    expect(b.collector.state()).toMatchObject({ lit: true });
    b.collector.put('finger-li-na-thumb');
    const image = imageOf(await runUntil(b.clock, capturing, 8_000));
    expect(image).toMatchObject({ width: 256, height: 288, dpi: 500, hint: 'none' });
    const grey = Buffer.from(image.image, 'base64');
    expect(grey).toHaveLength(256 * 288);
    expect(new Set(grey).size).toBeGreaterThan(8);
    expect(b.collector.state()).toMatchObject({ lit: false, captures: 1, holdsImage: true });
  });

  it('the same finger gives the same ridges, another one others', async () => {
    const digests = [];
    for (const thing of ['finger-li-na-thumb', 'finger-li-na-thumb', 'finger-li-na-index']) {
      const { image } = imageOf(await captureOf(bench(), thing));
      digests.push(createHash('sha256').update(image).digest('hex'));
    }
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it.each([
    ['finger-dry', 'dry'],
    ['finger-wet', 'wet'],
    ['finger-partial', 'partial'],
    ['finger-too-fast', 'tooFast'],
  ])('F42: %s is an image of low quality, hint %s', async (thing, hint) => {
    const image = imageOf(await captureOf(bench(), thing));
    expect(image.hint).toBe(hint);
    expect(image.quality).toBeLessThan(50);
  });

  it('F42: a dirty glass spoils every image, and staff are told', async () => {
    const b = bench();
    b.collector.fault('dirty-sensor');
    expect(await b.status()).toMatchObject({ device: 'online', fault: { vendorCode: '23' }, action: 'clear' });
    expect(imageOf(await captureOf(b, 'finger-li-na-thumb')).hint).toBe('dirty');
  });

  it('nobody comes: noMedia before the deadline, and the light is off', async () => {
    const { capture, clock, collector } = bench();
    const before = clock.monoMs();
    expect(await runUntil(clock, capture(12_000))).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(7_000);
    expect(collector.state()).toMatchObject({ lit: false });
  });

  it('a finger at the last moment is not sent away', async () => {
    const { capture, clock, collector } = bench();
    const capturing = capture(12_500);
    await runFor(clock, 5_950);
    collector.put('finger-li-na-thumb');
    imageOf(await runUntil(clock, capturing, 6_000));
  });

  it('a finger that lies there already: deviceNotReady, until it was lifted', async () => {
    const b = bench();
    b.collector.put('finger-li-na-thumb');
    expect(await runUntil(b.clock, b.capture())).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    b.collector.take();
    imageOf(await captureOf(b, 'finger-li-na-thumb'));
  });

  it('a caller that goes away puts the light out', async () => {
    const { capture, clock, collector, abort } = bench();
    const capturing = capture();
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, capturing, 1_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(collector.state()).toMatchObject({ lit: false, captures: 0 });
  });

  it('a second capture, or a reset, ends the first', async () => {
    const b = bench();
    const first = b.capture();
    await runFor(b.clock, 1_000);
    const second = b.capture();
    expect(await runUntil(b.clock, first, 1_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    const op = { operationId: '019ab000-0000-7000-8000-000000000001' as never, deadlineMs: 20_000 };
    expect(await runUntil(b.clock, b.driver.reset(op, 'exit'))).toMatchObject({ outcome: 'done' });
    expect(await runUntil(b.clock, second, 1_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(b.collector.state()).toMatchObject({ lit: false });
  });

  it('a new host takes over from one that died while it waited', async () => {
    const b = bench();
    void b.capture();
    await runFor(b.clock, 1_000);
    const next = b.capture(20_000, b.makeDriver());
    await runFor(b.clock, 1_000);
    b.collector.put('finger-li-na-thumb');
    imageOf(await runUntil(b.clock, next, 8_000));
  });
});

describe('an image is whole or nothing', () => {
  it.each([
    ['chunk-lost', 'timeOut'],
    ['wrong-digest', 'hardwareError'],
    ['power-dip', 'offline'],
    ['hardware-broken', 'hardwareError'],
    ['F12', 'timeOut'],
  ])('%s: %s, and no image', async (fault, code) => {
    const b = bench();
    await b.status();
    b.collector.fault(fault);
    const result = await captureOf(b, 'finger-li-na-thumb');
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(result).not.toHaveProperty('value');
    b.collector.clear();
    b.collector.take();
    await runFor(b.clock, 5_000);
    expect(await b.status()).toMatchObject({ source: 'reported' });
    imageOf(await captureOf(b, 'finger-li-na-thumb'));
  });

  it('unplugged at any moment: one clear answer, then well again', async () => {
    for (let atMs = 0; atMs <= 4_000; atMs += 160) {
      const b = bench();
      const capturing = b.capture();
      for (const end of [Math.min(atMs, 1_000), atMs - 1_000]) {
        await runFor(b.clock, Math.max(0, end));
        b.collector.put('finger-li-na-thumb');
      }
      b.collector.unplug();
      const result = await runUntil(b.clock, capturing, 22_000);
      if (result.ok) imageOf(result);
      else expect(['offline', 'timeOut'], `${atMs} ms`).toContain(result.error.code);
      b.collector.plug();
      expect(await b.status(), `${atMs} ms`).toMatchObject({ device: 'online', source: 'reported' });
    }
  });
});

describe('after it', () => {
  it('F43: the finger is seen to leave', async () => {
    const b = bench();
    await captureOf(b, 'finger-li-na-thumb');
    expect((await b.status()).media).toBe('present');
    const waiting = b.begin('waitForRemoval');
    await runFor(b.clock, 3_000);
    b.collector.take();
    expect(await runUntil(b.clock, waiting, 500)).toEqual({ ok: true, value: { present: false } });
    expect((await b.status()).media).toBe('notPresent');
  });

  it('F43: one that stays is notTaken, and no next capture begins over it', async () => {
    const b = bench();
    await captureOf(b, 'finger-li-na-thumb');
    b.collector.fault('finger-stays');
    b.collector.take();
    expect(await b.read('waitForRemoval', 3_000)).toMatchObject({ ok: false, error: { code: 'notTaken' } });
    expect(await runUntil(b.clock, b.capture())).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('clear leaves nothing on the device', async () => {
    const b = bench();
    await captureOf(b, 'finger-li-na-thumb');
    expect(b.collector.state()).toMatchObject({ holdsImage: true });
    expect(await b.read('clear')).toEqual({ ok: true, value: {} });
    expect(b.collector.state()).toMatchObject({ holdsImage: false });
  });
});
