import { mrzDate } from '../documents/permit-mrz.ts';
import { ageOn } from '../documents/age.ts';
import type { OfficeResult } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerOf, ask } from './ask.ts';

interface Lookup {
  readonly tries: number;
}
const TRIES = 2;

/** What the document itself and the office say about this person: age and validity first (no need to ask), then the
 *  register. Only what the office allows is offered later. */
export const lookupStep: StepMachine<Lookup> = {
  enter(env) {
    const refused = refusedByDocument(env);
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

function request(env: StepEnv): ReturnType<typeof ask> {
  const document = env.facts.document;
  return ask('lookup', 'exitEntry.permit.lookup', {
    permitNo: document?.documentNumber ?? '',
    expiry: document?.expiry ?? '000000',
    birth: document?.birth ?? '000000',
  });
}

function refusedByDocument(env: StepEnv): StepEnd | undefined {
  const document = env.facts.document;
  if (document === null) return refusal('doc-unreadable');
  const expiry = mrzDate(document.expiry, 'expiry', env.today);
  if (expiry < env.today) return refusal('doc-expired', expiry);
  const age = ageOn(mrzDate(document.birth, 'birth', env.today), env.today);
  const min = env.policy('age', 'min')?.value;
  const max = env.policy('age', 'max')?.value;
  if ((typeof min === 'number' && age < min) || (typeof max === 'number' && age > max)) return refusal('age');
  return undefined;
}

function answered(state: Lookup, result: OfficeResult, env: StepEnv): Turn<Lookup> {
  const answer = answerOf('exitEntry.permit.lookup', result);
  if (answer === undefined) {
    if (state.tries < TRIES && result.outcome !== 'done')
      return { state: { tries: state.tries + 1 }, effects: [request(env)] };
    return { state, end: refusal('office-away'), code: result.fault?.code ?? 'GATEWAY_MALFORMED' };
  }
  const first = answer.refusals[0];
  if (first !== undefined && answer.allowed.length === 0) {
    return { state, end: { end: 'refuse', refusal: { code: first.code, date: first.date, office: first } } };
  }
  if (answer.allowed.length === 0) return { state, end: refusal('kind-not-here') };
  return { state, facts: { lookup: answer }, end: { end: 'done' } };
}
