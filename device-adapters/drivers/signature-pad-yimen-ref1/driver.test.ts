import { signatureSchema, type Signature } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { createSignaturePad } from './driver.ts';
import { createSimulatedSignaturePad } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
const PROMPT = { prompt: '请在此签名' };

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const pad = createSimulatedSignaturePad({ clock, random, speed: 'real' });
  const makeDriver = () =>
    createSignaturePad({
      open: cableTo(pad),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const abort = new AbortController();
  return {
    clock,
    pad,
    driver,
    makeDriver,
    abort,
    capture: (deadlineMs = 30_000, by = driver) => by.read('capture', deadlineMs, PROMPT, abort.signal),
    read: (verb: string) => runUntil(clock, driver.read(verb, 5_000, {}, abort.signal)),
    status: () => runUntil(clock, driver.status(0)),
  };
}

type Bench = ReturnType<typeof bench>;

/** A capture in which somebody begins to sign after two seconds. */
async function captureOf({ capture, clock, pad }: Bench, thing: string) {
  const capturing = capture();
  await runFor(clock, 2_000);
  pad.put(thing);
  return runUntil(clock, capturing, 30_000);
}

function signatureOf(result: Awaited<ReturnType<Bench['capture']>>): Signature {
  if (!result.ok) throw new Error(result.error.message);
  return signatureSchema.parse(result.value);
}

describe('start', () => {
  it('is identified, looked at and online; it has no medium to report', async () => {
    const { status, driver, clock } = bench('YMSP-000044');
    const seen = await status();
    expect(seen).toMatchObject({ device: 'online', source: 'reported' });
    expect(seen.media).toBeUndefined();
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { serial: 'YMSP-000044', mediaAtPowerOff: 'none', evidence: [] },
    });
  });

  it.each(['F22', 'wrong-model'])('%s: another device on the cable gets no signature', async (fault) => {
    const b = bench('YMSP-000044');
    b.pad.fault(fault);
    expect(await b.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await captureOf(b, 'signature-li-na')).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(b.pad.state()).toMatchObject({ signatures: 0 });
  });
});

describe('capture', () => {
  it('shows the prompt, waits and gives the way of the pen', async () => {
    const b = bench();
    const capturing = b.capture();
    await runFor(b.clock, 2_000);
    expect(b.pad.state()).toMatchObject({ shows: 'prompt', prompt: PROMPT.prompt });
    b.pad.put('signature-li-na');
    const signature = signatureOf(await runUntil(b.clock, capturing, 30_000));
    expect(signature).toMatchObject({ widthMm: 100, heightMm: 50 });
    expect(signature.strokes.length).toBeGreaterThan(3);
    // More than one chunk, or it would not show that chunks are put together.
    expect(signature.strokes.flat().length).toBeGreaterThan(750);
    expect(signature.strokes[0]?.[0]?.[3]).toBe(0);
    expect(b.pad.state()).toMatchObject({ waiting: false, signatures: 1, holdsSignature: true });
  });

  it('the same hand gives the same strokes', async () => {
    const [first, second] = [await captureOf(bench(), 'signature-li-na'), await captureOf(bench(), 'signature-li-na')];
    expect(second).toEqual(first);
  });

  it('done without a stroke is the citizen’s error', async () => {
    expect(await captureOf(bench(), 'signature-empty')).toMatchObject({ ok: false, error: { code: 'userError' } });
  });

  it('the citizen cancels on the pad', async () => {
    const b = bench();
    b.pad.fault('customer-cancels');
    expect(await runUntil(b.clock, b.capture())).toMatchObject({
      ok: false,
      error: { code: 'canceled', vendorCode: '21' },
    });
  });

  it('nobody signs: noMedia before the deadline, and the pad is dark', async () => {
    const { capture, clock, pad } = bench();
    const before = clock.monoMs();
    expect(await runUntil(clock, capture(12_000))).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(8_000);
    expect(pad.state()).toMatchObject({ shows: 'dark', waiting: false });
  });

  it('a caller that goes away darkens it', async () => {
    const { capture, clock, pad, abort } = bench();
    const capturing = capture();
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, capturing, 1_000)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(pad.state()).toMatchObject({ shows: 'dark', waiting: false });
  });

  it('a new host takes over from one that died while it waited', async () => {
    const b = bench();
    void b.capture();
    await runFor(b.clock, 1_000);
    const next = b.capture(30_000, b.makeDriver());
    await runFor(b.clock, 1_000);
    b.pad.put('signature-li-na');
    signatureOf(await runUntil(b.clock, next, 30_000));
  });
});

