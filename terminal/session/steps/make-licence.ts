import { licencePrinterPort } from '@yimen/contracts/device';
import type { Goods } from '@yimen/contracts/back-office';
import { evidenceText } from '../runner/operation-end.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OfficeResult, OperationEnd } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerOf, ask } from './ask.ts';

type Licence = Extract<Goods, { kind: 'licence' }>;
interface Make {
  readonly phase: 'make' | 'look' | 'blank';
  readonly retried: boolean;
  readonly startedMono: number;
}
const MAKE_MS = 150_000;
const LOOK_MS = 10_000;
const DEVICE = 'licence-printer';
const PHASES = ['preparing', 'printing', 'laminating', 'checking'] as const;

/** Prints, laminates and reads back a licence on the blank that the office reserved. A blank that was spoiled certainly is
 *  told to the office, which names another, once; what cannot be proved is looked at, never made again. */
export const makeLicenceStep: StepMachine<Make> = {
  enter: (env) => ({
    state: { phase: 'make', retried: false, startedMono: env.monoMs },
    // From here on a licence may lie in the maker, whoever hears of it.
    facts: { goods: 'unknown', goodsDevice: DEVICE },
    effects: [make(goodsOf(env))],
  }),
  on(state, input, env) {
    if (input.kind === 'operated' && input.key === 'make') return made(state, input.end, env);
    if (input.kind === 'settled' && input.key === 'make') return remembered(state, input, env);
    if (input.kind === 'read' && input.key === 'look') return looked(state, input, env);
    if (input.kind === 'answered' && input.key === 'reserve') return another(state, input.result, env);
    return { state };
  },
  view: (state, env) => ({
    kind: 'produce',
    body: {
      phase: shown(state, env),
      phases: [...PHASES],
      elapsedMs: Math.max(0, env.monoMs - state.startedMono),
      usualMs: 120_000,
    },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

function shown(state: Make, env: StepEnv): (typeof PHASES)[number] {
  if (state.phase !== 'make') return state.phase === 'look' ? 'checking' : 'preparing';
  return env.monoMs - state.startedMono < 60_000 ? 'printing' : 'laminating';
}

function goodsOf(env: StepEnv): Licence | null {
  const goods = env.facts.reservation?.goods;
  return goods?.kind === 'licence' ? goods : null;
}

function make(goods: Licence | null): Effect {
  const args = { form: goods?.form ?? 'driving', blankSerial: goods?.blankSerial ?? '', fields: goods?.fields ?? {} };
  return { do: 'operate', key: 'make', device: DEVICE, verb: 'make', args, deadlineMs: MAKE_MS };
}

function look(): Effect {
  return { do: 'read', key: 'look', device: DEVICE, verb: 'verify', args: {}, deadlineMs: LOOK_MS };
}

function made(state: Make, end: OperationEnd, env: StepEnv): Turn<Make> {
  switch (end.outcome) {
    case 'done':
      return {
        state: { ...state, phase: 'look' },
        facts: { production: 'done', goods: 'inside', goodsDevice: DEVICE, evidence: evidenceText(end) },
        effects: [look()],
      };
    case 'notDone':
      return notMade(state, end, env);
    case 'unknown':
      return {
        state,
        facts: { production: 'unknown', goods: 'unknown', goodsDevice: DEVICE },
        effects: [{ do: 'settle', key: 'make', operationId: end.operationId, target: DEVICE }],
      };
    default:
      return end.outcome satisfies never;
  }
}

/** Certainly not made. A blank in the reject bin is void: the office is told and names the next one. */
function notMade(state: Make, end: OperationEnd, env: StepEnv): Turn<Make> {
  const facts = { production: 'notDone', goods: 'none', goodsDevice: null } as const;
  const isSpoiled = end.value?.['blank'] === 'rejected';
  // Something else than asked for on one licence may be on the next one too: the line stops after one (F18).
  const isWrong = end.fault?.code === 'verifyMismatch';
  if (!isSpoiled || isWrong || state.retried)
    return {
      state,
      facts: { ...facts, spoiledSerial: isSpoiled ? (goodsOf(env)?.blankSerial ?? null) : env.facts.spoiledSerial },
      end: { end: 'stop', state: 'paid-not-produced' },
      code: end.fault?.code ?? 'print-failed',
    };
  const spoiledSerial = goodsOf(env)?.blankSerial ?? null;
  return {
    state: { ...state, phase: 'blank', retried: true },
    facts: { ...facts, spoiledSerial },
    effects: [ask('reserve', `${env.office}.case.reserve`, { caseRef: env.facts.case?.caseRef ?? '', spoiledSerial })],
  };
}

function another(state: Make, result: OfficeResult, env: StepEnv): Turn<Make> {
  const answer = answerOf(`${env.office}.case.reserve`, result);
  // No other blank to be had: the money is kept for the citizen, the case goes on elsewhere.
  if (answer?.goods?.kind !== 'licence')
    return { state, end: { end: 'stop', state: 'paid-not-produced' }, code: result.fault?.code ?? 'office-away' };
  return {
    state: { ...state, phase: 'make' },
    facts: { reservation: answer, goods: 'unknown', goodsDevice: DEVICE },
    effects: [make(answer.goods)],
  };
}

function remembered(state: Make, input: Extract<Input, { kind: 'settled' }>, env: StepEnv): Turn<Make> {
  if (input.known === 'neverSeen')
    return {
      state,
      facts: { production: 'notDone', goods: 'none', goodsDevice: null },
      end: { end: 'stop', state: 'paid-not-produced' },
      code: 'deviceNotReady',
    };
  if (input.end !== null && input.end.outcome !== 'unknown') return made(state, input.end, env);
  return { state: { ...state, phase: 'look' }, effects: [look()] };
}

/** What lies at the verify position. Another serial than the reserved one is never handed out (F18). */
function looked(state: Make, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<Make> {
  const seen = input.result.ok ? licencePrinterPort.verbs.verify.result.safeParse(input.result.value) : undefined;
  if (seen?.success === true && seen.data.blankSerial !== goodsOf(env)?.blankSerial)
    return {
      state,
      facts: { production: 'mismatch', goods: 'inside', goodsDevice: DEVICE },
      end: { end: 'stop', state: 'unknown' },
      code: 'verifyMismatch',
    };
  // The maker's own read-back proved the print; a camera that fails now takes nothing away from that.
  if (env.facts.production === 'done') return { state, end: { end: 'done' } };
  if (seen?.success !== true)
    return { state, facts: { production: 'unknown' }, end: { end: 'stop', state: 'unknown' }, code: 'print-failed' };
  // The reserved blank lies there finished, but nobody proved what is on it.
  return {
    state,
    facts: { production: 'unknown', goods: 'inside', goodsDevice: DEVICE },
    end: { end: 'stop', state: 'unknown' },
    code: 'print-failed',
  };
}
