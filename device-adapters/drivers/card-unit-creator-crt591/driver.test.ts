import type { DeviceStatus } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { bench, kinds, op, permit } from './testing/driver-bench.ts';

describe('start', () => {
  it('is stale until asked, then identified, initialised and online', async () => {
    const { driver, status, clock } = bench();
    const seen: (string | undefined)[] = [];
    driver.onStatus((changed) => seen.push(changed.device));
    expect(await runUntil(clock, driver.status(Number.POSITIVE_INFINITY))).toMatchObject({
      device: 'starting',
      source: 'stale',
    });
    expect(await status()).toMatchObject({
      device: 'online',
      media: 'notPresent',
      source: 'reported',
      units: { bin: { count: 0, capacity: 50 } },
    });
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { serial: 'CRT591-000417', firmware: 'CRT-591-M001 V2.1' },
    });
    expect(seen.filter((state) => state !== undefined)).toEqual(['online']);
  });

  it('F70: a card found inside is present, and is not taken for a new one', async () => {
    const { unit, status, perform } = bench();
    unit.fault('F70');
    expect(await status()).toMatchObject({ device: 'online', media: 'present' });
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceNotReady' } });
    expect(unit.state()).toMatchObject({ place: 'readPosition', entry: 'off' });
  });

  it('F22: another serial on the cable is only identified, never moved', async () => {
    const { unit, status, perform, path, load } = bench({}, {}, 'CRT591-000417');
    load();
    unit.fault('F22');
    expect(await status()).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'configuration', action: 'configuration' },
    });
    expect(await perform('ejectCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(path.place).toBe('readPosition');
    unit.clear();
    expect(await status()).toMatchObject({ device: 'online' });
  });

  it('takes both letters of a negative reply', async () => {
    for (const negativeLetter of ['N', 'E'] as const) {
      const { status } = bench({ negativeLetter });
      expect(await status()).toMatchObject({ device: 'online' });
    }
  });
});

