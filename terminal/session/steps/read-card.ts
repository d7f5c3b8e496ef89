import { travelDocumentSchema } from '@yimen/contracts/device';
import { z } from 'zod';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { readPermitMrz } from '../documents/permit-mrz.ts';

type Phase = 'insert' | 'toPrinter' | 'scan' | 'toChip' | 'chip' | 'check' | 'giveBack' | 'leaving';
interface ReadCard {
  readonly phase: Phase;
  readonly attempt: number;
  readonly problem: string | null;
  readonly leaving: 'cancelled' | 'timeout' | null;
  /** The card was in the unit when a motion towards the printer ended badly. */
  readonly wasInside: boolean;
}

const MOTION_MS = 20_000;
/** What is said of the card, not of the machine: only then is another try worth while. */
const OF_THE_CARD: ReadonlySet<string> = new Set([
  'noMedia',
  'invalidMedia',
  'cardTooShort',
  'cardTooLong',
  'cardCollision',
  'atrNotObtained',
  'securityFail',
  'protocolNotSupported',
  'userError',
  'doc-unreadable',
]);
const scanSchema = z.object({ mrz: z.string().nullable() });
const positionSchema = z.object({ position: z.string() });

/** Draws the permit in, reads the printed line on its back (the key to the chip), then the chip. A card that cannot be
 *  read is given back and may be put in again; whole read or none. */
export const readCardStep: StepMachine<ReadCard> = {
  enter: () => ({
    state: { phase: 'insert', attempt: 1, problem: null, leaving: null, wasInside: false },
    effects: [accept()],
  }),
  on(state, input, env) {
    if (input.kind === 'leave') return leave(state, input.how);
    if (input.kind === 'operated') return operated(state, input.key, input.end, env);
    if (input.kind === 'settled' && input.key === 'toPrinter') return remembered(state, input);
    if (input.kind === 'read') return readInput(state, input, env);
    return { state };
  },
  view(state, env) {
    if (state.phase === 'giveBack') {
      return {
        kind: 'take',
        body: { what: 'card', why: 'again', reminder: 0 },
        waits: null,
        canBack: false,
        canLeave: false,
      };
    }
    const inserting = state.phase === 'insert';
    return {
      kind: 'read-card',
      body: {
        what: 'permit',
        canOther: false,
        phase: inserting ? (state.problem === null ? 'insert' : 'again') : 'reading',
        problem: inserting ? state.problem : null,
        attempt: state.attempt,
        of: SESSION_LIMITS.cardTries,
      },
      waits: inserting ? { ms: env.deadlineMs, extendable: true } : null,
      canBack: false,
      canLeave: inserting,
    };
  },
};

function accept(): Effect {
  // The prompt of the screen ends the waiting; the device's own deadline is only the outer bound.
  return { do: 'operate', key: 'accept', device: 'card-unit', verb: 'acceptCard', args: {}, deadlineMs: 600_000 };
}

function operate(
  key: string,
  device: 'card-unit' | 'endorsement-printer',
  verb: string,
  deadlineMs = MOTION_MS,
): Effect {
  return { do: 'operate', key, device, verb, args: {}, deadlineMs };
}

function leave(state: ReadCard, how: 'cancelled' | 'timeout'): Turn<ReadCard> {
  if (state.phase !== 'insert') return { state: { ...state, leaving: how } };
  // The gate is still open: closing it may meet a card half way, so the unit's own answer is awaited.
  return { state: { ...state, phase: 'leaving', leaving: how }, effects: [{ do: 'abort', device: 'card-unit' }] };
}

