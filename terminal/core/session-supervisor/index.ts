export { lastOperationStore } from './last-operation.ts';
export { launcherClient } from './launcher-client.ts';
export { sessionProcesses } from './session-processes.ts';
export {
  sessionSupervisor,
  type ActiveSession,
  type AssignmentGround,
  type LastSession,
  type Recovery,
  type SessionSupervisor,
} from './session-supervisor.ts';
export type { SessionPage } from './session-requests.ts';
export { mayServe, terminalState, type TerminalCondition } from './terminal-state.ts';
