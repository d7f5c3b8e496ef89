import type { CardPosition, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';

/** How long a card that nobody sent there has been at the gate (fault F21: something in the throat may hold it). */
export class GateWatch {
  #position: CardPosition = 'unknown';
  #foreignSince: number | undefined;

  /** @param nowMs monotonic */
  see(position: CardPosition, nowMs: number): void {
    // From inside, or found there at the start, it is one that the unit itself presented.
    if (position !== 'gate') this.#foreignSince = undefined;
    else if (this.#position === 'none') this.#foreignSince = nowMs;
    this.#position = position;
  }

  /** What is seen at the gate next comes from inside. */
  presents(): void {
    this.#position = 'unknown';
    this.#foreignSince = undefined;
  }

  foreignMs(nowMs: number): number {
    return this.#foreignSince === undefined ? 0 : nowMs - this.#foreignSince;
  }
}

/** Something in the throat may hold a card that was put in; only a technician may say that it is nothing. */
export function trapped(): Fault {
  return deviceFault('fraudAttempt', 'a card at the gate is neither drawn in nor taken away', 'maintenance');
}