function operated(state: ReadCard, key: string, end: OperationEnd, env: StepEnv): Turn<ReadCard> {
  if (key === 'accept') return accepted(state, end);
  if (key === 'toPrinter') {
    if (end.outcome === 'done') return inPrinter(state);
    if (end.outcome === 'notDone') return whereIsIt(state, end.fault?.code ?? 'deviceNotReady');
    // The answer was lost, not the motion: whoever carried it out remembers (F62).
    const settle: Effect = {
      do: 'settle',
      key: 'toPrinter',
      operationId: end.operationId,
      target: 'endorsement-printer',
    };
    return { state, facts: { card: 'unknown' }, effects: [settle] };
  }
  if (key === 'toChip') {
    if (end.outcome !== 'done')
      return {
        state,
        facts: { card: 'unknown' },
        end: { end: 'refuse', refusal: { code: 'device-failed', date: null, office: null } },
        code: end.fault?.code ?? 'unknown',
      };
    if (state.problem !== null) return giveBack({ ...state, phase: 'giveBack' }, { card: 'inside' });
    const access = readPermitMrz(env.facts.mrz ?? '');
    if (access === undefined) return giveBack({ ...state, problem: 'doc-unreadable' }, { card: 'inside' });
    return { state: { ...state, phase: 'chip' }, facts: { card: 'inside' }, effects: [readChip(access)] };
  }
  if (key === 'giveBack') return givenBack(state, end);
  return { state };
}

function accepted(state: ReadCard, end: OperationEnd): Turn<ReadCard> {
  if (state.phase === 'leaving') {
    // Whatever the unit says of the card decides whether there is something to give back.
    return { state, effects: [readPosition()] };
  }
  if (end.outcome === 'done') {
    return {
      state: { ...state, phase: 'toPrinter', problem: null },
      facts: { card: 'inside' },
      effects: [operate('toPrinter', 'endorsement-printer', 'takeCard')],
    };
  }
  const problem = end.fault?.code ?? 'noMedia';
  // Somebody else has the unit: nothing was asked of it, so no card is in it by our doing.
  if (problem === 'deviceBusy') return again({ ...state, problem }, { card: 'none' });
  return whereIsIt(state, problem);
}

function inPrinter(state: ReadCard): Turn<ReadCard> {
  return { state: { ...state, phase: 'scan' }, facts: { card: 'printer' }, effects: [readScan()] };
}

function remembered(state: ReadCard, input: Extract<Input, { kind: 'settled' }>): Turn<ReadCard> {
  if (input.end?.outcome === 'done') return inPrinter(state);
  return whereIsIt(state, input.end?.fault?.code ?? 'deviceNotReady');
}

/** After a motion that did not end well the card's place is asked for, never assumed. */
function whereIsIt(state: ReadCard, problem: string): Turn<ReadCard> {
  // A card that had been drawn in is not the citizen's again because the unit does not see it.
  const wasInside = state.wasInside || state.phase === 'toPrinter';
  const next: ReadCard = { ...state, phase: 'check', problem, wasInside };
  return { state: next, facts: { card: 'unknown' }, effects: [readPosition()] };
}

function readPosition(): Effect {
  return { do: 'read', key: 'position', device: 'card-unit', verb: 'position', args: {}, deadlineMs: 5_000 };
}
function readScan(): Effect {
  return { do: 'read', key: 'scan', device: 'endorsement-printer', verb: 'readBack', args: {}, deadlineMs: 15_000 };
}
function readChip(access: { documentNumber: string; birth: string; expiry: string }): Effect {
  return {
    do: 'read',
    key: 'chip',
    device: 'travel-document',
    verb: 'readDocument',
    args: { access },
    deadlineMs: 20_000,
  };
}

