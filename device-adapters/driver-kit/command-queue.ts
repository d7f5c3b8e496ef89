import { err, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { deviceFault } from './device-faults.ts';

/** One thing at a time, in order of arrival. A driver has two: one for its public calls (a motion and its sensors
 *  belong together) and one for exchanges on the wire (a question and its answer do). */
export class CommandQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #limit: number;

  constructor(limit: number = LIMITS.queuedCommands) {
    this.#limit = limit;
  }

  /** Jobs under way or waiting. */
  get length(): number {
    return this.#waiting;
  }

  /** Runs `job` when all before it have ended. Bounded: each job has its own deadline, and the queue its length.
   *  @fault deviceBusy too many wait already; the job does not run. */
  run<T>(job: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    if (this.#waiting >= this.#limit) {
      return Promise.resolve(err(deviceFault('deviceBusy', `${this.#waiting} calls wait already`, 'suspend')));
    }
    this.#waiting += 1;
    const result = this.#tail.then(job).finally(() => {
      this.#waiting -= 1;
    });
    // What a call gave is its caller's: the queue would keep the last card's holder until the next call.
    this.#tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
