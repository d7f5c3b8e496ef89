import { CORE_LIMITS } from '../limits.table.ts';

/** Errors at the console since the last good sign-in, and until when that keeps everybody out. */
export interface SignInLock {
  readonly errors: number;
  /** Wall milliseconds of the last error. */
  readonly lastWall: number;
}

export const NO_ERRORS: SignInLock = { errors: 0, lastWall: 0 };

/** How long the lock after so many errors lasts: none below five, then 15 s, doubled by each further one. */
export function lockAfterMs(errors: number): number {
  if (errors < CORE_LIMITS.staffErrors) return 0;
  const doubled = CORE_LIMITS.staffLockMs * 2 ** Math.min(errors - CORE_LIMITS.staffErrors, 10);
  return Math.min(doubled, CORE_LIMITS.staffLongestLockMs);
}

/** What is left of a lock at the start of core, from records: a clock that was set back makes no lock longer than whole. */
export function lockLeftMs({ errors, lastWall }: SignInLock, wallMs: number): number {
  const whole = lockAfterMs(errors);
  return Math.max(0, Math.min(whole, lastWall + whole - wallMs));
}
