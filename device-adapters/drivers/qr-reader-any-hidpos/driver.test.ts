import { PORTS, scannedCodeSchema, type ScannedCode } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import type { SimulatedDevice } from '../../testing/simulated-device.ts';
import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import { createSimulatedHidpos } from './simulator.ts';
import { HidposBench, type HidposBenchOptions } from './testing/hidpos-bench.ts';

interface Bench extends HidposBench {
  readonly reader: SimulatedDevice;
}

const TRIGGER = { startReport: '04 01', stopReport: '04 00' } as const;
const benches: HidposBench[] = [];

function bench(options: Omit<HidposBenchOptions, 'open'> = {}): Bench {
  const clock = new ManualClock();
  const reader = createSimulatedHidpos({ clock, random: seededRandom(60), speed: 'real' });
  const one = new HidposBench({ ...options, clock, open: cableTo(reader) });
  benches.push(one);
  return Object.assign(one, { reader });
}

afterEach(async () => {
  for (const one of benches.splice(0)) {
    await one.run(one.driver.close());
    (one as Bench).reader.take();
  }
});

async function scan(one: Bench, thing: string, deadlineMs = 10_000): Promise<ScannedCode> {
  const waiting = one.begin('waitForCode', {}, deadlineMs);
  one.reader.put(thing);
  const code = await one.run(waiting);
  if (!code.ok) throw new Error(`${thing}: ${code.error.code}`);
  return scannedCodeSchema.parse(code.value);
}

const nothingComes = async (one: Bench, ms: number): Promise<void> => {
  expect(await one.ask('waitForCode', {}, ms)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
};

describe('the reader', () => {
  it('tells who it is', async () => {
    const one = bench();
    expect(await one.run(one.driver.describe())).toEqual({
      ok: true,
      value: {
        driver: 'qr-reader-any-hidpos',
        kind: 'qr-reader',
        model: 'Scanner 1900',
        serial: 'SN-00042',
        firmware: '1.10',
        at: 'memory',
        mediaAtPowerOff: 'none',
        evidence: [],
      },
    });
  });

  it('is reported well when it was inspected; later looks infer that it is there', async () => {
    const one = bench();
    expect(await one.status()).toMatchObject({ device: 'online', source: 'reported' });
    expect(await one.status()).toMatchObject({ device: 'online', source: 'inferred' });
    expect(await one.effect('reset')).toMatchObject({ outcome: 'done' });
    expect(await one.status()).toMatchObject({ device: 'online', source: 'inferred' });
  });

  it.each([
    [{}, undefined, 'keyboard', '0001:0006'],
    [{}, 'SN-00042', 'other-serial', undefined],
    [{}, 'SN-00042', 'no-serial', undefined],
    [{ vendorId: '0c2f' }, undefined, undefined, '0c2e:0b61'],
    [{ productId: 'xyz' }, undefined, undefined, undefined],
    [{ stopReport: '04 00' }, undefined, undefined, undefined],
  ])('options %j, pinned serial %s, fault %s: configuration, and no code is given', async (...row) => {
    const [options, expectSerial, fault, vendorCode] = row;
    const one = bench({ options: { ...options }, ...(expectSerial !== undefined && { expectSerial }) });
    if (fault !== undefined) one.reader.fault(fault);
    const refused = { code: 'configuration', action: 'configuration', ...(vendorCode !== undefined && { vendorCode }) };
    expect(await one.ask('start', { windowMs: 0 })).toMatchObject({ ok: false, error: refused });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: refused });
  });

  it('is used when it was set right, or the right one is plugged in', async () => {
    const one = bench({ expectSerial: 'SN-00042', options: { vendorId: '0C2E', productId: '0B61' } });
    one.reader.fault('keyboard');
    expect(await one.status()).toMatchObject({ fault: { code: 'configuration' } });
    one.reader.clear();
    const states: unknown[] = [];
    one.driver.onStatus((changed) => changed.device && states.push(changed.device));
    expect(await one.status()).toMatchObject({ device: 'online' });
    expect(states).toEqual(['starting', 'online']);
  });

  it('that became another one while it was plugged in is noticed at the next look', async () => {
    const one = bench({ expectSerial: 'SN-00042' });
    await one.start();
    one.reader.fault('other-serial');
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });
});

