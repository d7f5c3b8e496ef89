import type { Ref1Device } from './device.ts';
import type { Completion } from './effect-memory.ts';
import type { RunningEffect } from './model.ts';

/** What a motor does from an effect's acceptance to its end. */
export interface Motion {
  /** For the page: `print`. */
  readonly name: string;
  readonly ms: number;
  /** What happens on the way, by fraction of the time; a completion ends the motion there. */
  readonly moments?: readonly Moment[];
  /** `undefined` when the effect goes on without a motor: it waits for a person. */
  end(): Completion | undefined;
}
interface Moment {
  readonly at: number;
  run(): Completion | undefined;
}

/** A watcher sees the bar move in steps of this. */
const TICK_MS = 1_000;
const DIP_AT = 0.5;

/** The one motion of a device: its moments in order, the power dip in its middle, how far it is. */
export class MotionRunner {
  readonly #device: Ref1Device;
  #now: { readonly effect: RunningEffect; readonly motion: Motion; readonly beganMs: number } | undefined;

  constructor(device: Ref1Device) {
    this.#device = device;
  }

  /** `null` when nothing moves. */
  get progress(): { readonly step: string; readonly percent: number } | null {
    if (this.#now === undefined || this.#now.effect.isOver) return null;
    const { motion, beganMs } = this.#now;
    const percent = Math.floor(((this.#device.nowMs() - beganMs) * 100) / motion.ms);
    return { step: motion.name, percent: Math.min(99, Math.max(0, percent)) };
  }

  run(effect: RunningEffect, motion: Motion): void {
    this.#now = { effect, motion, beganMs: this.#device.nowMs() };
    const moments = [...(motion.moments ?? []), { at: DIP_AT, run: () => this.#dip() }, ...ticks(motion.ms)];
    this.#next(
      moments.toSorted((a, b) => a.at - b.at),
      0,
    );
  }

  /** Ends what runs in the middle. */
  stop(completion: Completion): void {
    this.#now?.effect.finish(completion);
  }

  /** The power is gone: nothing moves. */
  forget(): void {
    this.#now = undefined;
  }

  #next(moments: readonly Moment[], from: number): void {
    const now = this.#now;
    if (now === undefined) return;
    const [moment, ...rest] = moments;
    const at = moment?.at ?? 1;
    this.#device.pace((at - from) * now.motion.ms, () => {
      if (this.#now !== now || now.effect.isOver) return;
      const ended = moment === undefined ? now.motion.end() : moment.run();
      if (ended !== undefined) now.effect.finish(ended);
      else if (moment === undefined) this.#now = undefined;
      else {
        this.#device.changed();
        this.#next(rest, at);
      }
    });
  }

  #dip(): undefined {
    if (this.#device.faults.delete('power-dip')) this.#device.powerDip();
  }
}

function ticks(ms: number): Moment[] {
  const count = Math.max(0, Math.ceil(ms / TICK_MS) - 1);
  return Array.from({ length: count }, (_, i) => ({ at: ((i + 1) * TICK_MS) / ms, run: () => undefined }));
}
