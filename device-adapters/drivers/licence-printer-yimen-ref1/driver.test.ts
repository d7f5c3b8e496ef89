import { newOperationId } from '@yimen/contracts/base';
import type { DeviceStatus, Op, Unit } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { createLicencePrinter } from './driver.ts';
import { licenceDigestOf, type Licence } from './protocol.ts';
import { createSimulatedLicencePrinter } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
const NEVER = new AbortController().signal;

/** The blank that lies first in the simulated driving stack, and its successors. */
const blank = (n: number): string => `D2026${String(n).padStart(6, '0')}`;
const MAKE: Licence = {
  form: 'driving',
  blankSerial: blank(1),
  fields: { name: '李娜', class: 'C1', validUntil: '2032-11-26', address: '广东省深圳市南山区𠮷祥路1号' },
};
const DIGEST = licenceDigestOf(MAKE);

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const printer = createSimulatedLicencePrinter({ clock, random, speed: 'real' });
  const makeDriver = () =>
    createLicencePrinter({
      open: cableTo(printer),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const op = (deadlineMs = 90_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  const perform = (verb: string, args: unknown = {}, asked: Op = op()): Promise<EffectResult> =>
    runUntil(clock, driver.perform(verb, asked, args, NEVER));
  return {
    clock,
    printer,
    driver,
    makeDriver,
    op,
    perform,
    begin: (verb: string, args: unknown = {}, asked: Op = op(), signal: AbortSignal = NEVER) =>
      driver.perform(verb, asked, args, signal),
    /** A finished licence lies at the verify position. */
    made: async () => expect(await perform('make', MAKE)).toMatchObject({ outcome: 'done' }),
    read: (verb: string) => runUntil(clock, driver.read(verb, 10_000, {}, NEVER)),
    status: (maxAgeMs = 0): Promise<DeviceStatus> => runUntil(clock, driver.status(maxAgeMs)),
    units: async (): Promise<Record<string, Unit>> => (await runUntil(clock, driver.status(0))).units,
    recall: (asked: Op, by = driver) => runUntil(clock, by.recall?.(asked.operationId) ?? Promise.resolve(undefined)),
    times: () => Number(printer.state()['made']),
    atExit: () => printer.state()['position'] === 'exit',
  };
}

describe('identity', () => {
  it('is asked before anything moves', async () => {
    const { driver, clock } = bench('YMLP-000073');
    expect(await runUntil(clock, driver.describe())).toEqual({
      ok: true,
      value: {
        driver: 'licence-printer-yimen-ref1',
        kind: 'licence-printer',
        model: 'YM-LP1',
        serial: 'YMLP-000073',
        firmware: '1.4.2',
        at: 'memory',
        mediaAtPowerOff: 'stay',
        evidence: ['presented', 'taken', 'retracted', 'position', 'countDelta', 'readBack'],
      },
    });
  });

  it.each(['wrong-model', 'F22'])('F22: %s answers, the driver refuses to run', async (fault) => {
    const { printer, perform, times } = bench('YMLP-000073');
    printer.fault(fault);
    expect(await perform('make', MAKE)).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(times()).toBe(0);
  });
});

describe('make', () => {
  it('is done when the camera read what was asked; verify says the same again', async () => {
    const { perform, read, status, units, times } = bench();
    expect((await units())['driving']).toMatchObject({
      type: 'dispense',
      count: 40,
      replenishment: 'ok',
      status: 'ok',
    });
    expect(await read('verify')).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(await perform('make', MAKE)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', customerAccess: 'none', detail: DIGEST }],
      value: { blank: 'finished' },
    });
    expect(await read('verify')).toEqual({ ok: true, value: { blankSerial: blank(1), digest: DIGEST } });
    expect(await status()).toMatchObject({
      media: 'present',
      units: { driving: { count: 39 }, ribbon: { count: 499 } },
    });
    expect(times()).toBe(1);
  });

  it('a second one over the first is refused; the same id twice makes one', async () => {
    const { perform, op, makeDriver, clock, times } = bench();
    const asked = op();
    expect(await perform('make', MAKE, asked)).toMatchObject({ outcome: 'done' });
    expect(await perform('make', MAKE, asked)).toMatchObject({ outcome: 'done', value: { blank: 'finished' } });
    const again = makeDriver().perform('make', asked, MAKE, NEVER);
    expect(await runUntil(clock, again)).toMatchObject({ outcome: 'done' });
    expect(await perform('make', { ...MAKE, blankSerial: blank(2) })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady' },
      value: { blank: 'untouched' },
    });
    expect(times()).toBe(1);
  });

  const rejected = { blank: 'rejected', spoiledSerial: blank(1) };
  it.each([
    ['F15', 'notDone', 'invalidUnit', { blank: 'untouched' }, 0],
    ['F16', 'notDone', 'doubleFeed', { ...rejected, alsoSpoiled: blank(2) }, 2],
    ['F17', 'notDone', 'ribbonOut', rejected, 1],
    ['laminate-out', 'notDone', 'paperOut', rejected, 1],
    ['F18', 'notDone', 'verifyMismatch', rejected, 1],
    ['F19', 'unknown', 'verifyMismatch', undefined, 0],
    ['F27', 'unknown', 'mediaJam', undefined, 0],
    ['F28', 'unknown', 'hardwareError', undefined, 0],
    ['F30', 'notDone', 'headHot', { blank: 'untouched' }, 0],
    ['F31', 'notDone', 'coverOpen', { blank: 'untouched' }, 0],
    ['F35', 'unknown', 'verifyMismatch', undefined, 1],
    ['hardware-broken', 'notDone', 'hardwareError', { blank: 'untouched' }, 0],
    ['stuck-busy', 'notDone', 'deviceBusy', { blank: 'untouched' }, 0],
  ])('%s: %s with %s', async (fault, outcome, code, value, inReject) => {
    const { printer, perform, units } = bench();
    printer.fault(fault);
    const result = await perform('make', MAKE);
    expect(result).toMatchObject({ outcome, fault: { code } });
    expect(result.value).toEqual(value);
    expect((await units())['reject']?.count).toBe(inReject);
  });

  it('F17: the ribbon is told as out, and the next blank is made with a new one', async () => {
    const { printer, perform, status } = bench();
    printer.fault('F17');
    expect(await perform('make', MAKE)).toMatchObject({ value: { spoiledSerial: blank(1) } });
    expect(await status()).toMatchObject({
      supplies: { ribbon: 'out', laminate: 'full' },
      units: { ribbon: { type: 'ribbon', replenishment: 'empty' }, driving: { count: 39 } },
    });
    printer.clear();
    expect(await perform('make', MAKE)).toMatchObject({ outcome: 'notDone', fault: { code: 'invalidUnit' } });
    expect(await perform('make', { ...MAKE, blankSerial: blank(2) })).toMatchObject({ outcome: 'done' });
  });

  it('F18: the line stops until a technician resets it', async () => {
    const { printer, perform, status, driver, op, clock } = bench();
    printer.fault('F18');
    await perform('make', MAKE);
    printer.clear();
    printer.fault('F18');
    await runUntil(clock, driver.reset(op(), 'stay'));
    expect(await perform('make', { ...MAKE, blankSerial: blank(2) })).toMatchObject({ outcome: 'notDone' });
    expect(await status()).toMatchObject({ device: 'hardwareError', action: 'maintenance' });
    expect(await perform('make', { ...MAKE, blankSerial: blank(3) })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'verifyMismatch' },
      value: { blank: 'untouched' },
    });
  });

  it('F16: two double feeds put the stack out of use, the other one goes on', async () => {
    const { printer, perform, units } = bench();
    printer.fault('F16');
    await perform('make', MAKE);
    expect((await units())['driving']).toMatchObject({ status: 'ok', count: 38 });
    await perform('make', { ...MAKE, blankSerial: blank(3) });
    expect(await units()).toMatchObject({ driving: { status: 'inoperative' }, vehicle: { status: 'ok' } });
  });

  it('F19: another’s licence is never handed out by this: it goes into the retract bin', async () => {
    const { printer, perform, units, read } = bench();
    printer.fault('F19');
    expect(await perform('make', MAKE)).toMatchObject({ outcome: 'unknown', fault: { code: 'verifyMismatch' } });
    const seen = await read('verify');
    expect(seen.ok && (seen.value as { digest: string }).digest).not.toBe(DIGEST);
    expect(await perform('retract')).toMatchObject({ outcome: 'done' });
    expect((await units())['retract']).toMatchObject({ count: 1, retainCount: 1 });
  });

  it('F11: power gone in the middle is unknown; what lies inside is brought into the reject bin', async () => {
    const { printer, perform, driver, op, clock, status } = bench();
    printer.fault('F11');
    const before = clock.monoMs();
    const result = await perform('make', MAKE);
    expect(result).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(result.value).toBeUndefined();
    // Nobody waits for the minute to end: the device is asked as soon as it is back.
    expect(clock.monoMs() - before).toBeLessThan(45_000);
    await runFor(clock, 2_000);
    expect(await status()).toMatchObject({ device: 'online', media: 'present' });
    expect(await runUntil(clock, driver.reset(op(), 'retain'))).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ media: 'notPresent', units: { reject: { count: 1 } } });
  });

  it('its caller going away does not stop it; nobody asks for the status while it runs', async () => {
    const { driver, op, clock, times, status } = bench();
    await status();
    const caller = new AbortController();
    const making = driver.perform('make', op(), MAKE, caller.signal);
    await runFor(clock, 20_000);
    caller.abort();
    const before = clock.monoMs();
    expect(await status()).toMatchObject({ device: 'deviceBusy' });
    expect(clock.monoMs()).toBe(before);
    expect(await runUntil(clock, making)).toMatchObject({ outcome: 'done' });
    expect(times()).toBe(1);
  });

  it('whose end is not heard is proved by the memory; a memory that lost it proves nothing', async () => {
    for (const [faults, outcome] of [
      [['answer-lost'], 'done'],
      [['answer-lost', 'forgets'], 'unknown'],
    ] as const) {
      const { printer, perform, times } = bench();
      for (const fault of faults) printer.fault(fault);
      expect(await perform('make', MAKE)).toMatchObject({ outcome });
      expect(times()).toBe(1);
    }
  });

  it('the next host recalls what became of the blank, as far as the memory goes', async () => {
    const { printer, perform, op, makeDriver, recall } = bench();
    printer.fault('F17');
    const spoiled = op();
    await perform('make', MAKE, spoiled);
    printer.clear();
    const good = op();
    await perform('make', { ...MAKE, blankSerial: blank(2) }, good);
    expect(await recall(spoiled, makeDriver())).toMatchObject({ outcome: 'notDone', value: rejected });
    for (const host of [makeDriver(), undefined])
      expect(await recall(good, host)).toMatchObject({
        outcome: 'done',
        evidence: [{ kind: 'readBack' }],
        value: { blank: 'finished' },
      });
    expect(await recall(op(), makeDriver())).toBeUndefined();
  });

  it.each([
    ['F16', 'notDone', 'doubleFeed', { ...rejected, alsoSpoiled: blank(2) }],
    ['F18', 'notDone', 'verifyMismatch', rejected],
    ['F19', 'unknown', 'verifyMismatch', undefined],
    ['F28', 'unknown', 'hardwareError', undefined],
    ['F35', 'unknown', 'verifyMismatch', undefined],
  ])('%s: recalled by the next host as %s, never as done', async (fault, outcome, code, value) => {
    const { printer, perform, op, makeDriver, recall } = bench();
    printer.fault(fault);
    const asked = op();
    await perform('make', MAKE, asked);
    const recalled = await recall(asked, makeDriver());
    expect(recalled).toMatchObject({ outcome, fault: { code } });
    expect(recalled?.value).toEqual(value);
  });
});

