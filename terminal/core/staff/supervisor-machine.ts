import type { SupervisorMode } from '@yimen/contracts/terminal';

/** What may happen to supervisor mode (faults §4.6). `closedUp`: every door shut and the key back. */
export type SupervisorInput = 'signedIn' | 'citizenFinished' | 'signedOut' | 'closedUp' | 'timeOver' | 'inspected';

/** What the runner does about it: ask the citizen's side to end, let staff work, look at the devices, serve again. */
export type SupervisorEffect = 'wrapUp' | 'begin' | 'inspect' | 'rest';

export interface SupervisorStep {
  readonly mode: SupervisorMode;
  readonly effects: readonly SupervisorEffect[];
}

type Row = Partial<Record<SupervisorInput, SupervisorStep>>;

const OVER: SupervisorStep = { mode: 'exitPending', effects: ['inspect'] };
/** Nobody had begun: there is nothing to inspect. */
const NEVER_MIND: SupervisorStep = { mode: 'inactive', effects: ['rest'] };

const STEPS: Readonly<Record<SupervisorMode, Row>> = {
  inactive: { signedIn: { mode: 'enterPending', effects: ['wrapUp'] } },
  enterPending: {
    citizenFinished: { mode: 'active', effects: ['begin'] },
    signedOut: NEVER_MIND,
    closedUp: NEVER_MIND,
    timeOver: NEVER_MIND,
  },
  active: { signedOut: OVER, closedUp: OVER, timeOver: OVER },
  exitPending: { inspected: { mode: 'inactive', effects: ['rest'] } },
};

/** The next mode; an input that means nothing there changes nothing. */
export function superviseStep(mode: SupervisorMode, input: SupervisorInput): SupervisorStep {
  return STEPS[mode][input] ?? { mode, effects: [] };
}
