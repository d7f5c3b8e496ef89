import type { BackOfficeKind } from '@yimen/contracts/back-office';
import type { OfficeResult } from '../machine/input.ts';
import { officeRefusal, refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerOf, ask } from './ask.ts';
import { LOOKUPS, type Lookup } from './lookups.table.ts';

interface Asked {
  readonly tries: number;
}
const TRIES = 2;

/** A question to the office (setting `request`): its refusals end the service, what it tells is kept and sets flags. */
export const lookupStep: StepMachine<Asked> = {
  enter(env) {
    const refused = lookupOf(env).refusedBefore?.(env);
    if (refused !== undefined) return { state: { tries: 0 }, end: refused };
    return { state: { tries: 1 }, effects: [request(env)] };
  },
  on(state, input, env) {
    if (input.kind !== 'answered' || input.key !== 'lookup') return { state };
    return answered(state, input.result, env);
  },
  view: (_state, _env) => ({
    kind: 'approval-wait',
    body: { what: 'lookup', elapsedMs: 0, usualMs: 2_000, receiptNo: null },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

/** The row of the setting's request; the validator refuses a package that names another. */
function lookupOf(env: StepEnv): Lookup {
  return LOOKUPS[requestOf(env)] ?? NOTHING;
}
const NOTHING: Lookup = { body: () => ({}), taken: () => ({ end: refusal('window-only') }) };

function requestOf(env: StepEnv): string {
  return String(env.settings['request'] ?? '');
}

function request(env: StepEnv): ReturnType<typeof ask> {
  return ask('lookup', requestOf(env) as BackOfficeKind, lookupOf(env).body(env) as never);
}

function answered(state: Asked, result: OfficeResult, env: StepEnv): Turn<Asked> {
  const kind = requestOf(env) as BackOfficeKind;
  const answer = answerOf(kind, result);
  if (answer === undefined) {
    if (state.tries < TRIES && result.outcome !== 'done')
      return { state: { tries: state.tries + 1 }, effects: [request(env)] };
    return { state, end: refusal('office-away'), code: result.fault?.code ?? 'GATEWAY_MALFORMED' };
  }
  const lookups = { ...env.facts.lookups, [kind]: answer };
  const {
    end,
    flags,
    goesOn = false,
  } = lookupOf(env).taken(answer as never, { ...env, facts: { ...env.facts, lookups } });
  if (end !== undefined) return { state, facts: { lookups }, end };
  const first = (answer as { refusals?: Parameters<typeof officeRefusal>[0][] }).refusals?.[0];
  if (first !== undefined && !goesOn) return { state, facts: { lookups }, end: officeRefusal(first) };
  return {
    state,
    facts: { lookups, flags: { ...env.facts.flags, ...flags } },
    end: { end: 'done' },
  };
}
