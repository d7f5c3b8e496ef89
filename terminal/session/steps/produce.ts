import { z } from 'zod';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnd, StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';

type Phase = 'take' | 'erase' | 'print' | 'ask' | 'look';
/** The motions before the print: nothing is spoiled yet, so the device's own memory may lead on. */
type Before = 'take' | 'erase';
interface Produce {
  readonly phase: Phase;
  readonly retried: boolean;
  readonly startedMono: number;
}

const readBackSchema = z.object({ mrz: z.string().nullable(), panel: z.array(z.string()), panelDigest: z.string() });
const MOTION_MS = 20_000;
const PRINT_MS = 90_000;
export const ENDORSE_PHASES = ['preparing', 'erasing', 'printing', 'checking', 'returning'] as const;
const SHOWN = { take: 'preparing', erase: 'erasing', print: 'printing', ask: 'checking', look: 'checking' } as const;

/** Takes the card over, erases, prints. A print that certainly did not happen is tried once more on the unspoiled card;
 *  one that cannot be proved is looked at, never repeated. */
export const produceStep: StepMachine<Produce> = {
  enter: (env) => ({
    state: { phase: 'take', retried: false, startedMono: env.monoMs },
    effects: [operate('take', 'takeCard', MOTION_MS)],
  }),
  on(state, input, env) {
    if (input.kind === 'operated') return operated(state, input.key, input.end, env);
    if (input.kind === 'settled' && input.key === 'asked') return asked(state, input);
    if (input.kind === 'settled' && (input.key === 'take' || input.key === 'erase'))
      return remembered(state, input.key, input, env);
    if (input.kind === 'read' && input.key === 'look') return looked(state, input, env);
    return { state };
  },
  view: (state, env) => ({
    kind: 'produce',
    body: {
      phase: SHOWN[state.phase],
      phases: [...ENDORSE_PHASES],
      elapsedMs: Math.max(0, env.monoMs - state.startedMono),
      usualMs: 40_000,
    },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

function operate(key: string, verb: string, deadlineMs: number, args: Readonly<Record<string, unknown>> = {}): Effect {
  return { do: 'operate', key, device: 'endorsement-printer', verb, args, deadlineMs };
}

function print(env: StepEnv): Effect {
  const goods = env.facts.reservation?.goods;
  return operate('print', 'printEndorsement', PRINT_MS, { lines: goods?.kind === 'endorsement' ? goods.lines : [] });
}

function operated(state: Produce, key: string, end: OperationEnd, env: StepEnv): Turn<Produce> {
  if (key === 'take' || key === 'erase') {
    if (end.outcome === 'done') return after(state, key, env);
    // The answer was lost, not the motion: whoever carried it out remembers (F62).
    if (end.outcome === 'unknown') return { state, effects: [settle(key, end)] };
    return notProduced(state, end.fault?.code, key, env);
  }
  if (key !== 'print') return { state };
  if (end.outcome === 'done')
    return { state, facts: { production: 'done', evidence: evidenceOf(end) }, end: { end: 'done' } };
  if (end.fault?.code === 'verifyMismatch')
    return {
      state,
      facts: { production: 'mismatch' },
      end: { end: 'stop', state: 'card-held' },
      code: 'verifyMismatch',
    };
  if (end.outcome === 'unknown') {
    return {
      state: { ...state, phase: 'ask' },
      facts: { production: 'unknown' },
      effects: [settle('asked', end)],
    };
  }
  return { state: { ...state, phase: 'look' }, facts: { production: 'notDone' }, effects: [look()] };
}

function settle(key: string, end: OperationEnd): Effect {
  return { do: 'settle', key, operationId: end.operationId, target: 'endorsement-printer' };
}

/** The card is in the printer: erase it. It is erased: print. */
function after(state: Produce, done: Before, env: StepEnv): Turn<Produce> {
  if (done === 'erase') return { state: { ...state, phase: 'print' }, effects: [print(env)] };
  return {
    state: { ...state, phase: 'erase' },
    facts: { card: 'printer' },
    effects: [operate('erase', 'erase', MOTION_MS)],
  };
}

function remembered(
  state: Produce,
  key: Before,
  input: Extract<Input, { kind: 'settled' }>,
  env: StepEnv,
): Turn<Produce> {
  if (input.end?.outcome === 'done') return after(state, key, env);
  return notProduced(state, input.end?.fault?.code, key, env);
}

function look(): Effect {
  return { do: 'read', key: 'look', device: 'endorsement-printer', verb: 'readBack', args: {}, deadlineMs: 15_000 };
}

/** The device's own memory of the print comes first; only then the panel is looked at. */
function asked(state: Produce, input: Extract<Input, { kind: 'settled' }>): Turn<Produce> {
  if (input.end?.outcome === 'done')
    return { state, facts: { production: 'done', evidence: evidenceOf(input.end) }, end: { end: 'done' } };
  return { state: { ...state, phase: 'look' }, effects: [look()] };
}

/** The panel itself is the last word: empty proves that nothing was printed, and an unspoiled card may be tried once
 *  more. Anything on it that nobody can vouch for stays unknown. */
function looked(state: Produce, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<Produce> {
  const seen = input.result.ok ? readBackSchema.safeParse(input.result.value) : undefined;
  if (seen?.success !== true) {
    return { state, facts: { production: 'unknown' }, end: { end: 'stop', state: 'unknown' }, code: 'hardwareError' };
  }
  if (seen.data.panel.length > 0) {
    return {
      state,
      facts: { production: 'unknown', panelDigest: seen.data.panelDigest },
      end: { end: 'stop', state: 'unknown' },
      code: 'print-failed',
    };
  }
  const proved = { do: 'resolve', verb: 'printEndorsement', outcome: 'notDone', by: 'sensor' } as const;
  if (!state.retried)
    return {
      state: { ...state, retried: true, phase: 'print' },
      facts: { production: 'notDone' },
      effects: [proved, print(env)],
    };
  return {
    state,
    facts: { production: 'notDone' },
    effects: [proved],
    end: notPrinted(env),
    code: 'print-failed',
  };
}

/** The old endorsement may be gone, the new one is certainly not there: production did not happen. */
function notProduced(state: Produce, code: string | undefined, at: Before, env: StepEnv): Turn<Produce> {
  return {
    state,
    // A card that was not certainly taken over may stand anywhere between unit and printer.
    facts: { production: 'notDone', ...(at === 'take' ? { card: 'unknown' as const } : {}) },
    end: notPrinted(env),
    code: code ?? 'print-failed',
  };
}

function evidenceOf(end: OperationEnd): string {
  return end.evidence
    .map((seen) => `${seen.kind}:${seen.detail}`)
    .join(' ')
    .slice(0, 200);
}

/** Nothing was made: what he paid is kept for him; who had nothing to pay is refused and owed nothing. */
function notPrinted({ facts }: StepEnv): StepEnd {
  return facts.money === 'taken' ? { end: 'stop', state: 'paid-not-produced' } : refusal('print-failed');
}
