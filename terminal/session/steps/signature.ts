import type { Result } from '@yimen/contracts/base';
import { signatureSchema, type Fault, type Signature } from '@yimen/contracts/device';
import type { Intent, IntentOf } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import {
  answerTo,
  asking,
  NO_QUESTION,
  over,
  pausedFor,
  pauseOver,
  pausing,
  toldCode,
  turning,
  type OneQuestion,
} from './one-question.ts';

/** Where a wish leads: out of the step, or to an empty pad. */
type To = StepEnd | 'anew';

interface Sign extends OneQuestion<'capture', To> {
  readonly on: 'pad' | 'page';
  readonly phase: 'sign' | 'again';
  readonly problem: string | null;
}

const PAD = 'signature-pad';
/** What fits on the pad's own display (contracts/device signature-pad). */
const PROMPT_CHARS = 60;
/** Hundredths of a millimetre per thousandth of the screen's field. */
const PER_MILLE = { x: SESSION_LIMITS.signWidthMm / 10, y: SESSION_LIMITS.signHeightMm / 10 };
const FRESH: Sign = { ...NO_QUESTION, on: 'pad', phase: 'sign', problem: null };

/** A signature under one sentence: on the pad, or on the screen when there is none, also from one moment to the next. */
export const signatureStep: StepMachine<Sign> = {
  enter: (env) => (env.hasDevice(PAD) ? ask(FRESH, env) : { state: { ...FRESH, on: 'page' } }),
  on(state, input, env) {
    if (input.kind === 'leave') return turn(state, unsigned(input.how, env), env);
    const answer = answerTo(state, PAD, input);
    if (answer !== undefined) return answered(state, answer, env);
    if (pausedFor(state, input) !== null) return ask(state, env);
    return input.kind === 'intent' && state.to === null ? wished(state, input.intent, env) : { state };
  },
  view: (state, env) => ({
    kind: 'signature',
    body: { on: state.on, phase: state.phase, what: whatOf(env), problem: state.problem },
    waits: state.to === null ? { ms: env.deadlineMs, extendable: true } : null,
    canBack: state.to === null,
    canLeave: state.to === null,
  }),
};

/** Where not signing has a name of its own (a decision that is disputed), it is told as that. */
function unsigned(how: 'cancelled' | 'timeout', env: StepEnv): StepEnd {
  const code = env.settings['unsigned'];
  return typeof code === 'string' && how === 'cancelled' ? refusal(code) : { end: 'leave', how };
}

/** What is signed; the title of the errand says at least what it is about. */
function whatOf(env: StepEnv): string {
  return env.texts[String(env.settings['what'] ?? '')] ?? env.texts['title'] ?? env.pkg.manifest.id;
}

function ask(state: Sign, env: StepEnv): Turn<Sign> {
  const what = whatOf(env);
  const prompt = what.length <= PROMPT_CHARS ? what : env.say.capture.padPrompt;
  return asking(state, PAD, 'capture', { args: { prompt }, deadlineMs: env.deadlineMs });
}

function turn(state: Sign, to: To, env: StepEnv): Turn<Sign> {
  return turning(state, PAD, to, (at, where) => arrive(at, where, env));
}

function arrive(state: Sign, to: To, env: StepEnv): Turn<Sign> {
  if (to === 'anew') return ask({ ...state, to: null }, env);
  return state.on === 'pad' ? over(state, PAD, to) : { state, end: to };
}

function wished(state: Sign, intent: Intent, env: StepEnv): Turn<Sign> {
  if (intent.kind === 'back') return turn(state, { end: 'back' }, env);
  // Who would rather sign on paper, or not here, is told where.
  if (intent.kind === 'useWindow') return turn(state, refusal('window-only'), env);
  if (intent.kind === 'sign' && state.on === 'page') return signedOnPage(state, intent, env);
  if (intent.kind !== 'again') return { state };
  // What is on the pad is wiped away, and it waits anew.
  if (state.phase === 'sign') return state.asks === null ? { state } : turn(state, 'anew', env);
  const next: Sign = { ...state, phase: 'sign', problem: null };
  // Only the citizen's own cancel leaves the pad unasked.
  return next.on === 'pad' && next.asks === null && next.pausedFor === null ? ask(next, env) : { state: next };
}

function signedOnPage(state: Sign, { strokes }: IntentOf<'sign'>, env: StepEnv): Turn<Sign> {
  // A touch is no writing.
  if (!strokes.some((stroke) => stroke.length > 1))
    return { state: { ...state, phase: 'again', problem: 'userError' } };
  const signature: Signature = {
    widthMm: SESSION_LIMITS.signWidthMm,
    heightMm: SESSION_LIMITS.signHeightMm,
    strokes: strokes.map((stroke) =>
      stroke.map(([x, y, ms]) => [x * PER_MILLE.x, y * PER_MILLE.y, SESSION_LIMITS.signPressure, ms]),
    ),
  };
  return signed(state, signature, env);
}

function answered(state: Sign, result: Result<unknown, Fault>, env: StepEnv): Turn<Sign> {
  const next: Sign = { ...state, asks: null, to: null };
  if (state.to !== null) return arrive(next, state.to, env);
  if (result.ok) {
    const signature = signatureSchema.safeParse(result.value).data;
    return signature === undefined ? padGone(next) : signed(next, signature, env);
  }
  switch (result.error.code) {
    case 'userError':
      return pausing({ ...next, phase: 'again', problem: toldCode('userError') }, 'capture');
    case 'noMedia':
      return pausing(next, 'capture');
    case 'canceled':
      // On the pad itself: once more, back or leave is asked on the screen.
      return { state: { ...next, phase: 'again', problem: null } };
    default:
      return padGone(next);
  }
}

function padGone(state: Sign): Turn<Sign> {
  return {
    state: { ...state, ...NO_QUESTION, on: 'page', phase: 'sign', problem: null },
    effects: [...pauseOver(state), { do: 'abort', device: PAD }],
  };
}

function signed(state: Sign, signature: Signature, env: StepEnv): Turn<Sign> {
  const fields = { sessionId: env.assignment.sessionId, consent: 'signature', version: 1, given: true };
  const journal: Effect = { do: 'journal', events: [{ kind: 'consent-given', fields }] };
  const ended = arrive(state, { end: 'done' }, env);
  return { ...ended, effects: [journal, ...(ended.effects ?? [])], facts: { signature: thinned(signature) } };
}

/** Every second, third… point of a long signature, and the last of each stroke: within what the office takes. */
function thinned(signature: Signature): Signature {
  const count = (every: number): number =>
    signature.strokes.reduce((sum, stroke) => sum + Math.ceil(stroke.length / every) + 1, 0);
  const total = signature.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  if (total <= SESSION_LIMITS.signPoints) return signature;
  let every = 2;
  while (count(every) > SESSION_LIMITS.signPoints) every += 1;
  const strokes = signature.strokes.map((stroke) =>
    stroke.filter((_point, at) => at % every === 0 || at === stroke.length - 1),
  );
  return { ...signature, strokes };
}
