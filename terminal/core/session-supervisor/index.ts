export { lastOperationStore } from './last-operation.ts';
export { launcherClient, type LauncherClient, type ProcessTrouble } from './launcher-client.ts';
export { sessionProcesses } from './session-processes.ts';
export { sessionSupervisor, type ActiveSession, type Recovery, type SessionSupervisor } from './session-supervisor.ts';
export type { AssignmentGround } from './assignment-ground.ts';
export type { SessionPage } from './session-requests.ts';
export type { LastSession } from './session-rows.ts';
export { mayServe, terminalState, type TerminalCondition } from './terminal-state.ts';
