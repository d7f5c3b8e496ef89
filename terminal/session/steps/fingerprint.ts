import type { Result } from '@yimen/contracts/base';
import { fingerImageSchema, type Fault } from '@yimen/contracts/device';
import type { ViewBody } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, StepView, Turn } from '../machine/step-machine.ts';
import { answerTo, asking, NO_QUESTION, over, pausedFor, pausing, turning, type OneQuestion } from './one-question.ts';

type Verb = 'capture' | 'waitForRemoval' | 'clear';
type Hint = ViewBody<'fingerprint'>['hint'];
type To = 'finger' | StepEnd;
interface Fingerprint extends OneQuestion<Verb, To> {
  /** Which hand: 0 right, 1 left. */
  readonly hand: number;
  /** Which of this hand's fingers. */
  readonly nth: number;
  readonly tries: number;
  readonly hint: Hint;
  readonly quality: number | null;
  /** The last image was not good. */
  readonly isPoor: boolean;
  /** The last image was good: when its finger is gone, it is the next hand's turn. */
  readonly isTaken: boolean;
  /** Answers "not ready" in a row. */
  readonly notReady: number;
  /** How the step ends when the collector has been emptied. */
  readonly end: StepEnd | null;
  readonly code: string | null;
}

const COLLECTOR = 'fingerprint';
/** ISO/IEC 19794-2: the thumb, then the fingers that take its place. */
const HANDS = [
  [1, 2, 3],
  [6, 7, 8],
] as const;
const FRESH: Fingerprint = {
  ...NO_QUESTION,
  hand: 0,
  nth: 0,
  tries: 0,
  hint: 'none',
  quality: null,
  isPoor: false,
  isTaken: false,
  notReady: 0,
  end: null,
  code: null,
};

/** One finger of each hand. A poor image says what was wrong (F42); a finger must be seen to go before the next image
 *  (F43); the collector is emptied at every end, whatever it answers to that. */
export const fingerprintStep: StepMachine<Fingerprint> = {
  enter(env) {
    // Asked again on the way back: what was taken then is taken anew.
    if (env.hasDevice(COLLECTOR)) return { ...ask(FRESH, 'capture', env), facts: { fingers: [] } };
    return {
      state: FRESH,
      facts: { fingers: [] },
      end: isOptional(env) ? { end: 'skipped' } : refusal('device-failed'),
    };
  },
  on(state, input, env) {
    if (input.kind === 'leave') return leave(state, { end: 'leave', how: input.how }, env);
    const answer = answerTo(state, COLLECTOR, input);
    if (answer !== undefined) return answered(state, answer, env);
    const verb = pausedFor(state, input);
    if (verb !== null) return ask(state, verb, env);
    if (input.kind !== 'intent' || state.to !== null || state.end !== null) return { state };
    if (input.intent.kind === 'skip' && isOptional(env)) return leave(state, { end: 'skipped' }, env);
    if (input.intent.kind === 'other' && canOther(state)) return turn(state, 'finger', env);
    if (input.intent.kind === 'again' && phaseOf(state) === 'again')
      return { state: { ...state, hint: 'none', quality: null, isPoor: false } };
    return { state };
  },
  view: viewOf,
};

function isOptional(env: StepEnv): boolean {
  return env.settings['optional'] === true;
}

function handsOf(env: StepEnv): number {
  return Math.min(Math.max(Number(env.settings['fingers'] ?? 1), 1), HANDS.length);
}

function fingerOf({ hand, nth }: Fingerprint): number {
  return HANDS[hand]?.[nth] ?? 1;
}

function hasOther({ hand, nth }: Fingerprint): boolean {
  return HANDS[hand]?.[nth + 1] !== undefined;
}

function canOther(state: Fingerprint): boolean {
  return !state.isTaken && hasOther(state);
}

function ask(state: Fingerprint, verb: Verb, env: StepEnv): Turn<Fingerprint> {
  if (verb === 'clear') return asking(state, COLLECTOR, verb, { args: {}, deadlineMs: SESSION_LIMITS.tidyMs });
  if (verb === 'waitForRemoval')
    return asking(state, COLLECTOR, verb, { args: {}, deadlineMs: SESSION_LIMITS.fingerLiftMs });
  return asking(state, COLLECTOR, verb, { args: { finger: fingerOf(state) }, deadlineMs: env.deadlineMs });
}

function turn(state: Fingerprint, to: To, env: StepEnv): Turn<Fingerprint> {
  return turning(state, COLLECTOR, to, (at, where) => arrive(at, where, env));
}

/** While the collector is emptied already, only how the step ends may still change. */
function leave(state: Fingerprint, end: StepEnd, env: StepEnv): Turn<Fingerprint> {
  return state.asks === 'clear' ? { state: { ...state, end } } : turn(state, end, env);
}

function arrive(state: Fingerprint, to: To, env: StepEnv): Turn<Fingerprint> {
  return to === 'finger' ? nextFinger({ ...state, to: null }, env) : emptied({ ...state, to: null }, to, env);
}