describe('a code', () => {
  it.each([
    ['qr-receipt', 'yimen:R7K2M9QX4T;4406062611050012', ']Q1'],
    ['qr-booking', 'https://booking.example/b/20261128-0930-A017', ']Q1'],
    ['code128-slip', 'A0170042', ']C0'],
    ['qr-long', '0123456789ABC'.repeat(100), ']Q1'],
    ['qr-control-bytes', '\u0002\u0000\u0000Ctrl+L\u001b[2J\u0008\u0008\r\nAlt+F4\t\u0000\u007f<b>rm</b>\u0003', ']Q1'],
  ])('%s is its bytes, its text and its symbology; control bytes are data (F45)', async (thing, text, symbology) => {
    const one = bench();
    await one.start();
    expect(await scan(one, thing)).toEqual({ bytes: Buffer.from(text).toString('base64'), text, symbology });
  });

  it('that is no text has bytes all the same', async () => {
    const one = bench();
    await one.start();
    const code = await scan(one, 'qr-binary');
    expect(code.text).toBeNull();
    expect(Buffer.from(code.bytes, 'base64').toString('hex')).toBe('ff000d0afe02385d5131000500' + '01ff17');
  });

  it('without an AIM identifier has no symbology', async () => {
    const one = bench();
    one.reader.fault('no-aim');
    await one.start();
    expect(await scan(one, 'qr-receipt')).toMatchObject({ symbology: null });
  });

  it.each(['qr-too-long', 'endless'])('%s is invalidMedia, once; the next one is read (F45)', async (how) => {
    const one = bench();
    await one.start();
    if (how === 'endless') one.reader.fault('endless');
    one.reader.put('qr-too-long');
    expect(await one.ask('waitForCode')).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', action: 'suspend' },
    });
    await nothingComes(one, 2_000);
    one.reader.clear();
    one.reader.take();
    expect((await scan(one, 'qr-receipt')).text).toContain('R7K2M9QX4T');
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it.each(['half-report', 'endless'])(
    'of which the end does not come (%s) is never given; the next one is whole',
    async (fault) => {
      const one = bench();
      await one.start();
      one.reader.fault(fault);
      one.reader.put('qr-long');
      await nothingComes(one, 2_000);
      expect(one.log).toContain('torn code');
      one.reader.clear();
      one.reader.take();
      expect((await scan(one, 'qr-booking')).text).toBe('https://booking.example/b/20261128-0930-A017');
    },
  );

  it.each(['wrong-id', 'over-length'])(
    'in reports that are none (%s) is dropped and counted, and the line goes on',
    async (fault) => {
      const one = bench();
      await one.start();
      one.reader.fault(fault);
      one.reader.put('qr-receipt');
      await nothingComes(one, 1_000);
      expect(one.log).toContain('discarded');
      expect(await one.status()).toMatchObject({ device: 'online' });
      one.reader.clear();
      one.reader.take();
      expect((await scan(one, 'qr-receipt')).text).toContain('R7K2M9QX4T');
    },
  );

  it('that nobody shows: noMedia at the deadline, and the device is well', async () => {
    const one = bench();
    await one.start();
    const began = one.clock.monoMs();
    await nothingComes(one, 12_000);
    expect(one.clock.monoMs() - began).toBeGreaterThanOrEqual(12_000);
    expect(one.clock.monoMs() - began).toBeLessThan(12_200);
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('may come before it is asked for; the eldest of five goes; one caller waits at a time', async () => {
    const one = bench();
    await one.start(0);
    for (const thing of ['qr-long', 'qr-receipt', 'qr-booking', 'code128-slip', 'qr-control-bytes']) {
      one.reader.put(thing);
      await one.pass(400);
      one.reader.take();
    }
    const texts: unknown[] = [];
    for (let times = 0; times < 4; times += 1) {
      const code = await one.ask('waitForCode', {}, 100);
      texts.push(code.ok ? (code.value as ScannedCode).text?.slice(0, 5) : code.error.code);
    }
    expect(texts).toEqual(['yimen', 'https', 'A0170', '\u0002\u0000\u0000Ct']);
    const first = one.begin('waitForCode', {}, 100);
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    expect(await one.run(first)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });
});

describe('the same code again', () => {
  it.each(['F44', 'barcode-storm'])('in a storm (%s) is one scan, for as long as it lasts', async (storm) => {
    const one = bench();
    await one.start(2_000);
    one.reader.fault(storm);
    await scan(one, 'qr-receipt');
    await nothingComes(one, 15_000);
    expect(Number(one.reader.state()['scans'])).toBeGreaterThan(20);
    expect(one.log.filter((line) => line === 'same code again').length).toBeGreaterThan(20);
  });

  it('that is too long is refused once in a storm', async () => {
    const one = bench();
    await one.start(2_000);
    one.reader.fault('F44');
    one.reader.put('qr-too-long');
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'invalidMedia' } });
    await nothingComes(one, 5_000);
    expect(Number(one.reader.state()['scans'])).toBeGreaterThan(5);
  });

  it('without a window each is a scan; shown again after the window too, and in the next step', async () => {
    const stormy = bench();
    await stormy.start(0);
    stormy.reader.fault('F44');
    await scan(stormy, 'qr-receipt');
    expect(await stormy.ask('waitForCode')).toMatchObject({ ok: true });

    const one = bench();
    await one.start(1_000);
    await scan(one, 'qr-receipt');
    one.reader.take();
    await one.pass(1_500);
    await scan(one, 'qr-receipt');
    one.reader.take();
    await one.ask('stop');
    await one.start(60_000);
    expect((await scan(one, 'qr-receipt')).text).toContain('yimen');
  });
});

