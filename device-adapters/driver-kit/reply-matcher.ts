import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { silentFault } from './device-faults.ts';
import type { DriverLog } from './driver.ts';

/** A registered wait for one frame. */
export interface Ticket<T> {
  /** Starts the timer; call it after the write. The frame may have come already.
   *  @fault timeOut nothing fitting came; offline the line went away. */
  within(timeoutMs: number): Promise<Result<T, Fault>>;
  /** Nobody waits any longer: what comes is a late answer. */
  drop(): void;
}

interface Waiting<F> {
  /** Takes the frame, or says that it is not its own. */
  offer(frame: F): boolean;
  fail(fault: Fault): void;
}

/** Brings answers to those who asked. The order is always: register the ticket, write, then start the timer, so that
 *  an answer that is faster than we are is not lost. Frames nobody waits for are counted and dropped. */
export class ReplyMatcher<F> {
  readonly #clock: Clock;
  readonly #log: DriverLog;
  readonly #waiting = new Set<Waiting<F>>();
  #late = 0;

  constructor(clock: Clock, log: DriverLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Answers that came when nobody waited for them. */
  get lateAnswers(): number {
    return this.#late;
  }

  /** @param match gives the value when the frame is the awaited one, else `undefined`; must be pure. */
  register<T>(label: string, match: (frame: F) => T | undefined): Ticket<T> {
    const settled = Promise.withResolvers<Result<T, Fault>>();
    // Made here, so that a timeout can tell who asked and not only which timer fired.
    const caller = new Error(label);
    let cancel: CancelTimer = () => undefined;
    const end = (result: Result<T, Fault>): void => {
      cancel();
      this.#waiting.delete(waiting);
      settled.resolve(result);
    };
    const waiting: Waiting<F> = {
      offer: (frame) => {
        const value = match(frame);
        if (value === undefined) return false;
        end(ok(value));
        return true;
      },
      fail: (fault) => end(err(fault)),
    };
    this.#waiting.add(waiting);
    return {
      within: (timeoutMs) => {
        if (this.#waiting.has(waiting)) {
          cancel = this.#clock.after(timeoutMs, () => {
            this.#log.debug('no answer', { waitingFor: label, timeoutMs, from: caller.stack ?? '' });
            end(err(silentFault(label)));
          });
        }
        return settled.promise;
      },
      drop: () => {
        if (this.#waiting.has(waiting)) end(err(silentFault(label)));
      },
    };
  }

  /** Hands a frame to the longest waiting ticket that wants it. `false`: nobody did, it is counted as late. */
  feed(frame: F): boolean {
    for (const waiting of this.#waiting) if (waiting.offer(frame)) return true;
    this.#late += 1;
    return false;
  }

  /** The line is gone: everyone who waits learns it now, not at the deadline. */
  failAll(fault: Fault): void {
    for (const waiting of [...this.#waiting]) waiting.fail(fault);
  }
}
