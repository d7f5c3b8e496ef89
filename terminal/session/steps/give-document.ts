import { documentLockerPort } from '@yimen/contracts/device';
import { placeAfter, retract } from '../endings/clear-goods.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { evidenceText } from '../runner/operation-end.ts';
import { SESSION_LIMITS } from '../limits.table.ts';

interface Fetch {
  readonly reminder: number;
  readonly startedMono: number;
  /** It lies at the exit (XFS4IoT media `entering`): from here on a hand can reach it. */
  readonly isOut: boolean;
}
const DEVICE = 'document-locker';
/** Fetching takes up to half a minute, taking the rest. */
const FETCH_MS = 30_000;

/** Fetches the reserved document, which the locker reads back before it shows it, and waits until it is taken. Another one
 *  than reserved stays inside; one that nobody takes is drawn back. */
export const giveDocumentStep: StepMachine<Fetch> = {
  enter: (env) => ({
    state: { reminder: 0, startedMono: env.monoMs, isOut: false },
    facts: { goods: 'unknown', goodsDevice: DEVICE },
    effects: [present(env)],
  }),
  on(state, input, env) {
    if (input.kind === 'timer' && input.name === 'reminder')
      return { state: { ...state, reminder: state.reminder + 1 }, effects: [remind()] };
    if (input.kind === 'media' && input.device === DEVICE && input.media === 'entering' && !state.isOut)
      return { state: { ...state, isOut: true }, effects: [remind()] };
    if (input.kind === 'operated' && input.key === 'present') return presented(state, input.end);
    if (input.kind === 'settled' && input.key === 'present') return remembered(state, input);
    if (input.kind === 'read' && input.key === 'exit') return looked(state, input, env);
    if (input.kind === 'operated' && input.key === 'retract') return drawnBack(state, input.end);
    return { state };
  },
  view: (state, env) =>
    !state.isOut
      ? {
          kind: 'produce',
          body: {
            phase: 'fetching',
            phases: ['fetching', 'checking'],
            elapsedMs: env.monoMs - state.startedMono,
            usualMs: 15_000,
          },
          waits: null,
          canBack: false,
          canLeave: false,
        }
      : {
          kind: 'take',
          body: { what: 'document', why: 'finished', reminder: state.reminder },
          waits: null,
          canBack: false,
          canLeave: false,
        },
};

function serialOf(env: StepEnv): string {
  const goods = env.facts.reservation?.goods;
  return goods?.kind === 'document' ? goods.serial : '';
}

function present(env: StepEnv): Effect {
  const args = { serial: serialOf(env) };
  const deadlineMs = FETCH_MS + SESSION_LIMITS.takeCardMs;
  return { do: 'operate', key: 'present', device: DEVICE, verb: 'present', args, deadlineMs };
}

function remind(): Effect {
  return { do: 'timer', name: 'reminder', ms: SESSION_LIMITS.takeReminderMs };
}

const stopped: Effect = { do: 'stopTimer', name: 'reminder' };

function presented(state: Fetch, end: OperationEnd): Turn<Fetch> {
  if (end.outcome === 'done') return taken(state, evidenceText(end));
  if (end.outcome === 'unknown')
    return { state, effects: [{ do: 'settle', key: 'present', operationId: end.operationId, target: DEVICE }] };
  return notGiven(state, end);
}

function notGiven(state: Fetch, end: OperationEnd): Turn<Fetch> {
  const code = end.fault?.code ?? 'deviceNotReady';
  if (code === 'notTaken') return { state, facts: { goods: 'presented' }, effects: [retract(DEVICE)] };
  if (code === 'verifyMismatch')
    return {
      state,
      facts: { production: 'mismatch', goods: 'none' },
      effects: [stopped],
      end: refusal('wrong-document'),
      code,
    };
  return {
    state,
    facts: { production: 'notDone', goods: 'none' },
    effects: [stopped],
    end: refusal('device-failed'),
    code,
  };
}

function remembered(state: Fetch, input: Extract<Input, { kind: 'settled' }>): Turn<Fetch> {
  if (input.end !== null && input.end.outcome !== 'unknown') return presented(state, input.end);
  if (input.known === 'neverSeen')
    return {
      state,
      facts: { production: 'notDone', goods: 'none' },
      effects: [stopped],
      end: refusal('device-failed'),
      code: 'deviceNotReady',
    };
  return {
    state,
    effects: [{ do: 'read', key: 'exit', device: DEVICE, verb: 'readBack', args: {}, deadlineMs: 10_000 }],
  };
}

/** Nobody can tell how it ended: what lies at the exit is drawn back; an empty exit proves neither. */
function looked(state: Fetch, input: Extract<Input, { kind: 'read' }>, env: StepEnv): Turn<Fetch> {
  const seen = input.result.ok ? documentLockerPort.verbs.readBack.result.safeParse(input.result.value) : undefined;
  if (seen?.success === true && seen.data.serial === serialOf(env))
    return { state, facts: { goods: 'presented' }, effects: [retract(DEVICE)] };
  return {
    state,
    facts: { production: 'unknown', goods: 'unknown' },
    effects: [stopped],
    end: { end: 'stop', state: 'unknown' },
    code: 'hardwareError',
  };
}

function taken(state: Fetch, evidence: string): Turn<Fetch> {
  return {
    state,
    facts: { production: 'done', goods: 'taken', handedOver: true, evidence },
    effects: [stopped, { do: 'remember', produced: 1, handedOver: 1, retained: 0 }],
    end: { end: 'done' },
  };
}

function drawnBack(state: Fetch, end: OperationEnd): Turn<Fetch> {
  const goods = placeAfter(end);
  const proved = (outcome: 'done' | 'notDone'): Effect => ({ do: 'resolve', verb: 'present', outcome, by: 'sensor' });
  // It lay at the exit a moment ago and is gone: taken in the last moment.
  if (goods === 'none') {
    const turn = taken(state, 'taken:late');
    return { ...turn, effects: [proved('done'), ...(turn.effects ?? [])] };
  }
  const effects: Effect[] = [
    stopped,
    ...(goods === 'retracted' ? [proved('notDone')] : []),
    { do: 'remember', produced: 1, handedOver: 0, retained: goods === 'retracted' ? 1 : 0 },
  ];
  const end_ = goods === 'retracted' ? 'produced-not-taken' : 'unknown';
  return { state, facts: { production: 'done', goods }, effects, end: { end: 'stop', state: end_ }, code: 'notTaken' };
}
