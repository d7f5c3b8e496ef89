import type { CancelTimer, Clock } from '@yimen/contracts/base';

const LOOK_MS = 0.001;

interface Timer {
  readonly dueMs: number;
  readonly fn: () => void;
}

/** Time as the recording has it: it moves when the replay moves it, timer by timer. */
export class ReplayClock implements Clock {
  readonly #beganAt: number;
  readonly #timers = new Set<Timer>();
  #nowMs = 0;

  /** @param beganAt wall milliseconds of the recording's beginning */
  constructor(beganAt: number) {
    this.#beganAt = beganAt;
  }

  wallMs(): number {
    return Math.round(this.#beganAt + this.#nowMs);
  }

  /** Each look costs a moment, as in life: drivers ask whether something is older than nothing. */
  monoMs(): number {
    this.#nowMs += LOOK_MS;
    return this.#nowMs;
  }

  after(ms: number, fn: () => void): CancelTimer {
    const timer = { dueMs: this.#nowMs + Math.max(0, ms), fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on to the next timer that is due by `untilMs` and runs it; with none, to `untilMs` (never back).
   *  @returns whether a timer ran: what it set going should settle before time moves again. */
  step(untilMs: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers)
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    this.#nowMs = Math.max(this.#nowMs, next?.dueMs ?? untilMs);
    if (next === undefined) return false;
    this.#timers.delete(next);
    next.fn();
    return true;
  }
}