describe('present', () => {
  it('is done when it was seen at the exit and then taken', async () => {
    const { made, begin, printer, clock, status, units } = bench();
    await made();
    const presenting = begin('present');
    await runFor(clock, 5_000);
    expect(await status(Number.POSITIVE_INFINITY)).toMatchObject({ media: 'entering' });
    expect(printer.take()).toEqual({ ok: true, value: { thing: 'driving-licence' } });
    expect(await runUntil(clock, presenting)).toMatchObject({
      outcome: 'done',
      evidence: [
        { kind: 'presented', customerAccess: 'customer' },
        { kind: 'taken', customerAccess: 'customer' },
      ],
    });
    expect(await status()).toMatchObject({ media: 'notPresent' });
    expect((await units())['retract']?.count).toBe(0);
  });

  it('F32: not taken is notDone with the licence at the exit, in time; then it is drawn back', async () => {
    const { made, perform, op, clock, status, units, atExit } = bench();
    await made();
    const before = clock.monoMs();
    expect(await perform('present', {}, op(30_000))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'notTaken' },
      evidence: [{ kind: 'presented' }],
    });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(30_000);
    expect(atExit()).toBe(true);
    expect(await status()).toMatchObject({ media: 'entering' });
    expect(await perform('retract')).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ media: 'notPresent' });
    expect((await units())['retract']).toMatchObject({ count: 1, replenishment: 'ok' });
  });

  it('ended by its caller: the licence stays at the exit and can be presented again', async () => {
    const { made, begin, perform, printer, clock, op, atExit } = bench();
    await made();
    const caller = new AbortController();
    const presenting = begin('present', {}, op(), caller.signal);
    await runFor(clock, 1_000);
    caller.abort();
    expect(await runUntil(clock, presenting)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(atExit()).toBe(true);
    printer.fault('takes-at-once');
    expect(await perform('present')).toMatchObject({ outcome: 'done' });
  });

  it('taken in the moment in which the caller goes away counts as taken', async () => {
    const { made, begin, printer, clock, op } = bench();
    await made();
    const caller = new AbortController();
    const presenting = begin('present', {}, op(), caller.signal);
    await runFor(clock, 5_000);
    printer.take();
    caller.abort();
    expect(await runUntil(clock, presenting)).toMatchObject({ outcome: 'done' });
  });

  it('with nothing to present, or in trouble, says so', async () => {
    const { perform, made, printer, status } = bench();
    expect(await perform('present')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    expect(await perform('retract')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    await made();
    printer.fault('F28');
    expect(await perform('present')).toMatchObject({ outcome: 'unknown' });
    expect(await perform('retract')).toMatchObject({ outcome: 'unknown' });
    printer.clear();
    printer.fault('F34');
    expect(await perform('retract')).toMatchObject({ outcome: 'notDone', fault: { code: 'retainBinFull' } });
    expect((await status()).units['retract']).toMatchObject({ replenishment: 'full' });
    printer.clear();
    printer.fault('F27');
    expect(await perform('present')).toMatchObject({ outcome: 'unknown', fault: { code: 'mediaJam' } });
    expect(await status()).toMatchObject({ device: 'hardwareError', media: 'jammed', action: 'clear' });
  });

  it('a reset ends the wait and draws the licence in', async () => {
    const { made, begin, driver, op, clock, units } = bench();
    await made();
    const presenting = begin('present');
    await runFor(clock, 5_000);
    expect(await runUntil(clock, driver.reset(op(), 'retain'))).toMatchObject({ outcome: 'done' });
    expect((await runUntil(clock, presenting)).outcome).not.toBe('done');
    expect((await units())['retract']?.count).toBe(1);
  });

  it('verify and units are answered while it waits', async () => {
    const { begin, printer, clock, read } = bench();
    const accepting = begin('acceptOld');
    await runFor(clock, 3_000);
    expect(await read('units')).toMatchObject({ ok: true });
    printer.put('old-driving-licence');
    expect(await runUntil(clock, accepting)).toMatchObject({ outcome: 'done' });
  });
});

describe('acceptOld', () => {
  it('is done when the recovery bin counted it', async () => {
    const { begin, printer, clock, units } = bench();
    const accepting = begin('acceptOld');
    await runFor(clock, 3_000);
    expect(printer.put('old-vehicle-licence')).toMatchObject({ ok: true });
    expect(await runUntil(clock, accepting)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'countDelta', customerAccess: 'none', detail: 'recovery +1' }],
    });
    expect((await units())['recovery']?.count).toBe(1);
  });

  it('nobody gives one, or the caller goes: notDone, and the slot is closed', async () => {
    const { perform, begin, printer, clock, op } = bench();
    const before = clock.monoMs();
    expect(await perform('acceptOld', {}, op(20_000))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'noMedia' },
    });
    expect(clock.monoMs() - before).toBeLessThanOrEqual(20_000);
    const caller = new AbortController();
    const accepting = begin('acceptOld', {}, op(), caller.signal);
    await runFor(clock, 3_000);
    caller.abort();
    expect(await runUntil(clock, accepting)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(printer.state()['slot']).toBe('closed');
  });

  it('F28: "completed" without a count is unknown', async () => {
    const { perform, printer } = bench();
    printer.fault('F28');
    expect(await perform('acceptOld')).toMatchObject({ outcome: 'unknown' });
  });
});

