import { identitySchema, type Fault, type Identity } from '@yimen/contracts/device';
import type { Result } from '@yimen/contracts/base';
import { isIdNumber } from '../documents/id-number.ts';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Input } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, StepView, Turn } from '../machine/step-machine.ts';
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

type Verb = 'waitForCard' | 'readIdentity' | 'waitForRemoval';
type To = 'form' | 'card' | StepEnd;
interface ReadId extends OneQuestion<Verb, To> {
  readonly screen: 'reader' | 'form';
  readonly attempt: number;
  /** What was wrong with the last card; an error code. */
  readonly problem: string | null;
  readonly typed: string;
  readonly isWrong: boolean;
}

const READER = 'id-card-reader';
const LONG_TERM = '长期';
/** What a reader says of the card, not of itself: another try is worth while. */
const OF_THE_CARD: ReadonlySet<string> = new Set([
  'noMedia',
  'invalidMedia',
  'cardCollision',
  'securityFail',
  'atrNotObtained',
  'protocolNotSupported',
]);
const FRESH: ReadId = { ...NO_QUESTION, screen: 'reader', attempt: 1, problem: null, typed: '', isWrong: false };

/** The ID card where the citizen lays it: read whole or not at all, its number checked, its end in the future. Where the
 *  workflow allows it the number may be typed instead, and is when there is no reader, or the card cannot be read. */
export const readIdStep: StepMachine<ReadId> = {
  enter(env) {
    if (env.hasDevice(READER)) return ask(FRESH, 'waitForCard', env);
    if (isTypedAllowed(env)) return { state: { ...FRESH, screen: 'form' } };
    return { state: FRESH, end: refusal('device-failed') };
  },
  on(state, input, env) {
    if (input.kind === 'leave') return turn(state, { end: 'leave', how: input.how }, env);
    const answer = answerTo(state, READER, input);
    if (answer !== undefined) return answered(state, answer, env);
    const verb = pausedFor(state, input);
    if (verb !== null) return ask(state, verb, env);
    if (input.kind !== 'intent' || state.to !== null) return { state };
    return state.screen === 'form' ? onForm(state, input.intent, env) : onReader(state, input.intent, env);
  },
  view: (state, env) => (state.screen === 'form' ? formView(state, env) : readerView(state, env)),
};

function isTypedAllowed(env: StepEnv): boolean {
  return env.settings['typed'] === true;
}

function ask(state: ReadId, verb: Verb, env: StepEnv): Turn<ReadId> {
  if (verb === 'readIdentity')
    return asking(state, READER, verb, { args: { fingerprint: false }, deadlineMs: SESSION_LIMITS.idReadMs });
  return asking(state, READER, verb, { args: {}, deadlineMs: env.deadlineMs });
}

function turn(state: ReadId, to: To, env: StepEnv): Turn<ReadId> {
  return turning(state, READER, to, (at, where) => arrive(at, where, env));
}

function arrive(state: ReadId, to: To, env: StepEnv): Turn<ReadId> {
  if (to === 'card') return ask({ ...state, to: null }, 'waitForCard', env);
  if (to !== 'form') return over(state, READER, to);
  return {
    state: { ...state, ...NO_QUESTION, screen: 'form' },
    effects: [...pauseOver(state), { do: 'abort', device: READER }],
  };
}

function onReader(state: ReadId, intent: Extract<Input, { kind: 'intent' }>['intent'], env: StepEnv): Turn<ReadId> {
  if (state.asks === 'readIdentity') return { state };
  if (intent.kind === 'other' && isTypedAllowed(env)) return turn(state, 'form', env);
  if (intent.kind === 'back') return turn(state, { end: 'back' }, env);
  // The card still lies there and the citizen wants it read once more without lifting it.
  if (intent.kind === 'again' && (state.asks ?? state.pausedFor) === 'waitForRemoval') return turn(state, 'card', env);
  return { state };
}

function onForm(state: ReadId, intent: Extract<Input, { kind: 'intent' }>['intent'], env: StepEnv): Turn<ReadId> {
  if (intent.kind === 'back') {
    const isReaderLeft = env.hasDevice(READER) && state.attempt <= SESSION_LIMITS.idTries;
    return isReaderLeft ? ask({ ...state, screen: 'reader' }, 'waitForCard', env) : { state, end: { end: 'back' } };
  }
  if (intent.kind !== 'submit' || intent.field !== 'idNo') return { state };
  const number = intent.value.replace(/[\s-]/gu, '').toUpperCase();
  if (!isIdNumber(number)) return { state: { ...state, typed: intent.value.slice(0, 18), isWrong: true } };
  return { state, facts: { typedIdNo: number, identity: null }, end: { end: 'done' } };
}

