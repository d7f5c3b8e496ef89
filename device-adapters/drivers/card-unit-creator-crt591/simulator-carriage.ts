import type { CardPath } from '../../testing/card-path.ts';
import type { RetainBin } from './simulator-bin.ts';
import { ERROR, REFUSALS } from './simulator-errors.table.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import type { Answer, StatusBytes } from './simulator-frames.ts';
import type { CardStack } from './simulator-stack.ts';

/** PM of 32. */
const MOVE = { toGate: 0x30, toIc: 0x31, toRf: 0x32, toBin: 0x33, eject: 0x39 } as const;
const TO_GATE: readonly number[] = [MOVE.toGate, MOVE.eject];
const TO_READ_POSITION: readonly number[] = [MOVE.toIc, MOVE.toRf];

export interface CarriageParts {
  readonly path: CardPath;
  readonly faults: Set<OwnFault>;
  /** `undefined`: none fitted. */
  readonly stack: CardStack | undefined;
  readonly bin: RetainBin;
  /** Where a fed card comes to rest: variants differ. */
  readonly feedsTo: 'gate' | 'readPosition';
  /** From here down ST1 says "few". */
  readonly fewCards: number;
}

/** The motors: between gate and read position, out of the stack, into the bin. */
export class Carriage {
  readonly #parts: CarriageParts;
  /** Whether the last init told the counter to work. */
  isCounting = false;

  constructor(parts: CarriageParts) {
    this.#parts = parts;
  }

  /** ST0 ST1 ST2 as they are now. */
  get status(): StatusBytes {
    return [this.#st0(), this.#st1(), this.#isBinFull() ? 0x31 : 0x30];
  }

  get hasCard(): boolean {
    return this.#st0() !== 0x30;
  }

  move(pm: number): Answer {
    const { faults, path } = this.#parts;
    if (path.place === 'jammed') return { error: ERROR.jam };
    const refusal = REFUSALS.find((code) => faults.has(`error-${code}`));
    if (refusal !== undefined) return { error: refusal };
    const isHeld = path.place === 'gate' && faults.has('F21');
    if (!this.hasCard) return this.#fromStack(pm);
    if (faults.has('false-ok') || faults.delete('no-reply-no-move')) return {};
    if (isHeld) return { error: pm === MOVE.toBin ? ERROR.pulled : ERROR.jam };
    const hand = ([ERROR.movedByHand16, ERROR.movedByHand] as const).find((code) => faults.has(`error-${code}`));
    if (hand !== undefined) return this.#pulledOut(hand);
    if (TO_GATE.includes(pm)) return this.#moveTo('gate', 'jam-on-eject');
    if (TO_READ_POSITION.includes(pm)) return this.#moveTo('readPosition', 'F01');
    return pm === MOVE.toBin ? this.#toBin() : { error: ERROR.parameter };
  }

  /** Nothing is inside: "to the IC position" feeds a card, and so do the other ways out of an empty path where there is a
   *  stack. */
  #fromStack(pm: number): Answer {
    const { faults, path, stack, feedsTo } = this.#parts;
    const isFeed = pm === MOVE.toIc || (stack !== undefined && (TO_GATE.includes(pm) || pm === MOVE.toRf));
    // A card that is with the endorsement printer is not in this unit, and the path behind is not free.
    if (!isFeed || path.card !== undefined) return { error: ERROR.order };
    if (faults.has('false-ok') || faults.delete('no-reply-no-move')) return {};
    if (stack === undefined || this.#isStackEmpty()) return { error: ERROR.stackEmpty };
    const isJam = faults.delete('jam-on-feed') || faults.has('error-10');
    const to = TO_GATE.includes(pm) ? 'gate' : pm === MOVE.toRf ? 'readPosition' : feedsTo;
    stack.feed(isJam ? 'readPosition' : to, faults.has('F16') ? 2 : 1);
    if (!isJam) return {};
    path.jam();
    return { error: ERROR.jam };
  }

  #moveTo(to: 'gate' | 'readPosition', jam: OwnFault): Answer {
    if (this.#jams(jam)) return { error: ERROR.jam };
    this.#parts.path.move(to);
    return {};
  }

  #toBin(): Answer {
    const { faults, path, bin, stack } = this.#parts;
    if (this.#isBinFull()) return { error: ERROR.binFull };
    if (bin.isOverflowing || faults.has('error-50')) return { error: ERROR.counterOverflow };
    if (this.#jams('jam-on-capture')) return { error: ERROR.jam };
    if (faults.has('pulled-on-capture') || faults.has('error-40')) return this.#pulledOut(ERROR.pulled);
    bin.drop(Math.max(1, stack?.carried.length ?? 0), this.isCounting);
    path.move('bin');
    return {};
  }

  #jams(fault: OwnFault): boolean {
    const { faults, path } = this.#parts;
    const isJam = faults.has(fault) || faults.has('error-10');
    if (isJam) path.jam();
    return isJam;
  }

  /** A hand pulls the card out of the rollers. */
  #pulledOut(code: string): Answer {
    this.#parts.path.move('gate');
    this.#parts.path.take();
    return { error: code };
  }

  #st0(): number {
    const { place } = this.#parts.path;
    if (place === 'gate') return 0x31;
    return place === 'readPosition' ? 0x32 : 0x30;
  }

  #st1(): number {
    if (this.#isStackEmpty()) return 0x30;
    return (this.#parts.stack?.count ?? 0) <= this.#parts.fewCards ? 0x31 : 0x32;
  }

  #isStackEmpty(): boolean {
    const { faults, stack } = this.#parts;
    return stack === undefined || stack.count === 0 || faults.has('F15') || faults.has('error-A0');
  }

  #isBinFull(): boolean {
    return this.#parts.bin.isFull || this.#parts.faults.has('error-A1');
  }
}
