import type { DeviceStatus } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { runUntil } from '../../testing/run-until.ts';
import { bench, driverOn, kinds, op } from './testing/driver-bench.ts';

type Bench = ReturnType<typeof bench>;

const unitsOf = ({ clock, driver }: Bench): Promise<unknown> =>
  runUntil(clock, driver.read('units', 5_000, {}, new AbortController().signal));
const setUnits = (on: Bench, units: object): ReturnType<Bench['perform']> => on.perform('setUnits', 5_000, { units });

describe('units', () => {
  it('tell the bin by its counter, and the stack by what its sensor says', async () => {
    const on = bench({ stack: 20, binCount: 7 }, { stackCapacity: 200 });
    expect(await unitsOf(on)).toEqual({
      ok: true,
      value: {
        exchange: 'inactive',
        units: {
          bin: {
            type: 'retain',
            capacity: 50,
            initialCount: 0,
            count: 7,
            retainCount: 7,
            threshold: 40,
            status: 'ok',
            replenishment: 'ok',
          },
          stack: {
            type: 'dispense',
            capacity: 200,
            initialCount: 0,
            count: 0,
            retainCount: 0,
            threshold: 0,
            status: 'ok',
            replenishment: 'ok',
          },
        },
      },
    });
  });

  it('F04: high from the threshold, full at the capacity, and then no card is accepted', async () => {
    const on = bench({ binCapacity: 50, binCount: 2 }, { binCapacity: 4, binThreshold: 3 });
    const bin = async (): Promise<unknown> => (await on.status()).units['bin'];
    expect(await bin()).toMatchObject({ replenishment: 'ok', threshold: 3 });
    for (const replenishment of ['high', 'full']) {
      on.load();
      expect(await on.perform('captureCard')).toMatchObject({ outcome: 'done' });
      expect(await bin()).toMatchObject({ replenishment });
    }
    expect(await on.perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'retainBinFull' } });
    // What is inside is still kept while the unit's own sensor sees room.
    on.load();
    expect(await on.perform('captureCard')).toMatchObject({ outcome: 'done' });
  });

  it('low and empty come from the stack’s sensor', async () => {
    const on = bench({ stack: 12, fewCards: 10 });
    const replenishment = async (): Promise<unknown> => (await on.status()).units['stack']?.replenishment;
    expect(await replenishment()).toBe('ok');
    for (const expected of ['ok', 'low']) {
      await on.perform('dispenseCard');
      on.unit.take();
      expect(await replenishment()).toBe(expected);
    }
    const last = bench({ stack: 1 });
    await last.perform('dispenseCard');
    expect(await last.status()).toMatchObject({ units: { stack: { replenishment: 'empty' } } });
  });

  it('a unit without a stack has none, until it has shown one', async () => {
    const on = bench();
    expect(Object.keys((await on.status()).units)).toEqual(['bin']);
    expect(Object.keys((await bench({ stack: 0 }, { stack: true }).status()).units)).toEqual(['bin', 'stack']);
  });

  it('a firmware that does not know the counting init works, and its bin is not counted', async () => {
    const on = bench({ refusesCountingInit: '01' });
    expect(await on.status()).toMatchObject({ device: 'online' });
    on.load();
    expect(await on.perform('captureCard')).toMatchObject({ outcome: 'done', evidence: [{ kind: 'position' }] });
    expect(on.unit.state()).toMatchObject({ binCount: 0 });
  });
});