function answered(state: ReadId, result: Result<unknown, Fault>, env: StepEnv): Turn<ReadId> {
  const facts = whereIsTheCard(state.asks, result);
  const next: ReadId = { ...state, asks: null, to: null };
  const moved = state.to === null ? judged(next, state.asks, result, env) : arrive(next, state.to, env);
  return { ...moved, facts: { ...facts, ...moved.facts } };
}

/** What an answer proves of where the card lies, whatever becomes of the step. */
function whereIsTheCard(verb: Verb | null, result: Result<unknown, Fault>): Turn<ReadId>['facts'] {
  if (verb === 'waitForRemoval') return result.ok ? { idCard: 'lifted' } : {};
  if (result.ok) return { idCard: 'onReader' };
  return verb === 'readIdentity' && result.error.code === 'noMedia' ? { idCard: 'lifted' } : {};
}

function judged(state: ReadId, verb: Verb | null, result: Result<unknown, Fault>, env: StepEnv): Turn<ReadId> {
  if (verb === 'readIdentity') return read(state, result, env);
  if (result.ok) return ask(state, verb === 'waitForCard' ? 'readIdentity' : 'waitForCard', env);
  const { code } = result.error;
  if (verb === 'waitForCard') {
    if (code === 'noMedia') return pausing(state, 'waitForCard');
    return OF_THE_CARD.has(code) ? unread(state, code, env) : readerGone(state, code, env);
  }
  return code === 'notTaken' ? pausing(state, 'waitForRemoval') : readerGone(state, code, env);
}

function read(state: ReadId, result: Result<unknown, Fault>, env: StepEnv): Turn<ReadId> {
  if (!result.ok) {
    const { code } = result.error;
    return OF_THE_CARD.has(code) ? unread(state, code, env) : readerGone(state, code, env);
  }
  const parsed = identitySchema.safeParse(result.value);
  const validTo = parsed.data?.fields.validTo ?? '';
  if (parsed.data === undefined || !isWhole(parsed.data)) return unread(state, 'doc-unreadable', env);
  const isOver = validTo !== LONG_TERM && validTo < env.today.replaceAll('-', '');
  if (isOver && !isExpiredTaken(env)) {
    const date = `${validTo.slice(0, 4)}-${validTo.slice(4, 6)}-${validTo.slice(6)}`;
    return over(state, READER, refusal('doc-expired', date));
  }
  return { ...over(state, READER, { end: 'done' }), facts: { identity: parsed.data, typedIdNo: null } };
}

/** A number that is one, and an end. The number of a foreigner's card of 2017 has another form. */
function isWhole({ kind, fields }: Identity): boolean {
  const number = fields.idNumber ?? '';
  const isNumber = kind === 'foreigner-2017' ? /^[0-9A-Z]{15}$/u.test(number) : isIdNumber(number);
  return isNumber && (fields.validTo === LONG_TERM || /^\d{8}$/u.test(fields.validTo ?? ''));
}

/** An ID card past its end says who somebody is where it is renewed; the `expiry` of another document excuses none. */
function isExpiredTaken(env: StepEnv): boolean {
  if (env.settings['expiredOk'] === true) return true;
  return env.pkg.manifest.domain === 'household' && env.facts.answers['reason'] === 'expiry';
}

function unread(state: ReadId, code: string, env: StepEnv): Turn<ReadId> {
  const next: ReadId = { ...state, problem: toldCode(code), attempt: state.attempt + 1 };
  if (next.attempt > SESSION_LIMITS.idTries)
    return isTypedAllowed(env)
      ? arrive(next, 'form', env)
      : { ...over(state, READER, refusal('doc-unreadable')), code };
  // A card that lies there as it lay would be read as it was: first it is lifted.
  return ask(next, code === 'noMedia' ? 'waitForCard' : 'waitForRemoval', env);
}

function readerGone(state: ReadId, code: string, env: StepEnv): Turn<ReadId> {
  if (isTypedAllowed(env)) return arrive({ ...state, attempt: SESSION_LIMITS.idTries + 1 }, 'form', env);
  return { ...over(state, READER, refusal('device-failed')), code };
}

function readerView(state: ReadId, env: StepEnv): StepView {
  const isWaiting = state.asks !== 'readIdentity' && state.to === null;
  const phase = isWaiting ? (state.problem === null ? 'insert' : 'again') : 'reading';
  return {
    kind: 'read-card',
    body: {
      what: 'id-card',
      canOther: isTypedAllowed(env),
      phase,
      problem: isWaiting ? state.problem : null,
      attempt: state.attempt,
      of: SESSION_LIMITS.idTries,
    },
    waits: isWaiting ? { ms: env.deadlineMs, extendable: true } : null,
    canBack: isWaiting,
    canLeave: isWaiting,
  };
}

function formView(state: ReadId, env: StepEnv): StepView {
  const words = env.say.fields.idNo;
  return {
    kind: 'form',
    body: {
      field: 'idNo',
      keyboard: 'id-number',
      maxLength: 18,
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
