import { z } from 'zod';

/** Sheets that fit, and from where on it is low. */
export const PAPER = { tray: 250, lowAt: 25, output: 150 } as const;
/** Per cent of a full cartridge. */
export const TONER = { full: 100, lowAt: 10, perSheet: 0.05 } as const;

/** A sheet in the output tray. Of what stands on it only this is known. */
const sheetSchema = z.strictObject({
  jobId: z.int(),
  sheet: z.int(),
  sheets: z.int(),
  /** First and last page on it. */
  pages: z.tuple([z.int(), z.int()]),
  isColour: z.boolean(),
});
export type PrintedSheet = z.infer<typeof sheetSchema>;

const level = z.number().min(0).max(TONER.full);
export const paperSchema = z.strictObject({
  sheets: z.int().min(0).max(PAPER.tray),
  black: level,
  colour: level,
  isTrayIn: z.boolean(),
  isCoverOpen: z.boolean(),
  isJammed: z.boolean(),
  out: z.array(sheetSchema).max(PAPER.output),
  printed: z.int().min(0),
});

/** Where paper and toner are. */
export class PaperWorks {
  #now: z.infer<typeof paperSchema> = {
    sheets: PAPER.tray,
    black: TONER.full,
    colour: TONER.full,
    isTrayIn: true,
    isCoverOpen: false,
    isJammed: false,
    out: [],
    printed: 0,
  };

  get now(): Readonly<z.infer<typeof paperSchema>> {
    return this.#now;
  }

  change(changed: Partial<z.infer<typeof paperSchema>>): void {
    this.#now = { ...this.#now, ...changed };
  }

  /** A pack of paper goes into the tray, and the tray in. */
  fill(): void {
    this.change({ sheets: PAPER.tray, isTrayIn: true });
  }

  renewToner(): void {
    this.change({ black: TONER.full, colour: TONER.full });
  }

  /** A hand takes everything that lies there. @returns whether something did */
  take(): boolean {
    const lay = this.#now.out.length > 0;
    this.change({ out: [] });
    return lay;
  }

  /** Why the next sheet cannot be printed, in RFC 8011's words (§5.4.12) without their suffix. */
  hindrances(isColour: boolean): string[] {
    const { sheets, black, colour, isTrayIn, isCoverOpen, isJammed, out } = this.#now;
    return [
      ...(isJammed ? ['media-jam'] : []),
      ...(isCoverOpen ? ['cover-open'] : []),
      ...(isTrayIn ? [] : ['input-tray-missing']),
      ...(isTrayIn && sheets === 0 ? ['media-empty'] : []),
      ...(out.length >= PAPER.output ? ['output-area-full'] : []),
      ...(black === 0 ? ['toner-empty'] : []),
      ...(isColour && colour === 0 ? ['marker-supply-empty'] : []),
    ];
  }

  /** What will be a hindrance soon. */
  warnings(): string[] {
    const { sheets, black, colour, isTrayIn } = this.#now;
    return [
      ...(isTrayIn && sheets > 0 && sheets <= PAPER.lowAt ? ['media-low'] : []),
      ...(black > 0 && black <= TONER.lowAt ? ['toner-low'] : []),
      ...(colour > 0 && colour <= TONER.lowAt ? ['marker-supply-low'] : []),
    ];
  }

  /** A sheet leaves the tray. Whether it comes out is another matter. */
  feed(): void {
    this.change({ sheets: Math.max(0, this.#now.sheets - 1) });
  }

  /** It comes out. */
  print(sheet: PrintedSheet): void {
    const { black, colour, out, printed } = this.#now;
    const used = (was: number): number => Math.max(0, Math.round((was - TONER.perSheet) * 100) / 100);
    this.change({
      black: used(black),
      colour: sheet.isColour ? used(colour) : colour,
      out: [...out, sheet].slice(-PAPER.output),
      printed: printed + 1,
    });
  }
}

/** What a person reads on the sheet. */
export function sheetText({ jobId, sheet, sheets, pages: [first, last], isColour }: PrintedSheet): string {
  const pages = first === last ? `page ${first}` : `pages ${first}–${last}`;
  return `job ${jobId} · sheet ${sheet} of ${sheets} · ${pages} · ${isColour ? 'colour' : 'mono'}`;
}

/** Pages of a PDF whose page objects are not compressed; 0 when it is no PDF. A PDF without one that is seen counts as one. */
export function pagesOf(document: Uint8Array): number {
  const text = Buffer.from(document.buffer, document.byteOffset, document.byteLength).toString('latin1');
  if (!text.startsWith('%PDF-')) return 0;
  return Math.max(1, text.match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 0);
}
