import { newOperationId, type RandomBytes } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { runUntil } from '../testing/run-until.ts';
import type { EffectResult } from './driver.ts';
import { createRef1Driver } from './ref1-driver.ts';
import { isRef1Exchange, readRef1Units, ref1ExchangeJudge, ref1ExchangeOrders } from './ref1-exchange.ts';
import type { Ref1Field } from './ref1-fields.ts';
import { ref1Axes } from './ref1-status.ts';
import type { Ref1UnitNames } from './ref1-units.ts';
import { ref1Context, ScriptedRef1 } from './testing/scripted-ref1.ts';

const NEVER = new AbortController().signal;
const UNITS: Ref1UnitNames = { names: { 1: 'stack', 2: 'bin' }, serialised: [1] };
const FAULTS = {
  0x2a: ['exchangeActive', 'open', 'clear'],
  0x2c: ['invalidUnit', 'counted wrongly', 'configuration'],
  0x2d: ['storageUnitError', 'not what lies there', 'clear'],
} as const;
const STACK: Ref1Field = [0x48, Uint8Array.of(1, 0, 0, 100, 0, 90, 0, 1, 0, 0, 0, 5, 0)];
const SERIAL: Ref1Field = [0x4b, new TextEncoder().encode('\u0001B0001')];
const exchange = (raw: number): Ref1Field => [0x4a, Uint8Array.of(raw)];

function bench() {
  const peer = new ScriptedRef1();
  peer.kind = 'licence-printer';
  const context = ref1Context(peer);
  let made = 0;
  const random: RandomBytes = (n) => new Uint8Array(n).fill((made += 1));
  const driver = createRef1Driver(context, {
    driver: 'scripted',
    kind: 'licence-printer',
    faults: FAULTS,
    axes: (raw) => ref1Axes(raw, FAULTS),
    isAskedWhileBusy: false,
    effects: ref1ExchangeOrders({ units: UNITS, faults: FAULTS, endMs: 5_000 }),
    reads: { units: (device, _args, deadlineMs) => readRef1Units(device, UNITS, deadlineMs) },
    judgeOf: () => undefined,
  });
  return {
    peer,
    perform: (verb: string, args: unknown = {}): Promise<EffectResult> => {
      const operationId = newOperationId(context.clock.wallMs(), random);
      return runUntil(context.clock, driver.perform(verb, { operationId, deadlineMs: 30_000 }, args, NEVER));
    },
    units: () => runUntil(context.clock, driver.read('units', 2_000, {}, NEVER)),
  };
}

describe('units', () => {
  it('are read with their serial numbers and the exchange', async () => {
    const { peer, units } = bench();
    peer.on.set(0x15, (heard) => peer.answer(heard, [STACK, SERIAL, exchange(1)]));
    expect(await units()).toMatchObject({
      ok: true,
      value: { exchange: 'active', units: { stack: { count: 1, replenishment: 'low', serialised: ['B0001'] } } },
    });
  });

  it('that cannot be read are not half read', async () => {
    const { peer, units } = bench();
    for (const fields of [[], [STACK, [0x48, Uint8Array.of(2)] as const], [STACK, [0x4b, Uint8Array.of(1)] as const]]) {
      peer.on.set(0x15, (heard) => peer.answer(heard, [...fields, exchange(0)]));
      expect(await units()).toMatchObject({ ok: false, error: { code: 'hardwareError', action: 'maintenance' } });
    }
  });
});

describe('an exchange', () => {
  it.each([
    ['startExchange', 0x16, 1, 'done'],
    ['startExchange', 0x16, 0, 'unknown'],
    ['endExchange', 0x18, 0, 'done'],
    ['endExchange', 0x18, 1, 'unknown'],
    ['endExchange', 0x18, 9, 'done'],
  ])('%s (%i) is looked at afterwards: told %i it is %s', async (verb, command, told, outcome) => {
    const { peer, perform } = bench();
    peer.on.set(command, (heard) => peer.answer(heard));
    peer.on.set(0x15, (heard) => peer.answer(heard, [STACK, exchange(told)]));
    expect(await perform(verb)).toMatchObject({ outcome });
    expect(peer.times(0x15)).toBe(1);
  });

  it.each([
    ['startExchange', 0x16, 0x2a, 1, 'notDone', 'exchangeActive'],
    ['setUnits', 0x17, 0x2c, 1, 'notDone', 'invalidUnit'],
    ['endExchange', 0x18, 0x2d, 1, 'notDone', 'storageUnitError'],
    ['endExchange', 0x18, 0x06, 1, 'unknown', 'hardwareError'],
  ])('%s (%i) that ends with %i, motion %i, is %s', async (verb, command, result, motion, outcome, code) => {
    const { peer, perform } = bench();
    const fields: readonly Ref1Field[] = [
      [0x02, Uint8Array.of(result)],
      [0x03, Uint8Array.of(motion)],
    ];
    peer.on.set(command, (heard) => peer.answer(heard, fields));
    const args = verb === 'setUnits' ? { units: { bin: { count: 0 } } } : {};
    expect(await perform(verb, args)).toMatchObject({ outcome, fault: { code } });
  });

  it('sets what was counted; what cannot be told never goes out, and the unit is named', async () => {
    const { peer, perform } = bench();
    peer.on.set(0x17, (heard) => peer.answer(heard));
    expect(await perform('setUnits', { units: { bin: { count: 3 } } })).toMatchObject({ outcome: 'done' });
    expect(peer.heard.at(-1)?.fields.get(0x49)).toEqual([Uint8Array.of(2, 0, 3)]);
    for (const units of [{}, { shelf: { count: 1 } }, { bin: { count: 1, serialised: ['B0001'] } }])
      expect(await perform('setUnits', { units })).toMatchObject({
        outcome: 'notDone',
        fault: { code: 'softwareError' },
      });
    expect(peer.times(0x17)).toBe(1);
  });

  it('its commands are known, and judged alike when remembered: that nothing moved is well', () => {
    expect([0x15, 0x16, 0x17, 0x18, 0x19].map(isRef1Exchange)).toEqual([false, true, true, true, false]);
    const end = { result: 0, motion: 'nothing', evidence: [], fields: new Map() } as const;
    expect(ref1ExchangeJudge(FAULTS)(end, [])).toEqual({ outcome: 'done' });
  });
});
