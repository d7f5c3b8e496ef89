import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';

type Phase = 'draw' | 'print' | 'take';
interface Print {
  readonly phase: Phase;
  readonly pages: number;
  /** Sheets in all, and how many came out. */
  readonly of: number;
  readonly printed: number;
  readonly startedMono: number;
}
const PRINT_MS = 90_000;
/** Sheets lie in an open tray: there is no sensor that sees them taken. */
const TAKE_MS = 8_000;

/** An A4 sheet for the citizen. What it says stands without it: one that was not printed is told, never owed. */
export const printFormStep: StepMachine<Print> = {
  enter(env) {
    const state: Print = { phase: 'draw', pages: 0, of: countOf(env), printed: 0, startedMono: env.monoMs };
    if (!env.hasDevice('document-printer')) return notPrinted(state);
    return { state, effects: [draw(state, env)] };
  },
  on(state, input, env) {
    if (input.kind === 'drawn' && input.key === 'sheet') return drawn(state, input);
    if (input.kind === 'operated' && input.key === 'print') return printed(state, input.end, env);
    if (input.kind === 'settled' && input.key === 'print')
      return input.end?.outcome === 'done' ? cameOut(state, env) : notPrinted(state);
    if (input.kind === 'timer' && input.name === 'sheets') return { state, end: { end: 'done' } };
    if (input.kind === 'leave' && state.phase === 'take') return { state, end: { end: 'done' } };
    return { state };
  },
  view: (state, env) =>
    state.phase === 'take'
      ? {
          kind: 'take',
          body: { what: 'sheets', why: 'finished', reminder: 0 },
          waits: null,
          canBack: false,
          canLeave: false,
        }
      : {
          kind: 'produce',
          body: {
            phase: state.phase === 'draw' ? 'preparing' : 'printing',
            phases: ['preparing', 'printing'],
            elapsedMs: Math.max(0, env.monoMs - state.startedMono),
            usualMs: 15_000,
          },
          waits: null,
          canBack: false,
          canLeave: false,
        },
};

/** Each penalty decision has its own sheet. */
function countOf(env: StepEnv): number {
  const goods = env.facts.reservation?.goods;
  return env.settings['document'] === 'decision' && goods?.kind === 'decisions' ? goods.decisions.length : 1;
}

function draw(state: Print, env: StepEnv): Effect {
  return { do: 'draw', key: 'sheet', document: String(env.settings['document'] ?? ''), index: state.printed };
}

function drawn(state: Print, input: Extract<Input, { kind: 'drawn' }>): Turn<Print> {
  if (!input.result.ok) return notPrinted(state);
  const { documentId, sha256, pages } = input.result.value;
  const print: Effect = {
    do: 'operate',
    key: 'print',
    device: 'document-printer',
    verb: 'printDocument',
    args: { documentId, sha256, pages, sides: 'one', colour: 'mono' },
    deadlineMs: PRINT_MS,
  };
  return { state: { ...state, phase: 'print', pages: state.pages + pages }, effects: [print] };
}

function printed(state: Print, end: OperationEnd, env: StepEnv): Turn<Print> {
  if (end.outcome === 'done') return cameOut(state, env);
  if (end.outcome === 'notDone') return notPrinted(state);
  // The answer was lost, not the sheet: the printer remembers.
  return { state, effects: [{ do: 'settle', key: 'print', operationId: end.operationId, target: 'document-printer' }] };
}

function cameOut(state: Print, env: StepEnv): Turn<Print> {
  const next: Print = { ...state, printed: state.printed + 1, phase: 'draw' };
  if (next.printed < next.of) return { state: next, effects: [draw(next, env)] };
  return {
    state: { ...next, phase: 'take' },
    facts: { sheets: next.pages },
    effects: [{ do: 'timer', name: 'sheets', ms: TAKE_MS }],
  };
}

/** Why is in the operation's own row; the step says what that means here. */
function notPrinted(state: Print): Turn<Print> {
  return { state, facts: { sheets: 0 }, end: { end: 'done' }, code: 'form-not-printed' };
}
