import { licencePrinterPort } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';

interface TakeOld {
  /** `count`: what lies in the recovery bin before; `open`: the slot waits; `again`: nobody gave one; `bin`: the bin is
   *  looked at because the maker could not say. */
  readonly phase: 'count' | 'open' | 'again' | 'bin';
  readonly attempt: number;
  readonly before: number | null;
  readonly leaving: boolean;
}
const DEVICE = 'licence-printer';

/** The old licence is taken in only now that the new one was verified, and before that is handed over. Who has none gets
 *  the new one from staff. */
export const takeOldStep: StepMachine<TakeOld> = {
  enter: () => ({ state: { phase: 'count', attempt: 1, before: null, leaving: false }, effects: [units('count')] }),
  on(state, input, env) {
    if (input.kind === 'read') return counted(state, input, env);
    if (input.kind === 'operated' && input.key === 'old') return given(state, input.end);
    if (input.kind === 'settled' && input.key === 'old') return remembered(state, input);
    if (input.kind === 'leave') return leave(state);
    if (input.kind === 'intent' && input.intent.kind === 'again' && state.phase === 'again')
      return { state: { ...state, phase: 'open', attempt: state.attempt + 1 }, effects: [accept(env)] };
    return { state };
  },
  view: (state, env) => ({
    kind: 'give-old',
    body: {
      what: env.settings['what'] === 'vehicle' ? 'vehicle' : 'driving',
      phase: state.phase === 'again' ? 'again' : 'insert',
      attempt: state.attempt,
      of: SESSION_LIMITS.cardTries,
    },
    waits: state.phase === 'again' ? { ms: env.deadlineMs, extendable: true } : null,
    canBack: false,
    canLeave: state.phase === 'open' || state.phase === 'again',
  }),
};

function units(key: string): Effect {
  return { do: 'read', key, device: DEVICE, verb: 'units', args: {}, deadlineMs: 5_000 };
}

function accept(env: StepEnv): Effect {
  return { do: 'operate', key: 'old', device: DEVICE, verb: 'acceptOld', args: {}, deadlineMs: env.deadlineMs };
}

function recovered(input: Extract<Input, { kind: 'read' }>): number | null {
  const seen = input.result.ok ? licencePrinterPort.verbs.units.result.safeParse(input.result.value) : undefined;
  return seen?.success === true ? (seen.data.units['recovery']?.count ?? null) : null;
}

function counted(state: TakeOld, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<TakeOld> {
  const count = recovered(input);
  if (input.key === 'count' && state.phase === 'count')
    return { state: { ...state, phase: 'open', before: count }, effects: [accept(env)] };
  if (input.key !== 'bin') return { state };
  if (count === null || state.before === null) return unproved(state);
  return count > state.before ? taken(state, 'done') : nobody(state, 'notDone');
}

function given(state: TakeOld, end: OperationEnd): Turn<TakeOld> {
  if (end.outcome === 'done') return taken(state);
  if (end.outcome === 'unknown')
    return { state, effects: [{ do: 'settle', key: 'old', operationId: end.operationId, target: DEVICE }] };
  return nobody(state);
}

function remembered(state: TakeOld, input: Extract<Input, { kind: 'settled' }>): Turn<TakeOld> {
  if (input.end?.outcome === 'done') return taken(state);
  if (input.end?.outcome === 'notDone' || input.known === 'neverSeen') return nobody(state);
  return { state: { ...state, phase: 'bin' }, effects: [units('bin')] };
}

function taken(state: TakeOld, proved?: 'done'): Turn<TakeOld> {
  return {
    state,
    facts: { oldRecovered: true },
    effects: proved === undefined ? [] : [{ do: 'resolve', verb: 'acceptOld', outcome: proved, by: 'sensor' }],
    end: { end: 'done' },
  };
}

function nobody(state: TakeOld, proved?: 'notDone'): Turn<TakeOld> {
  const effects: Effect[] =
    proved === undefined ? [] : [{ do: 'resolve', verb: 'acceptOld', outcome: proved, by: 'sensor' }];
  if (state.leaving || state.attempt >= SESSION_LIMITS.cardTries)
    return {
      state,
      effects,
      facts: { oldRecovered: false },
      end: { end: 'stop', state: 'produced-not-taken' },
      code: 'old-not-given',
    };
  return { state: { ...state, phase: 'again' }, effects };
}

function unproved(state: TakeOld): Turn<TakeOld> {
  return { state, end: { end: 'stop', state: 'unknown' }, code: 'hardwareError' };
}

function leave(state: TakeOld): Turn<TakeOld> {
  if (state.phase === 'again') return nobody({ ...state, leaving: true });
  // The slot is open: giving the lease back shuts it, and the maker's answer tells whether something came in.
  return { state: { ...state, leaving: true }, effects: [{ do: 'abort', device: DEVICE }] };
}
