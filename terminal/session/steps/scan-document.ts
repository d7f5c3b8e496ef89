import { createHash } from 'node:crypto';
import type { Result } from '@yimen/contracts/base';
import { documentScannerPort, type Fault } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { ScannedPage } from '../machine/facts.ts';
import type { Input } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerTo, asking, NO_QUESTION, over, toldCode, turning, type OneQuestion } from './one-question.ts';

type Verb = 'scan' | 'readPage' | 'cancel';
interface ToldPage {
  readonly bytes: number;
  readonly sha256: string;
}
/** A set that was scanned and is being fetched: whole or not at all (F48). */
interface Job {
  readonly scanId: string;
  readonly told: readonly ToldPage[];
  /** Whole pages, base64. */
  readonly pages: readonly string[];
  /** Of the page that is being fetched. */
  readonly pieces: readonly Uint8Array[];
}
interface Scan extends OneQuestion<Verb, StepEnd> {
  readonly attempt: number;
  readonly problem: string | null;
  readonly job: Job | null;
  /** The scanner may keep pages. */
  readonly isUsed: boolean;
  /** How the step ends when the scanner has been emptied. */
  readonly end: StepEnd | null;
  readonly code: string | null;
}

const SCANNER = 'document-scanner';
/** What the citizen laid in, and can lay in better. A jam is not among them: staff must free the paper. */
const OF_THE_PAPER: ReadonlySet<string> = new Set([
  'noMedia',
  'doubleDetect',
  'coverOpen',
  'invalidMedia',
  'userError',
  'deviceNotReady',
]);
/** What came is not what was told, or is there no more. */
const SPOILT = 'softwareError';
const FRESH: Scan = {
  ...NO_QUESTION,
  attempt: 1,
  problem: null,
  job: null,
  isUsed: false,
  end: null,
  code: null,
};

/** Pages of paper that an office asks for. The set counts whole: a double feed, too few pages or an open cover drop it,
 *  and all of it is laid in again (F48). Without them the errand ends: they were missing before. */
export const scanDocumentStep: StepMachine<Scan> = {
  enter: (env) =>
    env.hasDevice(SCANNER)
      ? { state: FRESH, facts: { scans: env.facts.scans.filter((page) => page.what !== whatOf(env)) } }
      : { state: FRESH, end: refusal('device-failed') },
  on(state, input, env) {
    if (input.kind === 'leave') return leave(state, { end: 'leave', how: input.how });
    const answer = answerTo(state, SCANNER, input);
    if (answer !== undefined) return answered(state, answer, env);
    return input.kind === 'intent' && isLaying(state) ? wished(state, input.intent, env) : { state };
  },
  view(state, env) {
    const isWaiting = isLaying(state);
    const phase = isWaiting ? (state.problem === null ? 'lay' : 'again') : 'scanning';
    return {
      kind: 'document-scan',
      body: {
        what: env.say.capture.scanWhat[whatOf(env)],
        phase,
        source: sourceOf(env),
        pages: pagesOf(env),
        problem: isWaiting ? state.problem : null,
        canSkip: isWaiting,
      },
      waits: isWaiting ? { ms: env.deadlineMs, extendable: true } : null,
      canBack: isWaiting,
      canLeave: isWaiting,
    };
  },
};

function whatOf(env: StepEnv): ScannedPage['what'] {
  return env.settings['what'] === 'tax' ? 'tax' : 'insurance';
}

function sourceOf(env: StepEnv): 'glass' | 'feeder' {
  return env.settings['source'] === 'feeder' ? 'feeder' : 'glass';
}

function pagesOf(env: StepEnv): number {
  return Number(env.settings['pages'] ?? 1);
}

/** The citizen is waited for, not the scanner. */
function isLaying(state: Scan): boolean {
  return state.asks === null;
}

function missing(env: StepEnv): StepEnd {
  return refusal(whatOf(env) === 'tax' ? 'no-tax' : 'no-insurance');
}

function wished(state: Scan, intent: Extract<Input, { kind: 'intent' }>['intent'], env: StepEnv): Turn<Scan> {
  switch (intent.kind) {
    case 'confirm':
      return scan(state, env);
    case 'again':
      return { state: { ...state, problem: null } };
    case 'skip':
      return emptied(state, missing(env));
    case 'back':
      return emptied(state, { end: 'back' });
    default:
      return { state };
  }
}

