import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { bench, op } from './testing/driver-bench.ts';

/** Looks every second, as core does. */
async function idle(on: ReturnType<typeof bench>, ms: number): Promise<void> {
  const untilMs = on.clock.monoMs() + ms;
  while (on.clock.monoMs() < untilMs) {
    await on.status();
    await runFor(on.clock, Math.min(1_000, untilMs - on.clock.monoMs()), 200);
  }
}

const HELD = { device: 'potentialFraud', fault: { code: 'fraudAttempt', action: 'maintenance' } };

describe('F21: a card that stays at the gate', () => {
  it('of an open entry is told within the verb, and the entry is closed', async () => {
    const on = bench();
    on.unit.fault('F21');
    const accepting = on.begin('acceptCard', 60_000);
    await runFor(on.clock, 1_000);
    on.unit.put('permit-li-na');
    expect(await runUntil(on.clock, accepting, 25_000)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'fraudAttempt', action: 'maintenance' },
    });
    expect(on.unit.state()).toMatchObject({ entry: 'off' });
    expect(await on.status()).toMatchObject(HELD);
    on.unit.clear();
    on.unit.take();
    // Gone is not explained: a technician ends it.
    expect(await on.status()).toMatchObject(HELD);
    expect(await on.perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
    expect(await runUntil(on.clock, on.driver.selfTest(op(on.clock, 20_000)))).toMatchObject({ outcome: 'done' });
    expect(await on.status()).toMatchObject({ device: 'online' });
  });

  it('of a closed entry is told after two minutes', async () => {
    const on = bench();
    await on.status();
    on.unit.put('permit-li-na');
    await idle(on, CRT591_LIMITS.foreignAtGateMs - 3_000);
    expect(await on.status()).toMatchObject({ device: 'online', media: 'entering' });
    await idle(on, 5_000);
    expect(await on.status()).toMatchObject(HELD);
  });

  it('is nothing when the unit itself presented it, or when it lay there at the start', async () => {
    const forgotten = bench();
    forgotten.load();
    await forgotten.perform('ejectCard', 5_000);
    const fed = bench({ stack: 20, feedsTo: 'gate' });
    await fed.perform('dispenseCard');
    const found = bench();
    found.unit.put('permit-li-na');
    for (const on of [forgotten, fed, found]) {
      await idle(on, CRT591_LIMITS.foreignAtGateMs + 5_000);
      expect(await on.status()).toMatchObject({ device: 'online', media: 'entering' });
    }
  });

  it('is nothing when it comes and goes', async () => {
    const on = bench();
    await on.status();
    for (let i = 0; i < 5; i += 1) {
      on.unit.put('permit-li-na');
      await idle(on, 40_000);
      on.unit.take();
      await idle(on, 1_000);
    }
    expect(await on.status()).toMatchObject({ device: 'online' });
  });
});

describe('a shutter that no sensor sees', () => {
  it('is no reason to refuse a card or to fail a test', async () => {
    const on = bench({ hasShutterSensor: false });
    expect(await runUntil(on.clock, on.driver.selfTest(op(on.clock, 20_000)))).toMatchObject({ outcome: 'done' });
    on.unit.put('permit-li-na');
    expect(await on.perform('acceptCard')).toMatchObject({ outcome: 'done' });
  });
});

describe('error 40', () => {
  it('with the card still at the gate: it was held, not taken', async () => {
    const on = bench();
    await on.status();
    on.unit.fault('F21');
    on.unit.put('permit-li-na');
    expect(await on.perform('captureCard')).toMatchObject({
      outcome: 'notDone',
      fault: { vendorCode: '40' },
      evidence: [{ kind: 'position', detail: 'gate' }],
    });
  });

  it.each(['16', '45'])('%s: moved by hand, taken by nobody knows whom: unknown', async (code) => {
    const on = bench();
    on.load();
    on.unit.fault(`error-${code}`);
    const result = await on.perform('captureCard');
    expect(result).toMatchObject({ outcome: 'unknown', fault: { vendorCode: code } });
    expect(result.evidence[0]).toMatchObject({ kind: 'taken', customerAccess: 'unknown' });
  });
});

describe('a card that hall staff freed', () => {
  it('came from inside: it may stay at the gate', async () => {
    const on = bench();
    await on.status();
    on.unit.fault('F01');
    const accepting = on.begin('acceptCard', 30_000);
    await runFor(on.clock, 1_000);
    on.unit.put('permit-li-na');
    await runUntil(on.clock, accepting);
    on.unit.clear();
    await idle(on, CRT591_LIMITS.foreignAtGateMs + 5_000);
    expect(await on.status()).toMatchObject({ device: 'online', media: 'entering' });
  });
});

describe('dispenseCard', () => {
  it('gives nothing out through a throat in which something may be', async () => {
    const on = bench({ stack: 20 });
    await on.status();
    on.unit.fault('F21');
    on.unit.put('permit-li-na');
    await on.perform('acceptCard', 60_000);
    on.unit.clear();
    await runFor(on.clock, 500);
    on.unit.take();
    expect(await on.perform('dispenseCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
  });
});