describe('acceptCard', () => {
  it('draws a card that comes later, and closes the entry', async () => {
    const { begin, unit, clock, status } = bench();
    const accepting = begin('acceptCard', 30_000);
    await runFor(clock, 5_000);
    expect(unit.state()).toMatchObject({ entry: 'on', shutter: 'open' });
    unit.put('permit-li-na');
    const result = await runUntil(clock, accepting);
    expect(result).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'position', detail: 'readPosition', customerAccess: 'none' }],
    });
    expect(result.acceptedAt).toBeLessThan(result.completedAt ?? 0);
    expect(unit.state()).toMatchObject({ entry: 'off', shutter: 'closed', place: 'readPosition' });
    expect(await status()).toMatchObject({ media: 'present' });
  });

  it('no card before the deadline: noMedia, entry closed, in time', async () => {
    const { perform, unit, clock } = bench();
    const began = clock.monoMs();
    expect(await perform('acceptCard', 10_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    expect(clock.monoMs() - began).toBeLessThan(12_000);
    expect(unit.state()).toMatchObject({ entry: 'off' });
  });

  it('a caller that goes away ends the wait and closes the entry', async () => {
    const { begin, abort, unit, clock } = bench();
    const accepting = begin('acceptCard', 60_000);
    await runFor(clock, 2_000);
    abort.abort();
    expect(await runUntil(clock, accepting, 3_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    expect(unit.state()).toMatchObject({ entry: 'off' });
  });

  it('F01: a jam on the way in is told, and the unit is not driven against it by polling', async () => {
    const { begin, unit, clock, status, driver } = bench();
    unit.fault('F01');
    const accepting = begin('acceptCard', 30_000);
    await runFor(clock, 1_000);
    unit.put('permit-li-na');
    expect(await runUntil(clock, accepting)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'mediaJam', action: 'clear', vendorCode: '10' },
    });
    expect(await status()).toMatchObject({ device: 'hardwareError', media: 'jammed', fault: { code: 'mediaJam' } });
    const reset = await runUntil(clock, driver.reset(op(clock, 20_000), 'exit'));
    expect(reset).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    unit.clear();
    expect(await status()).toMatchObject({ device: 'online', media: 'entering' });
    expect(seen).toEqual(['starting', 'online']);
  });

  it('a unit found jammed is not initialised again at every poll, and told once', async () => {
    const { unit, status, driver } = bench();
    unit.fault('jammed-at-rest');
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    for (let i = 0; i < 5; i += 1) {
      expect(await status()).toMatchObject({ device: 'hardwareError', media: 'jammed', fault: { code: 'mediaJam' } });
    }
    expect(unit.state()).toMatchObject({ inits: 1 });
    expect(seen).toEqual(['hardwareError']);
    unit.clear();
    expect(await status()).toMatchObject({ device: 'online' });
  });

  it('F04: with a full bin no card is taken in', async () => {
    const { unit, status, perform } = bench();
    unit.fault('F04');
    unit.put('permit-li-na');
    expect(await status()).toMatchObject({
      device: 'online',
      fault: { code: 'retainBinFull' },
      units: { bin: { replenishment: 'full' } },
    });
    expect(await perform('acceptCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'retainBinFull', action: 'clear' },
    });
    expect(unit.state()).toMatchObject({ place: 'gate', entry: 'off' });
  });

  it('F06: a shutter that does not open stays a fault until a self-test proves otherwise', async () => {
    const { unit, status, perform, driver, clock } = bench();
    unit.fault('F06');
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'shutterFail' } });
    expect(await status()).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'shutterFail', action: 'maintenance' },
    });
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'shutterFail' } });
    expect(await runUntil(clock, driver.selfTest(op(clock, 20_000)))).toMatchObject({ outcome: 'notDone' });
    unit.clear();
    expect(await status()).toMatchObject({ device: 'hardwareError' });
    expect(await runUntil(clock, driver.selfTest(op(clock, 20_000)))).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ device: 'online' });
  });

  it('a shutter open at rest is potential fraud', async () => {
    const { unit, status } = bench();
    unit.fault('F06');
    unit.fault('shutter-open');
    expect(await status()).toMatchObject({ device: 'potentialFraud', fault: { code: 'shutterFail' } });
  });

  it.each([
    ['F07', 'invalidMedia'],
    ['F07-short', 'cardTooShort'],
    ['F07-long', 'cardTooLong'],
  ])('%s: %s is the citizen’s to mend, the card is back at the gate', async (fault, code) => {
    const { unit, begin, clock, status } = bench();
    unit.fault(fault);
    const accepting = begin('acceptCard', 30_000);
    await runFor(clock, 500);
    unit.put('permit-li-na');
    expect(await runUntil(clock, accepting)).toMatchObject({ outcome: 'notDone', fault: { code, action: 'suspend' } });
    expect(unit.state()).toMatchObject({ place: 'gate', entry: 'off' });
    expect((await runUntil(clock, Promise.resolve(unit.take()))).ok).toBe(true);
    unit.clear();
    expect(await status()).toMatchObject({ device: 'online', media: 'notPresent' });
  });

  it('a card put in the wrong way round comes back, and is taken when it was turned', async () => {
    let visits = 0;
    const { unit, begin, perform, clock } = bench({ isReversed: () => (visits += 1) === 1 });
    const accepting = begin('acceptCard', 30_000);
    await runFor(clock, 500);
    unit.put('permit-li-na');
    expect(await runUntil(clock, accepting)).toMatchObject({ outcome: 'notDone', fault: { code: 'invalidMedia' } });
    unit.take();
    unit.put('permit-li-na');
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'done' });
    expect(visits).toBe(2);
  });

  it('a mute chip is no reason to refuse the card (F09 belongs to the chip)', async () => {
    const { path, perform, driver, clock } = bench();
    const mute = permit();
    mute.chip = 'mute';
    path.put(mute);
    expect(await perform('acceptCard')).toMatchObject({ outcome: 'done' });
    const opened = await runUntil(clock, driver.read('openChip', 1_000, {}, new AbortController().signal));
    expect(opened).toMatchObject({ ok: false, error: { code: 'atrNotObtained', vendorCode: '65' } });
  });
});