describe('while it waits', () => {
  it('clear empties the pad: what was half written is not signed, and the wait goes on', async () => {
    const b = bench();
    const capturing = b.capture();
    await runFor(b.clock, 1_000);
    b.pad.put('signature-li-na');
    await runFor(b.clock, 500);
    expect(b.pad.state()).toMatchObject({ shows: 'ink' });
    expect(await b.read('clear')).toEqual({ ok: true, value: {} });
    expect(b.pad.state()).toMatchObject({ shows: 'prompt', waiting: true });
    await runFor(b.clock, 1_000);
    b.pad.put('signature-li-na');
    signatureOf(await runUntil(b.clock, capturing, 30_000));
    expect(b.pad.state()).toMatchObject({ signatures: 1 });
  });

  it('clear again and again does not outlast the caller’s deadline', async () => {
    const b = bench();
    const before = b.clock.monoMs();
    const capturing = b.capture(15_000);
    for (let times = 0; times < 3; times += 1) {
      await runFor(b.clock, 3_000);
      await b.read('clear');
    }
    expect(await runUntil(b.clock, capturing)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(b.clock.monoMs() - before).toBeLessThanOrEqual(15_000);
    expect(b.pad.state()).toMatchObject({ waiting: false });
  });

  it('cancel ends it and empties the pad; with nothing to end it is well too', async () => {
    const b = bench();
    const capturing = b.capture();
    await runFor(b.clock, 1_000);
    b.pad.put('signature-li-na');
    await runFor(b.clock, 500);
    expect(await b.read('cancel')).toEqual({ ok: true, value: {} });
    expect(await runUntil(b.clock, capturing, 500)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(b.pad.state()).toMatchObject({ shows: 'dark', signatures: 0, holdsSignature: false });
    expect(await b.read('cancel')).toEqual({ ok: true, value: {} });
  });
});

describe('a signature is whole or nothing', () => {
  it.each([
    ['chunk-lost', 'timeOut'],
    ['wrong-digest', 'hardwareError'],
    ['power-dip', 'offline'],
    ['hardware-broken', 'hardwareError'],
    ['F12', 'timeOut'],
  ])('%s: %s, and no signature', async (fault, code) => {
    const b = bench();
    await b.status();
    b.pad.fault(fault);
    const result = await captureOf(b, 'signature-li-na');
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(result).not.toHaveProperty('value');
    b.pad.clear();
    await runFor(b.clock, 5_000);
    expect(await b.status()).toMatchObject({ source: 'reported' });
    signatureOf(await captureOf(b, 'signature-li-na'));
  });

  it('unplugged at any moment: one clear answer, then well again', async () => {
    for (let atMs = 0; atMs <= 6_000; atMs += 240) {
      const b = bench();
      const capturing = b.capture(20_000);
      for (const end of [Math.min(atMs, 1_000), atMs - 1_000]) {
        await runFor(b.clock, Math.max(0, end));
        b.pad.put('signature-li-na');
      }
      b.pad.unplug();
      const result = await runUntil(b.clock, capturing, 22_000);
      if (result.ok) signatureOf(result);
      else expect(['offline', 'timeOut'], `${atMs} ms`).toContain(result.error.code);
      b.pad.plug();
      expect(await b.status(), `${atMs} ms`).toMatchObject({ device: 'online', source: 'reported' });
    }
  });
});

describe('after it', () => {
  it('clear leaves nothing on the pad', async () => {
    const b = bench();
    await captureOf(b, 'signature-li-na');
    expect(await b.read('clear')).toEqual({ ok: true, value: {} });
    expect(b.pad.state()).toMatchObject({ holdsSignature: false });
  });
});
