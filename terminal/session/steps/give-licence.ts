import { placeAfter, retract } from '../endings/clear-goods.ts';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input, OperationEnd } from '../machine/input.ts';
import type { StepMachine, Turn } from '../machine/step-machine.ts';

interface Give {
  readonly reminder: number;
}
const DEVICE = 'licence-printer';

/** Presents the finished licence until it is taken; what nobody takes is drawn back and kept for staff. */
export const giveLicenceStep: StepMachine<Give> = {
  enter: () => ({ state: { reminder: 0 }, facts: { goods: 'presented' }, effects: [present(), remind()] }),
  on(state, input) {
    if (input.kind === 'timer' && input.name === 'reminder')
      return { state: { reminder: state.reminder + 1 }, effects: [remind()] };
    if (input.kind === 'operated' && input.key === 'present') return presented(state, input.end);
    if (input.kind === 'settled' && input.key === 'present') return remembered(state, input);
    if (input.kind === 'operated' && input.key === 'retract') return drawnBack(state, input.end);
    return { state };
  },
  view: (state) => ({
    kind: 'take',
    body: { what: 'licence', why: 'finished', reminder: state.reminder },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

function present(): Effect {
  return {
    do: 'operate',
    key: 'present',
    device: DEVICE,
    verb: 'present',
    args: {},
    deadlineMs: SESSION_LIMITS.takeCardMs,
  };
}

function remind(): Effect {
  return { do: 'timer', name: 'reminder', ms: SESSION_LIMITS.takeReminderMs };
}

function presented(state: Give, end: OperationEnd): Turn<Give> {
  if (end.outcome === 'done') return taken(state);
  if (end.outcome === 'unknown')
    return { state, effects: [{ do: 'settle', key: 'present', operationId: end.operationId, target: DEVICE }] };
  return { state, effects: [retract(DEVICE)] };
}

/** What the maker remembers decides; what it does not is decided by drawing back: nothing there means taken. */
function remembered(state: Give, input: Extract<Input, { kind: 'settled' }>): Turn<Give> {
  return input.end?.outcome === 'done' ? taken(state) : { state, effects: [retract(DEVICE)] };
}

function taken(state: Give): Turn<Give> {
  return {
    state,
    facts: { goods: 'taken', handedOver: true },
    effects: [
      { do: 'stopTimer', name: 'reminder' },
      { do: 'resolve', verb: 'present', outcome: 'done', by: 'sensor' },
      { do: 'remember', produced: 1, handedOver: 1, retained: 0 },
    ],
    end: { end: 'done' },
  };
}

function drawnBack(state: Give, end: OperationEnd): Turn<Give> {
  const goods = placeAfter(end);
  // It had been presented and is gone: the citizen took it in the last moment.
  if (goods === 'none') return taken(state);
  const effects: Effect[] = [
    { do: 'stopTimer', name: 'reminder' },
    ...(goods === 'retracted' ? [{ do: 'resolve', verb: 'present', outcome: 'notDone', by: 'sensor' } as const] : []),
    { do: 'remember', produced: 1, handedOver: 0, retained: goods === 'retracted' ? 1 : 0 },
  ];
  if (goods === 'unknown')
    return { state, facts: { goods }, effects, end: { end: 'stop', state: 'unknown' }, code: 'hardwareError' };
  return { state, facts: { goods }, effects, end: { end: 'stop', state: 'produced-not-taken' }, code: 'notTaken' };
}
