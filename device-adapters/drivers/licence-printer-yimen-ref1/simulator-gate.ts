import { STATE } from '../../testing/ref1-device/model.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { MAKER_RESULT } from './simulator-results.table.ts';
import type { OldLicenceSlot } from './simulator-slot.ts';
import { UNIT } from './simulator-stock.table.ts';
import type { LicenceWorks } from './simulator-works.ts';

type Level = 'full' | 'low' | 'out';

export const MAKER_BINS = [UNIT.reject, UNIT.retract, UNIT.recovery] as const;
/** Two blanks that were drawn at once need a place each. */
const REJECT_ROOM = 2;

/** What refuses an effect before anything moved, and what the status says of it. */
export class MakerGate {
  readonly #units: Units;
  readonly #works: LicenceWorks;
  readonly #slot: OldLicenceSlot;
  readonly #faults: ReadonlySet<string>;

  constructor(units: Units, works: LicenceWorks, slot: OldLicenceSlot, faults: ReadonlySet<string>) {
    this.#units = units;
    this.#works = works;
    this.#slot = slot;
    this.#faults = faults;
  }

  trouble(): { readonly state: number; readonly fault: number } {
    if (this.#works.isJammed) return { state: STATE.hardwareError, fault: MAKER_RESULT.jam };
    if (this.#faults.has('F31')) return { state: STATE.hardwareError, fault: MAKER_RESULT.coverOpen };
    if (this.#works.isStopped) return { state: STATE.hardwareError, fault: MAKER_RESULT.mismatch };
    return { state: STATE.online, fault: this.needs() ?? this.#fullBin() ?? 0 };
  }

  /** What a make is missing. */
  needs(): number | undefined {
    if (this.#faults.has('F30')) return MAKER_RESULT.headHot;
    if (this.levels.ribbon === 'out') return MAKER_RESULT.ribbonOut;
    if (this.#works.isLaminateOut) return MAKER_RESULT.laminateOut;
    return this.#units.room(UNIT.reject) >= REJECT_ROOM ? undefined : MAKER_RESULT.binFull;
  }

  /** A pulled bin is no full one: its unit tells of it. */
  #fullBin(): number | undefined {
    return MAKER_BINS.some((bin) => this.#units.room(bin) === 0) ? MAKER_RESULT.binFull : undefined;
  }

  /** What refuses any motion at once. */
  blocked(): number | undefined {
    if (this.#faults.has('F31')) return MAKER_RESULT.coverOpen;
    return this.#works.isJammed ? MAKER_RESULT.jam : undefined;
  }

  /** What refuses every effect while staff have the units open. */
  shut(): number | undefined {
    return this.#units.isExchange ? MAKER_RESULT.exchangeActive : undefined;
  }

  open(): number | undefined {
    return this.#units.isExchange ? undefined : MAKER_RESULT.noExchange;
  }

  empty(): number | undefined {
    const isEmpty = this.#works.licence === undefined && this.#slot.old === null;
    return isEmpty ? undefined : MAKER_RESULT.licenceInside;
  }

  get levels(): { readonly ribbon: Level; readonly laminate: Level } {
    return { ribbon: this.#units.level(UNIT.ribbon), laminate: this.#works.isLaminateOut ? 'out' : 'full' };
  }
}