describe('units and exchange', () => {
  it('are read with the serial numbers of the stacks, from the first to the last', async () => {
    const { read } = bench();
    const units = await read('units');
    expect(units).toMatchObject({ ok: true, value: { exchange: 'inactive' } });
    const { driving, reject } = (units as { value: { units: Record<string, Unit> } }).value.units;
    expect(driving?.serialised).toEqual(Array.from({ length: 40 }, (_, i) => blank(i + 1)));
    expect(reject).not.toHaveProperty('serialised');
  });

  it('staff count between start and end; nothing else moves meanwhile', async () => {
    const { perform, read, printer, units } = bench();
    expect(await perform('startExchange')).toMatchObject({ outcome: 'done' });
    expect(await read('units')).toMatchObject({ ok: true, value: { exchange: 'active' } });
    for (const [verb, args] of [
      ['make', MAKE],
      ['present', {}],
      ['startExchange', {}],
    ] as const)
      expect(await perform(verb, args), verb).toMatchObject({ outcome: 'notDone', fault: { code: 'exchangeActive' } });
    const serialised = ['D2026000900', 'D2026000901'];
    const counted = { units: { driving: { count: 2, serialised }, ribbon: { count: 120 } } };
    expect(await perform('setUnits', counted)).toMatchObject({ outcome: 'done' });
    expect(await perform('endExchange')).toMatchObject({ outcome: 'done' });
    expect(await read('units')).toMatchObject({
      ok: true,
      value: {
        exchange: 'inactive',
        units: {
          driving: { count: 2, replenishment: 'low', serialised },
          ribbon: { count: 120 },
          vehicle: { count: 40 },
        },
      },
    });
    expect(printer.put('blanks-driving')).toMatchObject({ ok: false });
    expect((await units())['driving']?.count).toBe(2);
    expect(await perform('make', { ...MAKE, blankSerial: 'D2026000900' })).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['over the capacity', { ribbon: { count: 501 } }],
    ['serials that are not the count', { driving: { count: 2, serialised: ['D2026000900'] } }],
    ['no serials for a stack', { vehicle: { count: 5 } }],
    ['one of two wrong', { reject: { count: 0 }, retract: { count: 21 } }],
  ])('%s is invalidUnit, and nothing is set', async (_, units) => {
    const { perform, read } = bench();
    await perform('startExchange');
    const before = await read('units');
    expect(await perform('setUnits', { units })).toMatchObject({ outcome: 'notDone', fault: { code: 'invalidUnit' } });
    expect(await read('units')).toEqual(before);
  });

  it('outside an exchange nothing is counted or ended', async () => {
    const { perform } = bench();
    for (const [verb, args] of [
      ['setUnits', { units: { reject: { count: 0 } } }],
      ['endExchange', {}],
    ] as const)
      expect(await perform(verb, args)).toMatchObject({ outcome: 'notDone', fault: { code: 'noExchangeActive' } });
  });

  it('an exchange does not start while an effect is open', async () => {
    const { begin, perform, clock, printer } = bench();
    const accepting = begin('acceptOld');
    await runFor(clock, 3_000);
    expect(await perform('startExchange')).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceBusy' } });
    printer.put('old-driving-licence');
    await runUntil(clock, accepting);
    expect(await perform('startExchange')).toMatchObject({ outcome: 'done' });
  });

  it('F28: a lock that only says that it opened is unknown', async () => {
    const { perform, printer } = bench();
    printer.fault('F28');
    expect(await perform('startExchange')).toMatchObject({ outcome: 'unknown' });
  });

  it('F05: a bin that is pulled is missing, and manipulated when it comes back', async () => {
    const { printer, units } = bench();
    printer.fault('F05');
    expect((await units())['retract']).toMatchObject({ status: 'missing' });
    printer.clear();
    expect((await units())['retract']).toMatchObject({ status: 'manipulated' });
  });
});