function readInput(state: ReadCard, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<ReadCard> {
  if (input.key === 'scan') {
    const scan = input.result.ok ? scanSchema.safeParse(input.result.value) : undefined;
    const mrz = scan?.success === true ? scan.data.mrz : null;
    const readable = mrz !== null && readPermitMrz(mrz) !== undefined;
    return {
      state: { ...state, phase: 'toChip', problem: readable ? null : 'doc-unreadable' },
      facts: { mrz: readable ? mrz : null },
      effects: [operate('toChip', 'endorsement-printer', 'handBack')],
    };
  }
  if (input.key === 'position') return placed(state, input);
  if (input.key === 'chip') return chipRead(state, input, env);
  return { state };
}

function placed(state: ReadCard, input: Extract<Input, { kind: 'read' }>): Turn<ReadCard> {
  const parsed = input.result.ok ? positionSchema.safeParse(input.result.value) : undefined;
  const position = parsed?.success === true ? parsed.data.position : 'unknown';
  if (state.phase === 'leaving') {
    const card = position === 'none' ? 'none' : position === 'jammed' ? 'stuck' : 'inside';
    return { state, facts: { card }, end: { end: 'leave', how: state.leaving ?? 'cancelled' } };
  }
  if (position === 'none' && state.wasInside)
    return {
      state,
      facts: { card: 'unknown' },
      end: refusal('device-failed'),
      code: state.problem ?? 'deviceNotReady',
    };
  if (position === 'none') return again({ ...state }, { card: 'none' });
  if (position === 'jammed' || position === 'unknown') {
    return {
      state,
      facts: { card: position === 'jammed' ? 'stuck' : 'unknown' },
      end: { end: 'stop', state: 'card-held' },
      code: state.problem ?? 'mediaJam',
    };
  }
  return giveBack(state, { card: position === 'gate' ? 'gate' : 'inside' });
}

function chipRead(state: ReadCard, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<ReadCard> {
  const parsed = input.result.ok ? travelDocumentSchema.safeParse(input.result.value) : undefined;
  if (parsed?.success !== true) {
    const problem = input.result.ok ? 'doc-unreadable' : input.result.error.code;
    return giveBack({ ...state, problem }, {});
  }
  if (state.leaving !== null)
    return { state, facts: { document: parsed.data }, end: { end: 'leave', how: state.leaving } };
  const access = readPermitMrz(env.facts.mrz ?? '');
  // Chip and printed line must name the same document, or one of them is not this permit's (F47).
  if (access === undefined || !parsed.data.documentNumber.startsWith(access.documentNumber.replace(/<+$/, ''))) {
    return { state, facts: { document: null }, end: refusal('window-only'), code: 'identity-mismatch' };
  }
  return { state, facts: { document: parsed.data }, end: { end: 'done' } };
}

function giveBack(state: ReadCard, facts: Turn<ReadCard>['facts']): Turn<ReadCard> {
  const next = { ...state, phase: 'giveBack' as const };
  return {
    state: next,
    ...(facts === undefined ? {} : { facts }),
    effects: [operate('giveBack', 'card-unit', 'ejectCard', SESSION_LIMITS.takeCardMs)],
  };
}

function givenBack(state: ReadCard, end: OperationEnd): Turn<ReadCard> {
  // A card that lay at the gate and is gone was pulled before the unit could offer it.
  const isGone = end.outcome === 'notDone' && end.fault?.code === 'noMedia';
  if (end.outcome !== 'done' && !isGone)
    return { state, facts: { card: 'gate' }, end: { end: 'leave', how: 'timeout' } };
  if (state.leaving !== null) return { state, facts: { card: 'returned' }, end: { end: 'leave', how: state.leaving } };
  return again(state, { card: 'none' });
}

function again(state: ReadCard, facts: Turn<ReadCard>['facts']): Turn<ReadCard> {
  if (state.problem !== null && !OF_THE_CARD.has(state.problem))
    return { state, ...(facts === undefined ? {} : { facts }), end: refusal('device-failed'), code: state.problem };
  if (state.attempt >= SESSION_LIMITS.cardTries)
    return {
      state,
      ...(facts === undefined ? {} : { facts }),
      end: refusal('doc-unreadable'),
      code: state.problem ?? 'doc-unreadable',
    };
  return {
    state: { ...state, phase: 'insert', attempt: state.attempt + 1, wasInside: false },
    ...(facts === undefined ? {} : { facts }),
    effects: [accept()],
  };
}