describe('off between steps', () => {
  it('what is shown while it is stopped is nobody’s', async () => {
    const one = bench();
    await one.status();
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
    one.reader.put('qr-receipt');
    await one.pass(500);
    expect(one.reader.state()).toMatchObject({ scans: 1 });
    await one.start();
    await nothingComes(one, 2_000);
    expect(await one.ask('stop')).toEqual({ ok: true, value: {} });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('a code that is under way at the start is a former citizen’s, at whatever moment; the next one is whole', async () => {
    for (let ms = 60; ms <= 180; ms += 20) {
      const one = bench();
      await one.status();
      one.reader.put('qr-long');
      await one.pass(ms);
      await one.start(0);
      one.reader.take();
      const seen = await one.ask('waitForCode', {}, 300);
      // Shown while it was stopped or whole after the start; never in part.
      if (seen.ok) expect(seen.value).toMatchObject({ text: '0123456789ABC'.repeat(100) });
      await one.pass(700);
      expect((await scan(one, 'qr-booking')).text, `${ms} ms`).toBe('https://booking.example/b/20261128-0930-A017');
    }
  });

  it('what was scanned and not asked for is gone with the stop; who waits learns why', async () => {
    const one = bench();
    await one.start();
    one.reader.put('qr-receipt');
    await one.pass(500);
    await one.ask('stop');
    await one.start();
    await nothingComes(one, 500);
    const waiting = one.begin('waitForCode');
    await one.ask('stop');
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
  });

  it('the end of the lease stops it', async () => {
    const one = bench({ options: TRIGGER });
    one.reader.fault('by-trigger');
    await one.start();
    expect(one.reader.state()).toMatchObject({ lit: true });
    const waiting = one.begin('waitForCode');
    one.abort.abort();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    await one.pass(100);
    expect(one.reader.state()).toMatchObject({ lit: false });
  });

  it.each(['reset', 'selfTest'] as const)('%s stops it and tells who it is', async (which) => {
    const one = bench({ options: TRIGGER });
    one.reader.fault('by-trigger');
    await one.start();
    expect(await one.effect(which)).toMatchObject({
      outcome: 'done',
      value: { model: 'Scanner 1900', firmware: '1.10' },
    });
    expect(one.reader.state()).toMatchObject({ lit: false });
    expect(await one.ask('waitForCode')).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });
});

describe('a reader that obeys reports', () => {
  it('is lit from start to stop, also when a reading ends by itself, and after each code', async () => {
    const one = bench({ options: TRIGGER });
    one.reader.fault('by-trigger');
    await one.status();
    expect(one.reader.state()).toMatchObject({ lit: false });
    await one.start();
    await one.pass(12_000);
    expect(one.reader.state()).toMatchObject({ lit: true });
    await scan(one, 'qr-receipt');
    one.reader.take();
    await one.pass(300);
    expect(one.reader.state()).toMatchObject({ lit: true });
    expect((await scan(one, 'qr-booking')).text).toContain('booking');
    await one.ask('stop');
    await one.pass(6_000);
    expect(one.reader.state()).toMatchObject({ lit: false });
  });

  it('is stopped when the driver is closed', async () => {
    const one = bench({ options: TRIGGER });
    one.reader.fault('by-trigger');
    await one.start();
    await one.run(one.driver.close());
    await one.pass(20);
    expect(one.reader.state()).toMatchObject({ lit: false, connected: false });
  });
});

describe('the line', () => {
  it('unplugged at any moment of start and of a code: it ends, and afterwards it works', async () => {
    for (let ms = 0; ms <= 200; ms += 10) {
      const one = bench();
      const starting = one.begin('start', { windowMs: 0 }, 3_000);
      one.reader.put('qr-long');
      await one.pass(ms);
      one.reader.unplug();
      await one.run(starting);
      const code = await one.ask('waitForCode', {}, 300);
      if (!code.ok) expect(['offline', 'deviceNotReady', 'noMedia']).toContain(code.error.code);
      one.reader.take();
      one.reader.plug();
      await one.start();
      expect((await scan(one, 'qr-receipt')).text, `unplugged at ${ms} ms`).toContain('R7K2M9QX4T');
    }
  });

  it('lost while a code is waited for: offline at once', async () => {
    const one = bench();
    await one.start();
    const waiting = one.begin('waitForCode');
    one.reader.unplug();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(one.driver.onStatus(() => undefined)).toBeTypeOf('function');
    expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
  });

  it.each(WIRE_FAULTS)('%s: every call ends with a word of the port, and it recovers', async (fault) => {
    const one = bench();
    await one.status();
    one.reader.fault(fault);
    const started = await one.ask('start', { windowMs: 1_000 }, 4_000);
    one.reader.put('qr-receipt');
    const code = await one.ask('waitForCode', {}, 4_000);
    for (const answer of [started, code])
      if (!answer.ok) expect(answer.error.code).toMatch(/^(?:offline|timeOut|noMedia|deviceNotReady)$/);
    if (code.ok && fault !== 'wrong-checksum')
      expect(code.value).toMatchObject({ text: 'yimen:R7K2M9QX4T;4406062611050012' });
    await one.status();
    one.reader.clear();
    one.reader.take();
    await one.pass(70_000);
    await one.status();
    expect(await one.status()).toMatchObject({ device: 'online' });
    await one.start();
    expect((await scan(one, 'qr-booking')).text).toContain('booking');
  });

  it('too little time to be asked says nothing of the reader', async () => {
    const one = bench();
    one.reader.fault('silent');
    const states: unknown[] = [];
    one.driver.onStatus((changed) => changed.device && states.push(changed.device));
    expect(await one.ask('start', { windowMs: 0 }, 200)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(states).toEqual([]);
    await one.status();
    expect(states).toEqual(['offline']);
  });

  it('leaves no timer behind', async () => {
    const one = bench({ options: TRIGGER });
    await one.start();
    one.reader.put('qr-long');
    await one.pass(100);
    one.reader.unplug();
    await one.run(one.driver.close());
    await one.pass(1_000);
    expect(one.clock.waiting).toBe(0);
  });

  it('has no verb that is not the port’s', async () => {
    const one = bench();
    for (const verb of ['print', '__proto__'])
      expect(await one.ask(verb)).toMatchObject({ ok: false, error: { code: 'unsupportedCommand' } });
    expect(
      await one.driver.perform('start', { operationId: 'x', deadlineMs: 1 } as never, {}, one.abort.signal),
    ).toMatchObject({
      outcome: 'notDone',
    });
    expect(Object.keys(PORTS['qr-reader'].verbs)).toEqual(['start', 'waitForCode', 'stop']);
  });
});
