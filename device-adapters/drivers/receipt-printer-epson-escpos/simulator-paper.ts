import { z } from 'zod';
import { isPrinted, slipPartSchema, type SlipPart } from './simulator-slip.ts';

/** The roll and the way of the paper. Lengths of the machine are assumed from an 80 mm printer of this class. */
export const PAPER = {
  dotsPerMm: 8,
  /** A full roll, 80 mm in diameter. */
  rollMm: 80_000,
  /** Where the near-end sensor tips over. */
  nearEndMm: 2_000,
  /** From the head to the blade: what was printed last has not reached the blade yet. */
  headToBladeDots: 120,
  /** Pieces of one strip that are remembered; the largest slip of the port has some 800 lines. */
  stripParts: 1_000,
  /** Slips that hang out at once; older ones have fallen. */
  hangingSlips: 8,
  /** What one bench state file has room for, in characters. */
  keptCharacters: 100_000,
} as const;

const keptSchema = z.strictObject({
  rollMm: z.number().min(0).max(PAPER.rollMm),
  slips: z.int().min(0),
  strip: z.array(slipPartSchema).max(PAPER.stripParts),
  hanging: z.array(z.array(slipPartSchema).max(PAPER.stripParts)).max(PAPER.hangingSlips),
});

/** The roll, the strip that is being printed, and the slips that hang from the mouth. */
export class PaperPath {
  #rollMm: number;
  #slips = 0;
  /** From the blade to the head and everything uncut: top to bottom. */
  #strip: SlipPart[] = [];
  #hanging: SlipPart[][] = [];

  constructor(rollMm: number) {
    this.#rollMm = rollMm;
  }

  get level(): 'ok' | 'low' | 'out' {
    if (this.#rollMm <= 0) return 'out';
    return this.#rollMm <= PAPER.nearEndMm ? 'low' : 'ok';
  }

  get rollMm(): number {
    return this.#rollMm;
  }

  /** Slips cut since the first day. */
  get slips(): number {
    return this.#slips;
  }

  get strip(): readonly SlipPart[] {
    return this.#strip;
  }

  get hanging(): readonly (readonly SlipPart[])[] {
    return this.#hanging;
  }

  /** @param continues true for the next band of the picture that was printed last */
  print(part: SlipPart, continues = false): void {
    this.#rollMm = Math.max(0, this.#rollMm - part.dots / PAPER.dotsPerMm);
    const last = this.#strip.at(-1);
    if (continues && part.kind === 'image' && last?.kind === 'image') {
      this.#strip[this.#strip.length - 1] = { ...last, rows: last.rows + part.rows, dots: last.dots + part.dots };
      return;
    }
    this.#strip.push(part);
    if (this.#strip.length > PAPER.stripParts) this.#strip.shift();
  }

  /** Cuts at the blade. What lies between blade and head stays in the machine and begins the next slip; a piece
   *  without ink is no slip and falls. */
  cut(): void {
    const inside: SlipPart[] = [];
    let wanting: number = PAPER.headToBladeDots;
    while (wanting > 0) {
      const last = this.#strip.at(-1);
      if (last === undefined) break;
      const part = isPrinted(last) ? last : ({ kind: 'feed', dots: last.dots } as const);
      // A line under the blade is cut through; most of it goes with the slip.
      if (part.kind !== 'feed' && part.dots > wanting) break;
      this.#strip.pop();
      inside.unshift({ ...part, dots: Math.min(part.dots, wanting) });
      if (part.dots > wanting) this.#strip.push({ kind: 'feed', dots: part.dots - wanting });
      wanting -= part.dots;
    }
    if (this.#strip.some(isPrinted)) {
      this.#slips += 1;
      this.#hanging = [...this.#hanging, this.#strip].slice(-PAPER.hangingSlips);
    }
    this.#strip = inside;
  }

  /** A hand takes everything that hangs out. */
  take(): boolean {
    const isHanging = this.#hanging.length > 0;
    this.#hanging = [];
    return isHanging;
  }

  /** Staff tear off what is half printed. */
  tearOff(): void {
    this.#strip = [];
  }

  /** Winds the roll down to at most `mm`. */
  wear(mm: number): void {
    this.#rollMm = Math.min(this.#rollMm, mm);
  }

  load(): void {
    this.#rollMm = PAPER.rollMm;
  }

  /** Of more paper than is worth keeping, the oldest is left out. */
  save(): unknown {
    const kept = { rollMm: this.#rollMm, slips: this.#slips, strip: this.#strip, hanging: [...this.#hanging] };
    const isTooMuch = (): boolean => JSON.stringify(kept).length > PAPER.keptCharacters;
    while (kept.hanging.length > 0 && isTooMuch()) kept.hanging.shift();
    return isTooMuch() ? { ...kept, strip: [] } : kept;
  }

  /** What is not from `save` is left aside: the printer then begins as a new one. */
  restore(kept: unknown): void {
    const read = keptSchema.safeParse(kept);
    if (!read.success) return;
    this.#rollMm = read.data.rollMm;
    this.#slips = read.data.slips;
    this.#strip = read.data.strip;
    this.#hanging = read.data.hanging;
  }
}
