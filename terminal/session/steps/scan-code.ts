import { photoReceiptNoSchema, receiptNoSchema } from '@yimen/contracts/back-office';
import type { Result } from '@yimen/contracts/base';
import { scannedCodeSchema, type Fault } from '@yimen/contracts/device';
import type { IntentOf } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import { receiptOfCode } from '../documents/receipt-check.ts';
import type { Facts } from '../machine/facts.ts';
import type { StepEnd, StepEnv, StepMachine, StepView, Turn } from '../machine/step-machine.ts';
import {
  answerTo,
  asking,
  NO_QUESTION,
  over,
  pausedFor,
  pauseOver,
  pausing,
  turning,
  type OneQuestion,
} from './one-question.ts';

type Verb = 'start' | 'waitForCode' | 'stop';
type To = 'form' | StepEnd;
interface ScanCode extends OneQuestion<Verb, To> {
  readonly screen: 'reader' | 'form';
  readonly attempt: number;
  readonly problem: string | null;
  /** The last code that did not fit: held before the window for longer it is no further try. */
  readonly unfit: string | null;
  /** What the code said, while the reader goes dark. */
  readonly number: string | null;
  readonly typed: string;
  readonly isWrong: boolean;
}

const READER = 'qr-reader';
/** The citizen's own doing; its text asks to try again as shown. */
const NOT_THIS_CODE = 'code-not-valid';
const FRESH: ScanCode = {
  ...NO_QUESTION,
  screen: 'reader',
  attempt: 1,
  problem: null,
  unfit: null,
  number: null,
  typed: '',
  isWrong: false,
};

/** A number as a code before the reader's window, or by hand: always when there is no reader, or after three codes that
 *  do not fit. What a code says is data that must fit whole, control bytes and all (F45). The reader is dark between
 *  steps (F44): it is stopped, or its lease ends, before this one is over. */
export const scanCodeStep: StepMachine<ScanCode> = {
  enter(env) {
    if (!env.hasDevice(READER)) return { state: { ...FRESH, screen: 'form' } };
    return ask(FRESH, 'start', env);
  },
  on(state, input, env) {
    if (input.kind === 'leave') return turn(state, { end: 'leave', how: input.how });
    const answer = answerTo(state, READER, input);
    if (answer !== undefined) return answered(state, answer, env);
    const verb = pausedFor(state, input);
    if (verb !== null) return ask(state, verb, env);
    if (input.kind !== 'intent' || state.to !== null) return { state };
    const { intent } = input;
    if (intent.kind === 'back') return back(state, env);
    if (intent.kind === 'submit' && state.screen === 'form') return submitted(state, intent, env);
    if (intent.kind === 'other' && isLit(state)) return turn(state, 'form');
    return intent.kind === 'again' && isLit(state) ? { state: { ...state, problem: null } } : { state };
  },
  view: (state, env) => (state.screen === 'form' ? formView(state, env) : readerView(state, env)),
};

function fieldOf(env: StepEnv): 'receiptNo' | 'photoReceiptNo' {
  return env.settings['what'] === 'photo-receipt' ? 'photoReceiptNo' : 'receiptNo';
}

/** The number that a code or a hand gives, or null. */
function numberIn(text: string, env: StepEnv): string | null {
  if (fieldOf(env) === 'photoReceiptNo') return photoReceiptNoSchema.safeParse(text).data ?? null;
  // Our own slip, or the bare number of an office's receipt.
  return receiptNoSchema.safeParse(text.startsWith('yimen:') ? receiptOfCode(text) : text).data ?? null;
}

function isLit(state: ScanCode): boolean {
  return state.screen === 'reader' && (state.asks === 'waitForCode' || state.pausedFor !== null);
}

function ask(state: ScanCode, verb: Verb, env: StepEnv): Turn<ScanCode> {
  if (verb === 'waitForCode') return asking(state, READER, verb, { args: {}, deadlineMs: env.deadlineMs });
  const args = verb === 'start' ? { windowMs: SESSION_LIMITS.codeWindowMs } : {};
  return asking(state, READER, verb, { args, deadlineMs: SESSION_LIMITS.tidyMs });
}

function turn(state: ScanCode, to: To): Turn<ScanCode> {
  return turning(state, READER, to, arrive);
}

