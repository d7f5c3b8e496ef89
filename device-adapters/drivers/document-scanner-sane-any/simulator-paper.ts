import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';

/** Originals that a hand can bring, where they go, and how many sheets they have. */
export const ORIGINALS = {
  'form-a4': { place: 'feeder', sheets: 1 },
  'form-3-pages': { place: 'feeder', sheets: 3 },
  'id-copy': { place: 'glass', sheets: 1 },
  'household-page': { place: 'glass', sheets: 1 },
} as const;
export type Original = keyof typeof ORIGINALS;

/** Sheets that the feeder holds. */
const FEEDER_MOST = 50;

const sheetSchema = z.strictObject({
  thing: z.enum(Object.keys(ORIGINALS) as [Original, ...Original[]]),
  /** From 1. */
  page: z.int().min(1).max(FEEDER_MOST),
});
/** A sheet; what stands on it is drawn when it is scanned, and nowhere kept. */
export type Sheet = z.infer<typeof sheetSchema>;

const sheets = z.array(sheetSchema).max(FEEDER_MOST);
export const paperSchema = z.strictObject({
  glass: sheetSchema.nullable(),
  feeder: sheets,
  /** Stuck between the rollers. */
  stuck: sheets,
  isDouble: z.boolean(),
  out: sheets,
  scanned: z.int().min(0),
});
type Places = z.infer<typeof paperSchema>;

/** What the hand holds when it took sheets of several originals. */
const MIXED = 'originals';

/** Where the sheets are. */
export class PaperPath {
  #now: Places = { glass: null, feeder: [], stuck: [], isDouble: false, out: [], scanned: 0 };

  get now(): Readonly<Places> {
    return this.#now;
  }

  restore(places: Places): void {
    this.#now = places;
  }

  put(thing: Original): Result<void, string> {
    const { place, sheets: count } = ORIGINALS[thing];
    const { glass, feeder, stuck } = this.#now;
    const laid = Array.from({ length: count }, (_, n): Sheet => ({ thing, page: n + 1 }));
    if (place === 'glass') {
      if (glass !== null) return err('something lies on the glass already');
      this.#change({ glass: laid[0] ?? null });
      return ok(undefined);
    }
    if (stuck.length > 0) return err('sheets are stuck in the feeder');
    if (feeder.length + count > FEEDER_MOST) return err(`the feeder holds ${FEEDER_MOST} sheets`);
    this.#change({ feeder: [...feeder, ...laid] });
    return ok(undefined);
  }

  /** A hand takes whatever it reaches; what is stuck it does not, unless two sheets only hang together. */
  take(): Result<string, string> {
    const { glass, feeder, stuck, isDouble, out } = this.#now;
    const isHeld = stuck.length > 0 && !isDouble;
    const taken = [...(glass ? [glass] : []), ...feeder, ...out, ...(isHeld ? [] : stuck)];
    const [first] = taken;
    if (first === undefined) return err(isHeld ? 'a sheet is stuck: staff must open the cover' : 'no sheet lies there');
    this.#change({ glass: null, feeder: [], out: [], ...(!isHeld && { stuck: [], isDouble: false }) });
    return ok(taken.every(({ thing }) => thing === first.thing) ? first.thing : MIXED);
  }

  /** Staff free what is stuck; it goes to the output with the others. */
  free(): void {
    const { stuck, out } = this.#now;
    this.#change({ out: [...out, ...stuck].slice(-FEEDER_MOST), stuck: [], isDouble: false });
  }

  /** Draws sheets from the feeder. @returns the one on top; `undefined` it is empty */
  draw(count: number, how: 'through' | 'jam' | 'double'): Sheet | undefined {
    const { feeder, out, stuck } = this.#now;
    const drawn = feeder.slice(0, count);
    const isThrough = how === 'through';
    this.#change({
      feeder: feeder.slice(count),
      isDouble: how === 'double',
      ...(isThrough ? { out: [...out, ...drawn].slice(-FEEDER_MOST) } : { stuck: [...stuck, ...drawn] }),
    });
    return drawn[0];
  }

  count(): void {
    this.#change({ scanned: this.#now.scanned + 1 });
  }

  #change(changed: Partial<Places>): void {
    this.#now = { ...this.#now, ...changed };
  }
}