describe('ejectCard', () => {
  it('is done when the card was seen at the gate and then gone', async () => {
    const { load, begin, unit, clock } = bench();
    load();
    const ejecting = begin('ejectCard', 30_000);
    await runFor(clock, 6_000);
    expect(unit.state()).toMatchObject({ place: 'gate' });
    unit.take();
    const result = await runUntil(clock, ejecting);
    expect(result.outcome).toBe('done');
    expect(result.evidence).toMatchObject([
      { kind: 'presented', customerAccess: 'customer' },
      { kind: 'taken', customerAccess: 'customer' },
    ]);
  });

  it('F02: not taken by the deadline, the card stays at the gate; it can be waited for again and captured', async () => {
    const { load, perform, unit, status } = bench();
    load();
    const first = await perform('ejectCard', 30_000);
    expect(first).toMatchObject({ outcome: 'notDone', fault: { code: 'notTaken', action: 'clear' } });
    expect(kinds(first)).toEqual(['presented']);
    expect(await status()).toMatchObject({ media: 'entering' });
    expect(await perform('ejectCard', 1_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'notTaken' } });
    const captured = await perform('captureCard');
    expect(captured).toMatchObject({
      outcome: 'done',
      evidence: [
        { kind: 'countDelta', detail: 'bin+1' },
        { kind: 'position', detail: 'none' },
      ],
    });
    expect(unit.state()).toMatchObject({ place: 'outside', binCount: 1 });
  });

  it('without a card: noMedia', async () => {
    expect(await bench().perform('ejectCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
  });

  it('a jam on the way out is told', async () => {
    const { load, perform, unit, status } = bench();
    load();
    unit.fault('jam-on-eject');
    const result = await perform('ejectCard');
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    expect(kinds(result)).toEqual(['position']);
    expect(await status()).toMatchObject({ media: 'jammed' });
  });

  it('ACK without reply: the sensors decide, the motion is not repeated', async () => {
    const { load, begin, unit, clock } = bench();
    load();
    unit.fault('no-reply');
    const ejecting = begin('ejectCard', 60_000);
    await runFor(clock, 15_000);
    unit.take();
    const result = await runUntil(clock, ejecting);
    expect(result).toMatchObject({ outcome: 'done' });
    expect(result.acceptedAt).toBeDefined();
    expect(kinds(result)).toEqual(['presented', 'taken']);
  });

  it('ACK without reply and the card where it was: unknown, and it stays there', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('no-reply-no-move');
    const result = await perform('ejectCard', 60_000);
    expect(result).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'timeOut' },
      evidence: [{ kind: 'position', detail: 'readPosition' }],
    });
    expect(unit.state()).toMatchObject({ place: 'readPosition' });
  });

  it('a good reply that the sensors contradict is unknown', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('false-ok');
    expect(await perform('ejectCard')).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
  });
});

