import { PORTS, scannedCodeSchema, type ScannedCode } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import type { SimulatedDevice } from '../../testing/simulated-device.ts';
import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import { createSimulatedGm65 } from './simulator.ts';
import { Gm65Bench, type Gm65BenchOptions } from './testing/gm65-bench.ts';

interface Bench extends Gm65Bench {
  readonly reader: SimulatedDevice;
  /** Another host's driver on the same reader and clock. */
  next(): Bench;
}

const benches: Gm65Bench[] = [];

function bench(options: Omit<Gm65BenchOptions, 'open'> = {}): Bench {
  const clock = new ManualClock();
  const reader = createSimulatedGm65({ clock, random: seededRandom(60), speed: 'real' });
  const make = (): Bench => {
    const one = new Gm65Bench({ ...options, clock, open: cableTo(reader) });
    benches.push(one);
    return Object.assign(one, { reader, next: make });
  };
  return make();
}

afterEach(async () => {
  for (const one of benches.splice(0)) await one.run(one.driver.close());
});

async function scan(one: Bench, thing: string, deadlineMs = 10_000): Promise<ScannedCode> {
  const waiting = one.begin('waitForCode', {}, deadlineMs);
  one.reader.put(thing);
  const code = await one.run(waiting);
  if (!code.ok) throw new Error(`${thing}: ${code.error.code}`);
  return scannedCodeSchema.parse(code.value);
}

const bytesOf = (code: ScannedCode): number[] => [...Buffer.from(code.bytes, 'base64')];

describe('the reader', () => {
  it('tells who it is; it has no serial number', async () => {
    const one = bench();
    expect(await one.run(one.driver.describe())).toEqual({
      ok: true,
      value: {
        driver: 'qr-reader-hikvision-gm65',
        kind: 'qr-reader',
        model: 'GM65',
        serial: '',
        firmware: '1.00 (2020-10-31)',
        at: 'memory',
        mediaAtPowerOff: 'none',
        evidence: [],
      },
    });
  });

  it('that reads by itself, as from the factory, is set to read by command only, and that is saved once', async () => {
    const one = bench();
    expect(one.reader.state()).toMatchObject({ lit: true, mode: 'continuous' });
    await one.status();
    expect(one.reader.state()).toMatchObject({ lit: false, mode: 'command', saves: 1 });
    one.reader.unplug();
    await one.status();
    one.reader.plug();
    expect(one.reader.state()).toMatchObject({ lit: false, mode: 'command' });
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(one.reader.state()).toMatchObject({ saves: 1 });
  });

  it('does not lose what it was set to by a power dip while it is lit', async () => {
    const one = bench();
    await one.start();
    one.reader.fault('power-dip');
    await one.pass(10_000);
    expect(one.reader.state()).toMatchObject({ mode: 'command' });
    await one.start();
    expect((await scan(one, 'qr-receipt')).text).toBe('yimen:R7K2M9QX4T;4406062611050012');
  });

  it.each([
    [{}, '', 'wrong-model'],
    [{ modelCode: 0x42 }, '', undefined],
    [{}, 'SN-1', undefined],
    [{ modelCode: 256 }, '', undefined],
    [{ modelCode: 'A' }, '', undefined],
    [{ aimId: 'yes' }, '', undefined],
  ])('options %j, pinned serial "%s", fault %s: configuration, and it stays dark', async (options, serial, fault) => {
    const one = bench({ options, ...(serial !== '' && { expectSerial: serial }) });
    if (fault !== undefined) one.reader.fault(fault);
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(one.reader.state()).toMatchObject({ saves: 0, scans: 0 });
  });

  it('of another model is used when the configuration names it, and the right one after a swap', async () => {
    const named = bench({ options: { modelCode: 0x42 } });
    named.reader.fault('wrong-model');
    expect(await named.status()).toMatchObject({ device: 'online' });
    const one = bench();
    one.reader.fault('wrong-model');
    expect(await one.status()).toMatchObject({ fault: { vendorCode: '42' } });
    one.reader.clear();
    expect(await one.status()).toMatchObject({ device: 'online' });
  });
});

