import { CORE_LIMITS } from '../limits.table.ts';

/** How a session ended that had begun on the screen. */
export interface SessionEnd {
  readonly how: 'finished' | 'timeout' | 'cancelled' | 'killed';
  /** Whether anything was pressed after its beginning; undefined: nobody can tell. */
  readonly isUsed: boolean | undefined;
}

/** Sessions in a row without a touch, with one more that ended. A touch begins the count anew; what ended by another hand
 *  (staff, power, a dead process) says nothing of the screen. */
export function silentAfter(before: number, { how, isUsed }: SessionEnd): number {
  if (isUsed === true) return 0;
  return how === 'timeout' && isUsed === false ? before + 1 : before;
}

/** Whether so many are more than people who change their mind. */
export function isSilent(sessions: number): boolean {
  return sessions >= CORE_LIMITS.silentSessions;
}
