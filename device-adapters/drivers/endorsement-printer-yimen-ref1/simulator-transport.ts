import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import type { Completion, DeviceEvidence } from '../../testing/ref1-device/effect-memory.ts';
import { RESULT } from '../../testing/ref1-device/model.ts';
import type { Motion } from '../../testing/ref1-device/motion.ts';
import { EVIDENCE, PRINTER_RESULT, PRINTER_TIMES } from './simulator-results.table.ts';

/** Where in a motion the card leaves its place. */
const LEAVES_AT = 0.3;

/** The printer's part of the card path: its rollers, the passage to the card unit, and what its sensors see. */
export class CardTransport {
  /** Whether the motion under way has changed anything yet. */
  hasTouched = false;
  readonly #path: CardPath;
  readonly #faults: ReadonlySet<string>;
  /** Neither at the card unit nor in the print path. */
  #isBetween = false;
  /** The card unit can jam the card too: which of us holds it. */
  #isJamHere = false;

  constructor(path: CardPath, faults: ReadonlySet<string>) {
    this.#path = path;
    this.#faults = faults;
    path.onChange(() => {
      if (path.place !== 'jammed') this.#isJamHere = false;
      if (path.place !== 'printer') this.#isBetween = false;
    });
  }

  /** The card inside, whichever way it got there. */
  get card(): SimulatedPermit | undefined {
    return this.#path.place === 'printer' || this.#isJamHere ? this.#path.card : undefined;
  }

  get isJammed(): boolean {
    return this.#isJamHere;
  }

  get position(): 'none' | 'printPath' | 'between' {
    if (this.card === undefined) return 'none';
    return this.#isBetween || this.#isJamHere ? 'between' : 'printPath';
  }

  get media(): 'notPresent' | 'present' | 'jammed' {
    if (this.#isJamHere) return 'jammed';
    return this.card === undefined ? 'notPresent' : 'present';
  }

  jam(): Completion {
    this.#isJamHere = true;
    this.#path.jam();
    return { result: PRINTER_RESULT.jam, motion: 1 };
  }

  /** Hall staff free a card that is stuck here. */
  unjam(): void {
    if (this.#isJamHere) this.#path.unjam('readPosition');
  }

  /** Whether a card stands at the read position is the card unit's to know: this one has to pull. */
  taking(): Motion {
    const draw = (): Completion | undefined => {
      if (this.#faults.has('passage-stuck')) return { result: PRINTER_RESULT.passageStuck, motion: 0 };
      if (this.#path.place !== 'readPosition') return { result: PRINTER_RESULT.noCard, motion: 0 };
      this.hasTouched = true;
      this.#isBetween = true;
      this.#path.move('printer');
      return undefined;
    };
    const moments = [{ at: LEAVES_AT, run: draw }];
    return { name: 'take', ms: PRINTER_TIMES.transport, moments, end: () => this.#arrive() };
  }

  handingBack(name = 'hand back', ms: number = PRINTER_TIMES.transport): Motion {
    const leave = (): Completion | undefined => {
      if (this.#faults.has('passage-stuck')) return { result: PRINTER_RESULT.passageStuck, motion: 0 };
      this.hasTouched = true;
      this.#isBetween = true;
      return undefined;
    };
    const end = (): Completion => {
      const moved = this.#path.move('readPosition');
      return moved.ok ? done(position('handedBack')) : { result: PRINTER_RESULT.jam, motion: 2 };
    };
    return { name, ms, moments: [{ at: LEAVES_AT, run: leave }], end };
  }

  /** @param toUnit whether the card shall go back to the card unit */
  resetting(toUnit: boolean): Motion {
    const ms = PRINTER_TIMES.reset;
    if (this.#isJamHere) return { name: 'reset', ms, end: () => ({ result: PRINTER_RESULT.jam, motion: 0 }) };
    if (this.card === undefined) return { name: 'reset', ms, end: () => done(position('noCard')) };
    return toUnit ? this.handingBack('reset', ms) : { name: 'reset', ms, end: () => this.#arrive() };
  }

  save(): { readonly isBetween: boolean; readonly isJamHere: boolean } {
    return { isBetween: this.#isBetween, isJamHere: this.#isJamHere };
  }

  /** The card itself was put back on the path before. */
  restore({ isBetween, isJamHere }: ReturnType<CardTransport['save']>): void {
    this.#isBetween = isBetween && this.#path.place === 'printer';
    this.#isJamHere = isJamHere && this.#path.place === 'jammed';
  }

  #arrive(): Completion {
    this.#isBetween = false;
    return done(position('printPath'));
  }
}

function done(evidence: DeviceEvidence): Completion {
  return { result: RESULT.well, motion: 1, evidence: [evidence] };
}

function position(detail: string): DeviceEvidence {
  return { kind: EVIDENCE.position, access: EVIDENCE.inside, detail };
}