function nextFinger(state: Fingerprint, env: StepEnv): Turn<Fingerprint> {
  const next: Fingerprint = { ...state, nth: state.nth + 1, tries: 0, hint: 'none', quality: null, isPoor: false };
  return ask(next, 'waitForRemoval', env);
}

/** Every end passes here: first the collector forgets. */
function emptied(state: Fingerprint, end: StepEnd, env: StepEnv, code: string | null = null): Turn<Fingerprint> {
  return ask({ ...state, end, code }, 'clear', env);
}

function answered(state: Fingerprint, result: Result<unknown, Fault>, env: StepEnv): Turn<Fingerprint> {
  const next: Fingerprint = { ...state, asks: null };
  if (state.asks === 'clear') return cleared(next, result);
  if (state.to !== null) return arrive(next, state.to, env);
  return state.asks === 'capture' ? captured(next, result, env) : lifted(next, result, env);
}

function cleared(state: Fingerprint, result: Result<unknown, Fault>): Turn<Fingerprint> {
  const code = state.code ?? (result.ok ? null : result.error.code);
  const end = state.end ?? { end: 'done' };
  return {
    ...over(state, COLLECTOR, end),
    // Left out or given up: not one finger of two.
    ...(end.end === 'done' ? {} : { facts: { fingers: [] } }),
    ...(code === null ? {} : { code }),
  };
}

function captured(state: Fingerprint, result: Result<unknown, Fault>, env: StepEnv): Turn<Fingerprint> {
  if (!result.ok) return notCaptured(state, result.error.code, env);
  const told = fingerImageSchema.safeParse(result.value).data;
  if (told === undefined) return collectorGone(state, 'softwareError', env);
  const { image, quality, hint } = told;
  const next: Fingerprint = { ...state, hint, quality, notReady: 0 };
  if (quality < SESSION_LIMITS.fingerQuality || hint !== 'none') return poor(next, env);
  const fingers = [...env.facts.fingers, image];
  return { ...ask({ ...next, isTaken: true }, 'waitForRemoval', env), facts: { fingers } };
}

function notCaptured(state: Fingerprint, code: string, env: StepEnv): Turn<Fingerprint> {
  if (code === 'noMedia') return pausing({ ...state, hint: 'nobody', quality: null }, 'capture');
  if (code === 'userError') return poor({ ...state, hint: 'none', quality: null }, env);
  const notReady = state.notReady + 1;
  // A finger from before; whoever always says so without one is not well.
  if (code === 'deviceNotReady' && notReady < SESSION_LIMITS.fingerNotReady)
    return ask({ ...state, notReady, hint: 'stillThere', quality: null }, 'waitForRemoval', env);
  return collectorGone(state, code, env);
}

function poor(state: Fingerprint, env: StepEnv): Turn<Fingerprint> {
  const tries = state.tries + 1;
  if (tries < SESSION_LIMITS.fingerTries) return ask({ ...state, tries, isPoor: true }, 'waitForRemoval', env);
  if (hasOther(state)) return nextFinger(state, env);
  return emptied({ ...state, tries }, isOptional(env) ? { end: 'skipped' } : refusal('fingers-missing'), env);
}

function lifted(state: Fingerprint, result: Result<unknown, Fault>, env: StepEnv): Turn<Fingerprint> {
  if (!result.ok && result.error.code === 'notTaken')
    return pausing({ ...state, hint: 'stillThere' }, 'waitForRemoval');
  if (!result.ok) return collectorGone(state, result.error.code, env);
  const hint = state.hint === 'stillThere' ? 'none' : state.hint;
  if (!state.isTaken) return ask({ ...state, hint }, 'capture', env);
  if (state.hand + 1 >= handsOf(env)) return emptied(state, { end: 'done' }, env);
  return ask({ ...FRESH, hand: state.hand + 1 }, 'capture', env);
}

function collectorGone(state: Fingerprint, code: string, env: StepEnv): Turn<Fingerprint> {
  return emptied(state, isOptional(env) ? { end: 'skipped' } : refusal('device-failed'), env, code);
}

function viewOf(state: Fingerprint, env: StepEnv): StepView {
  const isWaiting = state.end === null && state.to === null;
  return {
    kind: 'fingerprint',
    body: {
      phase: phaseOf(state),
      finger: fingerOf(state),
      n: state.hand + 1,
      of: handsOf(env),
      quality: state.quality,
      hint: state.hint,
      triesLeft: SESSION_LIMITS.fingerTries - state.tries,
      canOther: isWaiting && canOther(state),
      canSkip: isWaiting && isOptional(env),
    },
    waits: isWaiting ? { ms: env.deadlineMs, extendable: true } : null,
    canBack: false,
    canLeave: isWaiting,
  };
}

function phaseOf(state: Fingerprint): ViewBody<'fingerprint'>['phase'] {
  if (state.end?.end === 'done') return 'done';
  if (state.isTaken || state.hint === 'stillThere') return 'lift';
  return state.hint !== 'none' || state.isPoor ? 'again' : 'place';
}