describe('an exchange', () => {
  it('sets what was counted, reads the bin’s counter back, and ends with a look', async () => {
    const on = bench({ stack: 20, binCount: 12 }, { stackCapacity: 200 });
    expect(await on.perform('startExchange')).toMatchObject({ outcome: 'done' });
    expect(await unitsOf(on)).toMatchObject({ value: { exchange: 'active' } });
    expect(await setUnits(on, { bin: { count: 0 }, stack: { count: 20 } })).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', detail: 'bin=0' }],
    });
    expect(await on.perform('endExchange')).toMatchObject({ outcome: 'done' });
    expect(on.unit.state()).toMatchObject({ binCount: 0 });
    await on.perform('dispenseCard');
    expect(await unitsOf(on)).toMatchObject({
      value: {
        exchange: 'inactive',
        units: { bin: { count: 0, status: 'ok' }, stack: { count: 19, initialCount: 20 } },
      },
    });
  });

  it('nothing moves while it is active, not even for a reset', async () => {
    const on = bench({ stack: 20 });
    await on.perform('startExchange');
    const { inits, motions } = on.unit.state();
    for (const verb of ['acceptCard', 'ejectCard', 'captureCard', 'dispenseCard', 'startExchange'])
      expect(await on.perform(verb), verb).toMatchObject({ outcome: 'notDone', fault: { code: 'exchangeActive' } });
    expect(await on.perform('moveCard', 5_000, { to: 'gate' })).toMatchObject({ fault: { code: 'exchangeActive' } });
    for (const call of [on.driver.reset(op(on.clock, 5_000), 'retain'), on.driver.selfTest(op(on.clock, 5_000))])
      expect(await runUntil(on.clock, call)).toMatchObject({ fault: { code: 'exchangeActive' } });
    expect(on.unit.state()).toMatchObject({ inits, motions });
  });

  it('a unit whose power is cut, or whose cable is pulled, is not initialised until the end: a hand may be inside', async () => {
    const on = bench();
    await on.perform('startExchange');
    const { inits } = on.unit.state();
    on.unit.powerDip();
    for (let i = 0; i < 3; i += 1) expect((await on.status()).device).not.toBe('online');
    on.unit.unplug();
    await on.status();
    on.unit.plug();
    expect((await on.status()).device).not.toBe('online');
    expect(on.unit.state()).toMatchObject({ inits });
    expect(await on.perform('endExchange')).toMatchObject({ outcome: 'done' });
    expect(await on.status()).toMatchObject({ device: 'online' });
  });

  it('does not begin with a card inside or at the gate', async () => {
    const inside = bench();
    inside.load();
    const atGate = bench();
    atGate.unit.put('permit-li-na');
    for (const on of [inside, atGate]) {
      expect(await on.perform('startExchange')).toMatchObject({
        outcome: 'notDone',
        fault: { code: 'deviceNotReady' },
      });
      expect(await unitsOf(on)).toMatchObject({ value: { exchange: 'inactive' } });
    }
  });

  it('does not end with a jam or a card inside; then it does', async () => {
    const on = bench();
    await on.perform('startExchange');
    on.unit.fault('jammed-at-rest');
    expect(await on.perform('endExchange')).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    expect(await unitsOf(on)).toMatchObject({ value: { exchange: 'active' } });
    on.unit.clear();
    on.path.move('readPosition');
    expect(await on.perform('endExchange')).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceNotReady' } });
    on.path.move('gate');
    on.unit.take();
    expect(await on.perform('endExchange')).toMatchObject({ outcome: 'done' });
  });

  it('outside one nothing is set', async () => {
    const on = bench({ binCount: 3 });
    expect(await setUnits(on, { bin: { count: 0 } })).toMatchObject({ fault: { code: 'noExchangeActive' } });
    expect(await on.perform('endExchange')).toMatchObject({ fault: { code: 'noExchangeActive' } });
    expect(on.unit.state()).toMatchObject({ binCount: 3 });
  });

  it.each([
    ['more than the bin holds', { bin: { count: 51 } }],
    ['more than the stack holds', { stack: { count: 201 } }],
    ['a unit that is not there', { ribbon: { count: 1 } }],
    ['no unit', {}],
    ['serial numbers', { stack: { count: 1, serialised: ['C20260001'] } }],
    ['one good and one wrong', { bin: { count: 0 }, stack: { count: 201 } }],
  ])('%s: invalidUnit, nothing is set', async (_, units) => {
    const on = bench({ stack: 20, binCount: 3 }, { stackCapacity: 200 });
    await on.perform('startExchange');
    expect(await setUnits(on, units)).toMatchObject({ outcome: 'notDone', fault: { code: 'invalidUnit' } });
    expect(on.unit.state()).toMatchObject({ binCount: 3 });
  });

  it('a counter that cannot be read back is not set', async () => {
    const on = bench({ binCount: 3 });
    await on.perform('startExchange');
    on.unit.fault('F12');
    const result = await setUnits(on, { bin: { count: 0 } });
    expect(result).toMatchObject({ outcome: 'unknown' });
    expect(kinds(result)).toEqual([]);
  });
});

describe('a counter that goes back', () => {
  it('outside an exchange is a manipulation, until an exchange has ended', async () => {
    const on = bench({ binCount: 9 });
    const bin = (status: DeviceStatus): unknown => status.units['bin'];
    expect(bin(await on.status())).toMatchObject({ status: 'ok' });
    // Somebody else's program sets it.
    const other = driverOn(on.unit, on.clock);
    const never = new AbortController().signal;
    for (const [verb, args] of [
      ['startExchange', {}],
      ['setUnits', { units: { bin: { count: 2 } } }],
      ['endExchange', {}],
    ] as const)
      await runUntil(on.clock, other.perform(verb, op(on.clock, 5_000), args, never));
    await runUntil(on.clock, other.close());
    await on.status();
    expect(bin(await on.status())).toMatchObject({ count: 2, status: 'manipulated' });
    await on.perform('startExchange');
    await on.perform('endExchange');
    expect(bin(await on.status())).toMatchObject({ count: 2, status: 'ok' });
  });
});