describe('a code', () => {
  it.each([
    ['qr-receipt', 'yimen:R7K2M9QX4T;4406062611050012'],
    ['qr-booking', 'https://booking.example/b/20261128-0930-A017'],
    ['qr-control-bytes', '\u0002\u0000\u0000Ctrl+L\u001b[2J\u0008\u0008\r\nAlt+F4\t\u0000\u007f<b>rm</b>\u0003'],
  ])('%s is its bytes and its text; control bytes are data (F45)', async (thing, text) => {
    const one = bench();
    await one.start();
    expect(await scan(one, thing)).toEqual({
      bytes: Buffer.from(text).toString('base64'),
      text,
      symbology: null,
    });
  });

  it('that is no text has bytes all the same, line ends inside too', async () => {
    const one = bench();
    await one.start();
    const code = await scan(one, 'qr-binary');
    expect(code.text).toBeNull();
    expect(bytesOf(code)).toEqual([
      0xff, 0x00, 0x0d, 0x0a, 0xfe, 0x02, 0x00, 0x00, 0x01, 0xff, 0xd8, 0x80, 0x0d, 0x0a, 0xff, 0x17,
    ]);
  });

  it('over the cap is invalidMedia, once; the next one is read (F45)', async () => {
    const one = bench();
    await one.start();
    one.reader.put('qr-too-long');
    expect(await one.ask('waitForCode')).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', action: 'suspend' },
    });
    expect(await one.ask('waitForCode', {}, 4_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    one.reader.take();
    await one.pass(6_000);
    expect((await scan(one, 'qr-receipt')).text).toContain('R7K2M9QX4T');
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('has its symbology when the reader is told to say it', async () => {
    const one = bench({ options: { aimId: true } });
    await one.start();
    expect(await scan(one, 'qr-receipt')).toMatchObject({
      text: 'yimen:R7K2M9QX4T;4406062611050012',
      symbology: ']Q1',
    });
  });

  it.each(['qr-receipt', 'qr-binary', 'qr-control-bytes'])(
    '%s around the answer to the trigger is whole',
    async (thing) => {
      const plain = bench();
      await plain.start();
      const expected = await scan(plain, thing);
      const one = bench();
      await one.status();
      one.reader.fault('answer-inside-code');
      one.reader.put(thing);
      await one.start();
      expect(await one.ask('waitForCode')).toEqual({ ok: true, value: expected });
    },
  );

  it('that nobody shows: noMedia at the deadline, and the device is well', async () => {
    const one = bench();
    await one.start();
    const began = one.clock.monoMs();
    expect(await one.ask('waitForCode', {}, 12_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(one.clock.monoMs() - began).toBeGreaterThanOrEqual(12_000);
    expect(one.clock.monoMs() - began).toBeLessThan(12_200);
    expect(one.reader.state()).toMatchObject({ lit: true });
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('may come before it is asked for, and two may', async () => {
    const one = bench();
    await one.start();
    one.reader.put('qr-receipt');
    await one.pass(1_000);
    one.reader.take();
    one.reader.put('qr-booking');
    await one.pass(1_000);
    const texts: unknown[] = [];
    for (let times = 0; times < 2; times += 1) {
      const code = await one.ask('waitForCode', {}, 100);
      texts.push(code.ok ? (code.value as ScannedCode).text?.slice(0, 5) : code.error.code);
    }
    expect(texts).toEqual(['yimen', 'https']);
    expect(await one.ask('waitForCode', {}, 100)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('one caller waits at a time', async () => {
    const one = bench();
    await one.start();
    const first = one.begin('waitForCode');
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    one.reader.put('qr-receipt');
    expect((await one.run(first)).ok).toBe(true);
  });
});

describe('the same code again', () => {
  it.each(['F44', 'barcode-storm'])('in a storm (%s) is one scan, for as long as it lasts', async (storm) => {
    const one = bench();
    await one.start(2_000);
    one.reader.fault(storm);
    await scan(one, 'qr-receipt');
    expect(await one.ask('waitForCode', {}, 15_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(Number(one.reader.state()['scans'])).toBeGreaterThan(20);
    expect(one.log.filter((line) => line === 'same code again').length).toBeGreaterThan(20);
  });

  it('held before it is one scan; another one is another, shown later it is a new one', async () => {
    const one = bench();
    await one.start(2_000);
    await scan(one, 'qr-receipt');
    expect(await one.ask('waitForCode', {}, 6_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    one.reader.take();
    await scan(one, 'qr-booking');
    one.reader.take();
    await one.pass(3_000);
    expect((await scan(one, 'qr-receipt')).text).toContain('yimen');
  });

  it('is a new one in the next step', async () => {
    const one = bench();
    for (let steps = 0; steps < 2; steps += 1) {
      await one.start(60_000);
      expect((await scan(one, 'qr-receipt')).text).toContain('yimen');
      await one.ask('stop');
      one.reader.take();
    }
  });
});

describe('off between steps', () => {
  it('dark before start and after stop; there is nothing to wait for then', async () => {
    const one = bench();
    await one.status();
    one.reader.put('qr-receipt');
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    await one.pass(10_000);
    expect(one.reader.state()).toMatchObject({ lit: false, scans: 0 });
    await one.start();
    expect(one.reader.state()).toMatchObject({ lit: true });
    expect(await one.ask('stop')).toEqual({ ok: true, value: {} });
    const { scans } = one.reader.state();
    await one.pass(10_000);
    expect(one.reader.state()).toMatchObject({ lit: false, scans });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('what was scanned and not asked for is gone', async () => {
    const one = bench();
    await one.start();
    one.reader.put('qr-receipt');
    await one.pass(1_000);
    await one.ask('stop');
    one.reader.take();
    await one.start();
    expect(await one.ask('waitForCode', {}, 1_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('a storm that goes on in the dark is nobody’s, also at the next start', async () => {
    const one = bench();
    await one.start();
    one.reader.fault('F44');
    await scan(one, 'qr-receipt');
    expect(await one.ask('stop')).toEqual({ ok: true, value: {} });
    for (let times = 0; times < 20; times += 1) expect(await one.status()).toMatchObject({ device: 'online' });
    one.reader.take();
    await one.start();
    expect(await one.ask('waitForCode', {}, 1_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('stays lit for as long as the step lasts, and goes dark when its lease ends', async () => {
    const one = bench();
    await one.start();
    const waiting = one.begin('waitForCode', {}, 60_000);
    for (let times = 0; times < 30; times += 1) {
      await one.pass(1_000);
      expect(one.reader.state()).toMatchObject({ lit: true });
    }
    one.abort.abort();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    await one.pass(500);
    expect(one.reader.state()).toMatchObject({ lit: false });
    await one.pass(10_000);
    expect(one.reader.state()).toMatchObject({ lit: false });
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(one.reader.state()).toMatchObject({ lit: false });
  });

  it('a host that vanishes leaves it lit for five seconds at most; the next one makes it dark at once', async () => {
    const one = bench();
    await one.start();
    const next = one.next();
    await next.status();
    expect(one.reader.state()).toMatchObject({ lit: false });
  });

  it('closing the driver makes it dark', async () => {
    const one = bench();
    await one.start();
    await one.run(one.driver.close());
    expect(one.reader.state()).toMatchObject({ lit: false });
  });

  it('stop ends a wait, and so do a new start, reset and self-test', async () => {
    const one = bench();
    const ends = [
      () => one.ask('stop'),
      () => one.ask('start', { windowMs: 0 }),
      () => one.effect('reset'),
      () => one.effect('selfTest'),
    ];
    for (const end of ends) {
      await one.start();
      const waiting = one.begin('waitForCode');
      await one.pass(500);
      await end();
      expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    }
    await one.pass(200);
    expect(one.reader.state()).toMatchObject({ lit: false });
  });
});

describe('a reader that is broken', () => {
  it('dark: status says so, nothing is lit, and mended it is inspected first', async () => {
    const one = bench();
    await one.status();
    const states: unknown[] = [];
    one.driver.onStatus(({ device }) => device && states.push(device));
    one.reader.fault('hardware-broken');
    for (const verb of ['start', 'stop'])
      expect(await one.ask(verb, verb === 'start' ? { windowMs: 0 } : {})).toMatchObject({
        ok: false,
        error: { code: 'hardwareError', action: 'maintenance', vendorCode: 'TRIGGER' },
      });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', action: 'maintenance' });
    for (const which of ['reset', 'selfTest'] as const)
      expect(await one.effect(which)).toMatchObject({ outcome: 'notDone', fault: { code: 'hardwareError' } });
    one.reader.clear();
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(states).toEqual(['hardwareError', 'starting', 'online']);
  });

  it('while it is lit: whoever waits learns it within seconds', async () => {
    const one = bench();
    await one.start();
    const waiting = one.begin('waitForCode', {}, 60_000);
    one.reader.fault('hardware-broken');
    const began = one.clock.monoMs();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(one.clock.monoMs() - began).toBeLessThan(8_000);
    expect(await one.status()).toMatchObject({ device: 'hardwareError' });
  });

  it('self-test and reset of a good one: done, with what it is', async () => {
    const one = bench();
    for (const which of ['selfTest', 'reset'] as const) {
      expect(await one.effect(which)).toMatchObject({
        outcome: 'done',
        value: { model: 'GM65', firmware: '1.00 (2020-10-31)' },
      });
      expect(one.reader.state()).toMatchObject({ lit: false });
    }
    const op = { operationId: '00000000-0000-7000-8000-000000000000', deadlineMs: 1_000 };
    expect(await one.driver.perform('scan', op as never, {}, one.abort.signal)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand' },
    });
    expect(await one.ask('scan')).toMatchObject({ ok: false, error: { code: 'unsupportedCommand' } });
  });
});

describe('the line', () => {
  it.each([
    ['start', { windowMs: 0 }],
    ['stop', {}],
  ])('silent (F12), %s: told within three seconds, offline; heard again, all is well', async (verb, args) => {
    const one = bench();
    await one.status();
    one.reader.fault('F12');
    const began = one.clock.monoMs();
    expect(await one.ask(verb, args)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(one.clock.monoMs() - began).toBeLessThanOrEqual(3_000);
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
    one.reader.clear();
    expect((await one.ask(verb, args)).ok).toBe(true);
  });

  it('unplugged at any moment of start: it ends, and afterwards it works', async () => {
    for (let atMs = 0; atMs < 400; atMs += 20) {
      const one = bench();
      const starting = one.begin('start', { windowMs: 0 });
      await one.pass(atMs);
      one.reader.unplug();
      const started = await one.run(starting);
      if (!started.ok) expect(started.error.code, `at ${atMs} ms`).toBe('offline');
      await one.pass(100);
      expect(await one.ask('waitForCode', {}, 1_000)).toMatchObject({ ok: false });
      one.reader.plug();
      await one.start();
      expect((await scan(one, 'qr-receipt')).text).toContain('yimen');
    }
  });

  it('unplugged while somebody waits: they learn it at once', async () => {
    const one = bench();
    await one.start();
    const waiting = one.begin('waitForCode', {}, 60_000);
    await one.pass(1_000);
    one.reader.unplug();
    const began = one.clock.monoMs();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(one.clock.monoMs() - began).toBeLessThan(100);
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it.each(WIRE_FAULTS)('%s: every call ends with a word of the port, and it recovers', async (fault) => {
    const one = bench();
    await one.start();
    one.reader.fault(fault);
    one.reader.put('qr-receipt');
    for (const [verb, args] of [
      ['waitForCode', {}],
      ['stop', {}],
      ['start', { windowMs: 1_000 }],
      ['waitForCode', {}],
    ] as const) {
      const result = await one.ask(verb, args, 3_000);
      if (result.ok) expect(PORTS['qr-reader'].verbs[verb].result.safeParse(result.value).success).toBe(true);
    }
    one.reader.clear();
    one.reader.take();
    await one.pass(61_000);
    one.reader.unplug();
    one.reader.plug();
    await one.pass(500);
    await one.start();
    expect((await scan(one, 'qr-booking')).text).toContain('booking');
  });

  it('a line that doubles everything gives one code', async () => {
    const one = bench();
    await one.start();
    one.reader.fault('duplicate');
    expect((await scan(one, 'qr-receipt')).text).toBe('yimen:R7K2M9QX4T;4406062611050012');
    expect(await one.ask('waitForCode', {}, 2_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('half a code is never given', async () => {
    const one = bench();
    await one.start();
    const waiting = one.begin('waitForCode', {}, 1_500);
    one.reader.fault('half-frame');
    one.reader.put('qr-receipt');
    expect((await one.run(waiting)).ok).toBe(false);
    expect(one.log).toContain('torn code');
  });
});