function scan(state: Scan, env: StepEnv): Turn<Scan> {
  const args = { source: sourceOf(env), pages: pagesOf(env), dpi: 150, mode: 'grey' };
  const next: Scan = { ...state, problem: null, isUsed: true };
  return asking(next, SCANNER, 'scan', { args, deadlineMs: SESSION_LIMITS.scanMs });
}

/** While the scanner is emptied already, only how the step ends may still change. */
function leave(state: Scan, end: StepEnd): Turn<Scan> {
  return state.asks === 'cancel' ? { state: { ...state, end } } : turning(state, SCANNER, end, emptied);
}

/** Every end but a whole set passes here: what the scanner keeps is overwritten first. */
function emptied(state: Scan, end: StepEnd, code: string | null = null): Turn<Scan> {
  const next: Scan = { ...state, to: null, job: null, end, code };
  if (!state.isUsed) return { state: next, end };
  return asking(next, SCANNER, 'cancel', { args: {}, deadlineMs: SESSION_LIMITS.tidyMs });
}

function answered(state: Scan, result: Result<unknown, Fault>, env: StepEnv): Turn<Scan> {
  const next: Scan = { ...state, asks: null };
  if (state.asks === 'cancel') {
    const code = state.code ?? (result.ok ? null : result.error.code);
    return { ...over(next, SCANNER, state.end ?? missing(env)), ...(code === null ? {} : { code }) };
  }
  if (state.to !== null) return emptied(next, state.to);
  if (!result.ok) return faulted(next, state.asks, result.error.code, env);
  return state.asks === 'scan' ? scanned(next, result.value, env) : pieceCame(next, result.value, env);
}

function faulted(state: Scan, verb: Verb | null, code: string, env: StepEnv): Turn<Scan> {
  // Pages that are there no more: the host or the lease was a new one. They are scanned again.
  const isSetLost = verb === 'readPage' && code === SPOILT;
  return isSetLost || OF_THE_PAPER.has(code)
    ? onceMore(state, code, env)
    : emptied(state, refusal('device-failed'), code);
}

function onceMore(state: Scan, code: string, env: StepEnv): Turn<Scan> {
  if (state.attempt >= SESSION_LIMITS.scanTries) return emptied(state, missing(env), code);
  return { state: { ...state, job: null, attempt: state.attempt + 1, problem: toldCode(code) } };
}

function scanned(state: Scan, value: unknown, env: StepEnv): Turn<Scan> {
  const set = documentScannerPort.verbs.scan.result.safeParse(value).data;
  if (set === undefined || set.pages.length !== pagesOf(env)) return onceMore(state, SPOILT, env);
  if (set.pages.some(({ bytes }) => Math.ceil(bytes / 3) * 4 > SESSION_LIMITS.scanPageChars))
    return onceMore(state, 'invalidMedia', env);
  return fetch(state, { scanId: set.scanId, told: set.pages, pages: [], pieces: [] });
}

function fetch(state: Scan, job: Job): Turn<Scan> {
  const args = { scanId: job.scanId, page: job.pages.length, offset: sizeOf(job.pieces) };
  return asking({ ...state, job }, SCANNER, 'readPage', { args, deadlineMs: SESSION_LIMITS.scanPieceMs });
}

function pieceCame(state: Scan, value: unknown, env: StepEnv): Turn<Scan> {
  const told = documentScannerPort.verbs.readPage.result.safeParse(value).data;
  const { job } = state;
  const page = job?.told[job.pages.length];
  if (told === undefined || job === null || page === undefined) return onceMore(state, SPOILT, env);
  const piece = Buffer.from(told.piece, 'base64');
  const pieces = [...job.pieces, piece];
  const size = sizeOf(pieces);
  // A piece without an end must bring the page nearer to it.
  if (!told.end)
    return piece.length > 0 && size < page.bytes ? fetch(state, { ...job, pieces }) : onceMore(state, SPOILT, env);
  const whole = Buffer.concat(pieces);
  if (digestOf(whole) !== page.sha256) return onceMore(state, SPOILT, env);
  const pages = [...job.pages, whole.toString('base64')];
  if (pages.length < job.told.length) return fetch(state, { ...job, pages, pieces: [] });
  const scans = [...env.facts.scans, ...pages.map((png) => ({ what: whatOf(env), png }))];
  return { ...over({ ...state, job: null }, SCANNER, { end: 'done' }), facts: { scans } };
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
