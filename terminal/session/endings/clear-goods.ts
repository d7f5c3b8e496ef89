import type { Effect } from '../machine/effect.ts';
import { hasGoodsOut, type Facts, type GoodsPlace } from '../machine/facts.ts';
import type { OperationEnd } from '../machine/input.ts';
import type { StepMachine, Turn } from '../machine/step-machine.ts';

const RETRACT_MS = 30_000;

/** Goods that nobody identified has taken are drawn back before anybody else can reach them (I4). Runs at every end. */
export const clearGoods: StepMachine<'retract'> = {
  enter({ facts }) {
    if (!hasGoodsOut(facts) || facts.goodsDevice === null) return { state: 'retract', end: { end: 'skipped' } };
    return { state: 'retract', effects: [retract(facts.goodsDevice)] };
  },
  on(state, input, { facts }) {
    if (input.kind !== 'operated' || input.key !== 'retract') return { state };
    return retracted(input.end, facts);
  },
  view: () => ({
    kind: 'produce',
    body: { phase: 'returning', phases: ['returning'], elapsedMs: 0, usualMs: 5_000 },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

/** Drawing back what lies at a device's exit. */
export function retract(device: NonNullable<Facts['goodsDevice']>): Effect {
  return {
    do: 'operate',
    key: 'retract',
    device,
    verb: 'retract',
    args: {},
    deadlineMs: RETRACT_MS,
    evenUnjournaled: true,
  };
}

/** Where goods are after they were drawn back, or nothing was found there. */
export function placeAfter(end: OperationEnd): GoodsPlace {
  if (end.outcome === 'done') return 'retracted';
  return end.outcome === 'notDone' && end.fault?.code === 'noMedia' ? 'none' : 'unknown';
}

function retracted(end: OperationEnd, facts: Facts): Turn<'retract'> {
  const goods = placeAfter(end);
  const produced = facts.production === 'done' ? 1 : 0;
  const effects: Effect[] = [{ do: 'remember', produced, handedOver: 0, retained: goods === 'retracted' ? 1 : 0 }];
  if (goods === 'unknown')
    return {
      state: 'retract',
      facts: { goods },
      effects,
      end: { end: 'stop', state: 'unknown' },
      code: 'hardwareError',
    };
  // Made and kept for the citizen: staff hand it over against his identity.
  if (facts.production === 'done' && facts.stop === null && !facts.handedOver)
    return { state: 'retract', facts: { goods }, effects, end: { end: 'stop', state: 'produced-not-taken' } };
  return { state: 'retract', facts: { goods }, effects, end: { end: 'done' } };
}
