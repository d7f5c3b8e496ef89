import type { DeviceStatus } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { runUntil } from '../../testing/run-until.ts';
import { driverOn, op } from './testing/driver-bench.ts';
import { ScriptedUnit } from './testing/scripted-unit.ts';

/** What a unit says of itself; `status` and `feed` change under way. */
interface Says {
  serial: string;
  status: string;
  feed: string;
  counter: string;
}

function strange(start: Partial<Says> = {}, options: Record<string, string | number | boolean> = {}) {
  const says: Says = { serial: 'A1', status: '020', feed: '220', counter: '000', ...start };
  const unit = new ScriptedUnit((cm, pm) => {
    const st = says.status.slice(0, 3);
    if (cm === 0xa2) return `${st}${String.fromCharCode(says.serial.length)}${says.serial}`;
    if (cm === 0xa5) return `${st}${says.counter}`;
    if (cm === 0x32 && pm === 0x31) return says.feed;
    return cm === 0x31 && pm === 0x30 ? says.status : st;
  });
  const clock = new ManualClock();
  const driver = driverOn(unit, clock, options);
  const never = new AbortController().signal;
  const perform = (verb: string, args: unknown = {}): Promise<EffectResult> =>
    runUntil(clock, driver.perform(verb, op(clock, 20_000), args, never));
  const sent = (command: string): number => unit.heard.filter((one) => one === command).length;
  const selfTest = (): Promise<EffectResult> => runUntil(clock, driver.selfTest(op(clock, 20_000)));
  const status = async (): Promise<DeviceStatus> => {
    // An answer of this very moment is not asked for again.
    await clock.advance(10);
    return runUntil(clock, driver.status(0));
  };
  return { says, unit, clock, driver, perform, sent, selfTest, status };
}

const FEED = '32 31';
const ENTRY_ON = '33 30';
const ENTRY_OFF = '33 31';

describe('values that stand in no table', () => {
  it.each([
    ['ST2', '029', 'storageUnitError'],
    ['ST0', '920', 'deviceNotReady'],
  ])('%s: no card is accepted', async (_, status, code) => {
    const on = strange({ status });
    expect(await on.perform('acceptCard')).toMatchObject({ outcome: 'notDone', fault: { code } });
    expect(on.sent(ENTRY_ON)).toBe(0);
  });

  it('ST1: nothing is fed', async () => {
    const on = strange({ status: '090' }, { stack: true });
    expect(await on.perform('dispenseCard')).toMatchObject({ fault: { code: 'storageUnitError' } });
    expect(on.sent(FEED)).toBe(0);
  });
});

describe('a pusher that finds no card although the sensor sees some', () => {
  it('is believed until a self-test', async () => {
    const on = strange({ feed: 'A0!' });
    for (let i = 0; i < 2; i += 1)
      expect(await on.perform('dispenseCard')).toMatchObject({
        outcome: 'notDone',
        fault: { code: 'storageUnitError' },
      });
    expect(on.sent(FEED)).toBe(1);
    expect((await on.status()).units['stack']).toMatchObject({ replenishment: 'empty' });
    expect(await on.selfTest()).toMatchObject({ outcome: 'done' });
    await on.perform('dispenseCard');
    expect(on.sent(FEED)).toBe(2);
  });

  it('or until the sensor sees another level', async () => {
    const on = strange({ feed: 'A0!' });
    await on.perform('dispenseCard');
    on.says.status = '010';
    expect((await on.status()).units['stack']).toMatchObject({ replenishment: 'low' });
  });
});

describe('dispenseCard', () => {
  it('a unit that has no such hardware is asked to feed once', async () => {
    const on = strange({ feed: '03!' }, { stack: true });
    for (let i = 0; i < 2; i += 1)
      expect(await on.perform('dispenseCard')).toMatchObject({ fault: { code: 'unsupportedCommand' } });
    expect(on.sent(FEED)).toBe(1);
    expect((await on.status()).units).not.toHaveProperty('stack');
  });

  it('closes the entry before it feeds', async () => {
    const on = strange({ feed: 'A0!' });
    await on.perform('dispenseCard');
    const { heard } = on.unit;
    expect(heard.indexOf(ENTRY_OFF)).toBeGreaterThan(-1);
    expect(heard.indexOf(ENTRY_OFF)).toBeLessThan(heard.indexOf(FEED));
  });

  it('a card that jams on its way has left the stack', async () => {
    const on = strange({}, { stackCapacity: 100 });
    await on.perform('startExchange');
    await on.perform('setUnits', { units: { stack: { count: 30 } } });
    await on.perform('endExchange');
    on.says.feed = '10!';
    expect(await on.perform('dispenseCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    // Told at once, not at the next poll.
    expect((await runUntil(on.clock, on.driver.status(60_000))).units['stack']).toMatchObject({ count: 29 });
  });
});

describe('counts', () => {
  it('a bin that is not set sets no stack either', async () => {
    const on = strange({ counter: '007' });
    await on.perform('startExchange');
    const units = { bin: { count: 0 }, stack: { count: 5 } };
    // The counter keeps saying 7.
    expect(await on.perform('setUnits', { units })).toMatchObject({ outcome: 'unknown' });
    expect((await on.status()).units['stack']).toMatchObject({ count: 0 });
  });

  it('of another unit on the cable are not taken for a manipulation', async () => {
    const on = strange({ counter: '007' });
    await on.status();
    Object.assign(on.says, { serial: 'B2', counter: '001', status: 'B0!' });
    await on.status();
    on.says.status = '020';
    expect((await on.status()).units['bin']).toMatchObject({ count: 1, status: 'ok' });
  });
});
