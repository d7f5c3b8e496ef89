import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { StepMachine } from '../machine/step-machine.ts';

/** The ID card lies open on its reader: the machine cannot move it, only remind. Runs at every end; a card that is still
 *  there is told on the last screen, and the reader's status keeps the next citizen out until somebody has taken it. */
export const liftCard: StepMachine<number> = {
  enter({ facts }) {
    if (facts.idCard !== 'onReader') return { state: 0, end: { end: 'skipped' } };
    const wait: Effect = {
      do: 'read',
      key: 'lifted',
      device: 'id-card-reader',
      verb: 'waitForRemoval',
      args: {},
      deadlineMs: SESSION_LIMITS.takeCardMs,
    };
    return { state: 0, effects: [wait, remind()] };
  },
  on(reminder, input) {
    if (input.kind === 'timer' && input.name === 'reminder') return { state: reminder + 1, effects: [remind()] };
    if (input.kind !== 'read' || input.key !== 'lifted') return { state: reminder };
    const effects: Effect[] = [{ do: 'stopTimer', name: 'reminder' }];
    if (input.result.ok) return { state: reminder, effects, facts: { idCard: 'lifted' }, end: { end: 'done' } };
    return { state: reminder, effects, end: { end: 'done' }, code: input.result.error.code };
  },
  view: (reminder, { facts }) => ({
    kind: 'take',
    body: {
      what: 'id-card',
      why: facts.stop !== null ? 'stopped' : facts.refusal !== null ? 'refused' : 'finished',
      reminder,
    },
    waits: null,
    canBack: false,
    canLeave: false,
  }),
};

function remind(): Effect {
  return { do: 'timer', name: 'reminder', ms: SESSION_LIMITS.takeReminderMs };
}