/** The lease ends either way, and with it the light. */
function arrive(state: ScanCode, to: To): Turn<ScanCode> {
  if (to !== 'form') return over(state, READER, to);
  return {
    state: { ...state, ...NO_QUESTION, screen: 'form' },
    effects: [...pauseOver(state), { do: 'abort', device: READER }],
  };
}

function back(state: ScanCode, env: StepEnv): Turn<ScanCode> {
  if (state.screen === 'reader') return isLit(state) ? turn(state, { end: 'back' }) : { state };
  const isReaderLeft = env.hasDevice(READER) && state.attempt <= SESSION_LIMITS.codeTries;
  return isReaderLeft ? ask({ ...state, screen: 'reader' }, 'start', env) : { state, end: { end: 'back' } };
}

function submitted(state: ScanCode, intent: IntentOf<'submit'>, env: StepEnv): Turn<ScanCode> {
  if (intent.field !== fieldOf(env)) return { state };
  const number = numberIn(intent.value.replace(/[\s-]/gu, '').toUpperCase(), env);
  if (number === null) return { state: { ...state, typed: intent.value.slice(0, 30), isWrong: true } };
  return { state, facts: answersWith(number, env), end: { end: 'done' } };
}

function answersWith(number: string, env: StepEnv): Partial<Facts> {
  return { answers: { ...env.facts.answers, [fieldOf(env)]: number } };
}

function answered(state: ScanCode, result: Result<unknown, Fault>, env: StepEnv): Turn<ScanCode> {
  const next: ScanCode = { ...state, asks: null, to: null };
  if (state.to !== null) return arrive(next, state.to);
  // Dark or not, what was scanned stands: the lease's end is the second way to darkness.
  if (state.asks === 'stop')
    return { ...over(next, READER, { end: 'done' }), facts: answersWith(state.number ?? '', env) };
  if (state.asks === 'start') return result.ok ? ask(next, 'waitForCode', env) : readerGone(next);
  if (result.ok) return scanned(next, result.value, env);
  if (result.error.code === 'noMedia') return pausing(next, 'waitForCode');
  // More than the longest code.
  return result.error.code === 'invalidMedia' ? unfit(next, null, env) : readerGone(next);
}

function scanned(state: ScanCode, value: unknown, env: StepEnv): Turn<ScanCode> {
  const code = scannedCodeSchema.safeParse(value).data;
  const number = numberIn(code?.text ?? '', env);
  if (number !== null) return ask({ ...state, number }, 'stop', env);
  if (code !== undefined && code.bytes === state.unfit) return ask(state, 'waitForCode', env);
  return unfit(state, code?.bytes ?? null, env);
}

function unfit(state: ScanCode, bytes: string | null, env: StepEnv): Turn<ScanCode> {
  const next: ScanCode = { ...state, unfit: bytes, problem: NOT_THIS_CODE, attempt: state.attempt + 1 };
  return next.attempt > SESSION_LIMITS.codeTries ? arrive(next, 'form') : ask(next, 'waitForCode', env);
}

function readerGone(state: ScanCode): Turn<ScanCode> {
  return arrive({ ...state, attempt: SESSION_LIMITS.codeTries + 1 }, 'form');
}

function readerView(state: ScanCode, env: StepEnv): StepView {
  const isWaiting = isLit(state) && state.to === null;
  return {
    kind: 'scan-code',
    body: {
      what: fieldOf(env) === 'photoReceiptNo' ? 'photo-receipt' : 'receipt',
      phase: state.problem === null ? 'scan' : 'again',
      problem: state.problem,
      attempt: state.attempt,
      of: SESSION_LIMITS.codeTries,
    },
    waits: isWaiting ? { ms: env.deadlineMs, extendable: true } : null,
    canBack: isWaiting,
    canLeave: isWaiting,
  };
}

function formView(state: ScanCode, env: StepEnv): StepView {
  const field = fieldOf(env);
  const words = field === 'receiptNo' ? env.say.fields.receiptNo : env.say.capture.photoReceiptNo;
  return {
    kind: 'form',
    body: {
      field,
      keyboard: 'code',
      maxLength: 30,
      label: words.label,
      example: words.example,
      value: state.typed,
      problem: state.isWrong ? words.wrong : null,
      optional: false,
    },
    waits: { ms: env.deadlineMs, extendable: true },
    canBack: true,
    canLeave: true,
  };
}