describe('reset and self-test', () => {
  it('bring the licence where they say', async () => {
    const { driver, op, clock, made, atExit, units } = bench();
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({ outcome: 'done' });
    expect(await runUntil(clock, driver.reset(op(), 'exit'))).toMatchObject({ outcome: 'done' });
    await made();
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'deviceNotReady' },
    });
    expect(await runUntil(clock, driver.reset(op(), 'exit'))).toMatchObject({ outcome: 'done' });
    expect(atExit()).toBe(true);
    expect(await runUntil(clock, driver.reset(op(), 'retain'))).toMatchObject({ outcome: 'done' });
    expect((await units())['retract']?.count).toBe(1);
  });

  it('an unknown verb is refused', async () => {
    const { driver, perform } = bench();
    expect(await driver.read('toString', 100, {}, NEVER)).toMatchObject({
      ok: false,
      error: { code: 'unsupportedCommand' },
    });
    expect(await perform('constructor')).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand' } });
  });
});

describe('the line', () => {
  it('F12: silence is stale and offline, and found again through starting', async () => {
    const { printer, status, driver } = bench();
    await status();
    printer.fault('F12');
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(seen).toEqual(['offline', 'starting', 'online']);
  });

  it.each(['garbage', 'duplicate'])('%s does not disturb', async (fault) => {
    const { printer, perform, times } = bench();
    printer.fault(fault);
    expect(await perform('make', MAKE)).toMatchObject({ outcome: 'done' });
    expect(times()).toBe(1);
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent', 'flood'])(
    '%s in the middle ends in time, never as done, and makes no second one',
    async (fault) => {
      const { printer, begin, clock, op, status, times } = bench();
      await status();
      const before = clock.monoMs();
      const making = begin('make', MAKE, op(80_000));
      await runFor(clock, 1_000);
      printer.fault(fault);
      const result = await runUntil(clock, making, 90_000);
      expect(clock.monoMs() - before).toBeLessThanOrEqual(80_100);
      expect(result.outcome).toBe('unknown');
      expect(times()).toBeLessThanOrEqual(1);
    },
  );

  it('unplugged at each moment of a make and plugged again: the outcome is true, and found again later', async () => {
    for (let atMs = 0; atMs <= 62_000; atMs += 3_100) {
      const { printer, begin, clock, op, recall, times } = bench();
      const asked = op(80_000);
      const making = begin('make', MAKE, asked);
      await runFor(clock, atMs, 50);
      printer.unplug();
      await runFor(clock, 3_000, 100);
      printer.plug();
      const result = await runUntil(clock, making, 120_000, 50);
      await runFor(clock, 62_000, 500);
      if (result.outcome === 'done') expect(times(), `done at ${atMs}`).toBe(1);
      if (result.outcome === 'notDone') expect(times(), `notDone at ${atMs}`).toBe(0);
      if (result.outcome !== 'unknown') continue;
      const recalled = await recall(asked);
      expect(recalled?.outcome ?? 'unknown', `recalled at ${atMs}`).toBe(times() === 1 ? 'done' : 'unknown');
    }
  });

  it('unplugged at each moment of a present: done is taken, notDone is not', async () => {
    for (let atMs = 0; atMs <= 3_600; atMs += 200) {
      const { printer, made, begin, clock, op } = bench();
      await made();
      printer.fault('takes-at-once');
      const presenting = begin('present', {}, op(20_000));
      await runFor(clock, atMs);
      printer.unplug();
      await runFor(clock, 2_000, 100);
      printer.plug();
      const { outcome } = await runUntil(clock, presenting);
      await runFor(clock, 5_000, 500);
      const isTaken = printer.state()['position'] === 'none';
      if (outcome !== 'unknown') expect(outcome, `at ${atMs}`).toBe(isTaken ? 'done' : 'notDone');
    }
  });
});
