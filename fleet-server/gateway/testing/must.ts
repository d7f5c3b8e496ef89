import type { Result } from '@yimen/contracts/base';

/** The value of a result that a test needs. @throws Error with the fault's message */
export function must<T, E extends { message: string }>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
