import { STATE } from '../../testing/ref1-device/model.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import type { LockerArm } from './simulator-arm.ts';
import { LOCKER_RESULT } from './simulator-results.table.ts';
import { UNIT } from './simulator-stock.table.ts';

export const LOCKER_BINS = [UNIT.retract, UNIT.reject] as const;
/** Two documents that stick together need a place each. */
const REJECT_ROOM = 2;

/** What refuses an effect before anything moved, and what the status says of it. */
export class LockerGate {
  readonly #units: Units;
  readonly #arm: LockerArm;
  readonly #faults: ReadonlySet<string>;

  constructor(units: Units, arm: LockerArm, faults: ReadonlySet<string>) {
    this.#units = units;
    this.#arm = arm;
    this.#faults = faults;
  }

  trouble(): { readonly state: number; readonly fault: number } {
    if (this.#arm.isJammed) return { state: STATE.hardwareError, fault: LOCKER_RESULT.jam };
    if (this.#faults.has('F31')) return { state: STATE.hardwareError, fault: LOCKER_RESULT.coverOpen };
    if (this.#arm.isStopped) return { state: STATE.hardwareError, fault: LOCKER_RESULT.mismatch };
    // A pulled bin is no full one: its unit tells of it.
    const isFull = this.#units.room(UNIT.retract) === 0 || this.room() !== undefined;
    return { state: STATE.online, fault: isFull ? LOCKER_RESULT.binFull : 0 };
  }

  /** What refuses any motion at once. */
  blocked(): number | undefined {
    if (this.#faults.has('F31')) return LOCKER_RESULT.coverOpen;
    return this.#arm.isJammed ? LOCKER_RESULT.jam : undefined;
  }

  empty(): number | undefined {
    return this.#arm.carried.length === 0 ? undefined : LOCKER_RESULT.atExit;
  }

  /** What refuses every effect while staff have the door open. */
  shut(): number | undefined {
    return this.#units.isExchange ? LOCKER_RESULT.exchangeActive : undefined;
  }

  open(): number | undefined {
    return this.#units.isExchange ? undefined : LOCKER_RESULT.noExchange;
  }

  /** What refuses to fetch: another document than was asked for would have no place to go. */
  room(): number | undefined {
    return this.#units.room(UNIT.reject) >= REJECT_ROOM ? undefined : LOCKER_RESULT.binFull;
  }
}
