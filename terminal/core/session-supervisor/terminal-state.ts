import type { TerminalState } from '@yimen/contracts/fleet';

/** Everything that decides what the terminal is. Each fact is told by the room that knows it. */
export interface TerminalFacts {
  readonly maintenance: boolean;
  readonly journal: 'works' | 'fails';
  /** `running`: the remains of a session are being settled; `stuck`: that failed, staff must come. */
  readonly recovery: 'none' | 'running' | 'stuck';
  readonly devices: 'unseen' | 'inspected';
  /** What the cabinet itself says against serving anybody: tampered with, on battery, battery low. */
  readonly cabinet: 'tamper' | 'power' | 'powerLow' | undefined;
  /** Whether the touch screen can be trusted. */
  readonly touch: 'works' | 'faulty';
  /** Whether a process waits for the next citizen. */
  readonly sessions: 'ready' | 'missing';
  /** Whether the hall's hours allow service now. */
  readonly hours: 'open' | 'closed';
  /** Of the services that are installed. */
  readonly services: 'all' | 'some' | 'none';
}

export interface TerminalCondition {
  readonly state: TerminalState;
  /** Why it is not simply in service, as a code. */
  readonly why: string | null;
}

/** The state of the terminal, from its facts alone: the first row that fits decides. */
export function terminalState(facts: TerminalFacts): TerminalCondition {
  if (facts.maintenance) return { state: 'maintenance', why: 'maintenance' };
  if (facts.journal === 'fails') return { state: 'outOfService', why: 'journal' };
  if (facts.recovery === 'stuck') return { state: 'outOfService', why: 'recovery.stuck' };
  if (facts.recovery === 'running') return { state: 'outOfService', why: 'recovery' };
  if (facts.devices === 'unseen') return { state: 'outOfService', why: 'devices' };
  if (facts.cabinet !== undefined) return { state: 'outOfService', why: facts.cabinet };
  if (facts.touch === 'faulty') return { state: 'outOfService', why: 'touch' };
  if (facts.sessions === 'missing') return { state: 'outOfService', why: 'sessions' };
  if (facts.hours === 'closed') return { state: 'closed', why: 'hours' };
  if (facts.services === 'none') return { state: 'outOfService', why: 'services' };
  if (facts.services === 'some') return { state: 'degraded', why: 'services' };
  return { state: 'inService', why: null };
}

/** Whether a new citizen may begin. */
export function mayServe(state: TerminalState): boolean {
  return state === 'inService' || state === 'degraded';
}
