import type { AllowedEndorsement } from '@yimen/contracts/back-office';
import { permitLookup, type Choice } from '../machine/facts.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, StepView } from '../machine/step-machine.ts';
import { feeOf, offered, stillValidUntil } from './fees.ts';

type Question = 'destination' | 'kind' | 'count';
interface Choose {
  readonly destination: string | null;
  readonly kind: string | null;
}

/** Destination, kind, count: one question a screen, only what office and policy allow. A question with one answer is
 *  not asked. */
export const chooseEndorsementStep: StepMachine<Choose> = {
  enter(env) {
    const state = settle({ destination: null, kind: null }, env);
    if (destinations(env).length > 0) return { state };
    const validUntil = stillValidUntil(env);
    return { state, end: validUntil === undefined ? refusal('kind-not-here') : refusal('still-valid', validUntil) };
  },
  on(state, input, env) {
    if (input.kind === 'leave') return { state, end: { end: 'leave', how: input.how } };
    if (input.kind !== 'intent') return { state };
    const question = questionOf(state);
    if (input.intent.kind === 'back')
      return state.destination === null || asked(env) === question
        ? { state, end: { end: 'back' } }
        : { state: settle({ destination: null, kind: null }, env) };
    if (input.intent.kind !== 'choose' || input.intent.question !== question) return { state };
    const { value } = input.intent;
    if (question === 'destination')
      return destinations(env).includes(value) ? { state: settle({ destination: value, kind: null }, env) } : { state };
    if (question === 'kind')
      return kinds(env, state).includes(value) ? { state: { ...state, kind: value } } : { state };
    const choice = counts(env, state).find((option) => option.countCode === value);
    if (choice === undefined) return { state };
    return { state, facts: { choice, fee: feeOf(env, choice) }, end: { end: 'done' } };
  },
  view: chooseView,
};

function questionOf(state: Choose): Question {
  return state.destination === null ? 'destination' : state.kind === null ? 'kind' : 'count';
}

/** The first question that has more than one answer: going back from it leaves the step. */
function asked(env: StepEnv): Question {
  return questionOf(settle({ destination: null, kind: null }, env));
}

function settle(state: Choose, env: StepEnv): Choose {
  let next = state;
  const places = destinations(env);
  if (next.destination === null && places.length === 1) next = { ...next, destination: places[0] ?? null };
  const kindsLeft = next.destination === null ? [] : kinds(env, next);
  if (next.kind === null && kindsLeft.length === 1) next = { ...next, kind: kindsLeft[0] ?? null };
  return next;
}

function destinations(env: StepEnv): string[] {
  const all = offered(env);
  const single = [...new Set(all.map((option) => option.destination as string))];
  const both = all.some((option) => option.destination === 'HKG' && all.some((other) => matches(option, other)));
  return both ? [...single, 'both'] : single;
}

function matches(a: AllowedEndorsement, b: AllowedEndorsement): boolean {
  return b.destination === 'MAC' && a.kind === b.kind && a.countCode === b.countCode;
}

function inPlace(env: StepEnv, destination: string | null): AllowedEndorsement[] {
  const all = offered(env);
  if (destination === 'both')
    return all.filter((option) => option.destination === 'HKG' && all.some((other) => matches(option, other)));
  return all.filter((option) => option.destination === destination);
}

function kinds(env: StepEnv, state: Choose): string[] {
  return [...new Set(inPlace(env, state.destination).map((option) => option.kind as string))];
}

function counts(env: StepEnv, state: Choose): Choice[] {
  return inPlace(env, state.destination)
    .filter((option) => option.kind === state.kind)
    .slice(0, 7)
    .map((option) => ({
      destinations: state.destination === 'both' ? (['HKG', 'MAC'] as const) : ([option.destination] as const),
      kind: option.kind,
      countCode: option.countCode,
      validUntil: option.validUntil,
      cancelsValid: option.cancelsValid,
    }));
}

function chooseView(state: Choose, env: StepEnv): StepView {
  const question = questionOf(state);
  const lookup = permitLookup(env.facts);
  const text = (key: string): string => env.texts[key] ?? key;
  const options =
    question === 'destination'
      ? destinations(env).map((value) => ({
          value,
          label: text(`destination.${value}`),
          detail: null,
          feeFen: null,
          warning: null,
        }))
      : question === 'kind'
        ? kinds(env, state).map((value) => ({
            value,
            label: text(`kind.${value}`),
            detail: text(`kind.${value}.detail`),
            feeFen: null,
            warning: null,
          }))
        : counts(env, state).map((choice) => ({
            value: choice.countCode,
            label: text(`count.${choice.countCode}`),
            detail: `${text('validUntil')} ${choice.validUntil}`,
            feeFen: feeOf(env, choice)?.amountFen ?? null,
            warning: choice.cancelsValid ? text('warning.cancelsValid') : null,
          }));
  return {
    kind: 'choose',
    body: {
      question,
      prompt: text(`choose.${question}`),
      facts: [
        { id: 'holder', label: text('label.holder'), value: lookup?.holderMasked ?? '' },
        { id: 'expiry', label: text('label.permitExpiry'), value: lookup?.permitExpiry ?? '' },
      ],
      options,
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  };
}