describe('captureCard', () => {
  it('counts; a bin that fills up refuses the next', async () => {
    const { load, perform, unit } = bench({ binCapacity: 1 });
    load();
    expect(await perform('captureCard')).toMatchObject({ outcome: 'done' });
    load();
    expect(await perform('captureCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'retainBinFull' } });
    expect(unit.state()).toMatchObject({ binCount: 1, place: 'readPosition' });
  });

  it('a card pulled out meanwhile is taken by nobody knows whom', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('pulled-on-capture');
    const result = await perform('captureCard');
    expect(result).toMatchObject({ outcome: 'notDone', fault: { vendorCode: '40' } });
    expect(result.evidence[0]).toMatchObject({ kind: 'taken', customerAccess: 'unknown' });
    expect(unit.state()).toMatchObject({ binCount: 0 });
  });

  it('ACK without reply: the counter proves it', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('no-reply');
    expect(await perform('captureCard', 60_000)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'countDelta' }, { kind: 'position' }],
    });
    expect(unit.state()).toMatchObject({ binCount: 1 });
  });

  it('ACK without reply and a card gone without being counted is unknown', async () => {
    const { load, begin, unit, clock, path } = bench();
    load();
    unit.fault('no-reply-no-move');
    const capturing = begin('captureCard', 60_000);
    await runFor(clock, 6_000);
    path.move('gate');
    path.take();
    expect(await runUntil(clock, capturing)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('the line', () => {
  it('a motion that was not heard is said again, once the sensors show that nothing moved', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('miss-once');
    expect(await perform('moveCard', 30_000, { to: 'gate' })).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'position', detail: 'gate' }],
    });
  });

  it('a motion that was made without a word is not made again', async () => {
    const { load, begin, unit, clock } = bench();
    load();
    unit.fault('wordless');
    const ejecting = begin('ejectCard', 60_000);
    await runFor(clock, 10_000);
    unit.take();
    expect(await runUntil(clock, ejecting)).toMatchObject({ outcome: 'done' });
    expect(unit.state()).toMatchObject({ motions: 1 });
  });

  it('NAK each time: never taken, so notDone', async () => {
    const { load, perform, unit } = bench();
    load();
    unit.fault('stuck-busy');
    expect(await perform('ejectCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceNotReady' } });
    expect(unit.state()).toMatchObject({ place: 'readPosition' });
  });

  it('F12: silence is stale and offline; the unit is inspected when it speaks again', async () => {
    const { unit, status, driver } = bench();
    await status();
    unit.fault('F12');
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    await status();
    expect(seen).toEqual([]);
    unit.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(seen).toEqual(['starting', 'online']);
  });

  it('F12 while waiting for a card: unknown, told within three seconds', async () => {
    const { begin, unit, clock } = bench();
    const accepting = begin('acceptCard', 60_000);
    await runFor(clock, 3_000);
    unit.fault('F12');
    expect(await runUntil(clock, accepting, 3_000)).toMatchObject({ outcome: 'unknown', fault: { code: 'timeOut' } });
  });

  it.each(['garbage', 'duplicate', 'flood'])('%s does not disturb', async (fault) => {
    const { unit, status, load, begin, clock } = bench();
    unit.fault(fault);
    load();
    // A flood fills the queue between two reads of a memory wire; over it the unit is cut off and found again.
    if (fault === 'flood') {
      expect(await status()).toMatchObject({ device: 'offline' });
      return;
    }
    expect(await status()).toMatchObject({ device: 'online' });
    const ejecting = begin('ejectCard', 30_000);
    await runFor(clock, 4_000);
    unit.take();
    expect(await runUntil(clock, ejecting)).toMatchObject({ outcome: 'done' });
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent'])(
    '%s ends in time, never as done',
    async (fault) => {
      const { unit, status, load, begin, clock } = bench();
      load();
      await status();
      const ejecting = begin('ejectCard', 20_000);
      await runFor(clock, 100);
      unit.fault(fault);
      const result = await runUntil(clock, ejecting, 40_000);
      expect(result.outcome).toBe('unknown');
    },
  );

  it('unplugged at each moment of an eject: never done without both sensors, and found again', async () => {
    for (let atMs = 0; atMs <= 3_000; atMs += 50) {
      const { unit, load, begin, clock, status, path } = bench();
      load();
      const ejecting = begin('ejectCard', 10_000);
      await runFor(clock, atMs);
      unit.unplug();
      const result = await runUntil(clock, ejecting);
      // The motor does not know that the cable is gone.
      await runFor(clock, 2_000);
      const moved = path.place !== 'readPosition';
      expect(result.outcome, `at ${atMs}`).not.toBe('done');
      // "Nothing happened" may only be said when nothing did.
      if (result.outcome === 'notDone') expect(moved, `at ${atMs}`).toBe(false);
      expect(await status()).toMatchObject({ device: 'offline', source: 'stale' });
      unit.plug();
      const back: DeviceStatus = await status();
      expect(back).toMatchObject({ device: 'online', media: moved ? 'entering' : 'present', source: 'reported' });
    }
  });

  it('a power dip with the card inside is inspected, and the card is still there', async () => {
    const { unit, load, status } = bench();
    load();
    await status();
    unit.powerDip();
    expect(await status()).toMatchObject({ device: 'online', media: 'present' });
  });
});

describe('reset', () => {
  it('brings the card where it is told', async () => {
    const { load, driver, clock, unit } = bench();
    load();
    expect(await runUntil(clock, driver.reset(op(clock, 20_000), 'stay'))).toMatchObject({ outcome: 'done' });
    expect(unit.state()).toMatchObject({ place: 'readPosition' });
    const leaving = driver.reset(op(clock, 20_000), 'exit');
    await runFor(clock, 4_000);
    unit.take();
    expect(await runUntil(clock, leaving)).toMatchObject({ outcome: 'done' });
    load();
    expect(await runUntil(clock, driver.reset(op(clock, 20_000), 'retain'))).toMatchObject({ outcome: 'done' });
    expect(unit.state()).toMatchObject({ binCount: 1 });
    expect(await runUntil(clock, driver.reset(op(clock, 20_000), 'retain'))).toMatchObject({ outcome: 'done' });
    expect(unit.state()).toMatchObject({ binCount: 1 });
  });
});
