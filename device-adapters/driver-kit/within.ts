import type { Clock } from '@yimen/contracts/base';

/** The promise's value, or `otherwise` when it has not settled after `timeoutMs`. A rejection passes through.
 *  The promise itself goes on: whoever made it has to stop what it does. */
export function within<T>(clock: Clock, promise: Promise<T>, timeoutMs: number, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => resolve(otherwise));
    promise.then(resolve, reject).finally(cancel);
  });
}
