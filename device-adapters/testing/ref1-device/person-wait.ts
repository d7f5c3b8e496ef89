import type { CancelTimer } from '@yimen/contracts/base';
import type { Ref1Device } from './device.ts';
import type { Completion } from './effect-memory.ts';
import { RESULT, type RunningEffect } from './model.ts';

/** The hand of the fault `takes-at-once`: somebody stands there already. */
const HAND_MS = 400;
const LONGEST_WAIT_S = 300;

/** How an effect that waits for a person may end without one. */
interface Endings {
  /** Where the hand is waited for. */
  readonly at: 'exit' | 'slot';
  /** Nobody came in time. */
  timeOver(): Completion;
  /** The host, a reset or trouble ended it; `result` says which. */
  ended(result: number): Completion;
  /** What the hand does by itself when it stands there already. */
  atOnce?(): void;
}

/** The one effect of a device that waits for a hand, after its motion (README.md: 06 ends it). */
export class PersonWait {
  readonly #device: Ref1Device;
  #now: { readonly effect: RunningEffect; readonly endings: Endings; readonly timers: CancelTimer[] } | undefined;
  /** The host stopped this effect while it still moved: the motion is finished, then nobody is waited for. */
  #stopped: RunningEffect | undefined;

  constructor(device: Ref1Device) {
    this.#device = device;
  }

  get at(): Endings['at'] | undefined {
    return this.#now?.endings.at;
  }

  /** @param seconds what the command said, 1–300. */
  begin(effect: RunningEffect, seconds: number, endings: Endings): void {
    if (this.#stopped === effect) {
      this.#stopped = undefined;
      return effect.finish(endings.ended(RESULT.stopped));
    }
    const timers = [
      this.#device.wait(seconds * 1_000, () => this.end(endings.timeOver())),
      this.#device.wait(HAND_MS, () => this.#device.faults.has('takes-at-once') && endings.atOnce?.()),
    ];
    this.#now = { effect, endings, timers };
    this.#device.changed();
  }

  /** The person has done it, or time is over. */
  end(completion: Completion): void {
    this.#leave()?.effect.finish(completion);
  }

  /** Trouble: nobody can do it any more. */
  fail(result: number): void {
    if (this.#now !== undefined) this.end(this.#now.endings.ended(result));
  }

  /** 06. */
  stop(effect: RunningEffect): void {
    if (this.#now?.effect === effect) this.fail(RESULT.stopped);
    else this.#stopped = effect;
  }

  /** A reset. @returns whether the effect waited, and so has ended. */
  interrupt(effect: RunningEffect): boolean {
    if (this.#now?.effect !== effect) return false;
    const ended = this.#now.endings.ended(RESULT.stopped);
    this.#leave()?.effect.interrupt(ended);
    return true;
  }

  /** The hand is there; the rest is a motion. */
  leave(): RunningEffect | undefined {
    return this.#leave()?.effect;
  }

  /** The power is gone: its timers are void. */
  forget(): void {
    this.#now = undefined;
    this.#stopped = undefined;
  }

  #leave(): { readonly effect: RunningEffect } | undefined {
    const now = this.#now;
    for (const cancelTimer of now?.timers ?? []) cancelTimer();
    this.#now = undefined;
    return now;
  }
}

/** Seconds that a command may wait; `undefined` when they do not fit. */
export function secondsOf(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds >= 1 && seconds <= LONGEST_WAIT_S ? seconds : undefined;
}
