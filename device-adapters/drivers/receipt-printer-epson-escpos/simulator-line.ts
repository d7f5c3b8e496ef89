import { NO_GLYPH } from './simulator-glyphs.ts';
import { PAPER } from './simulator-paper.ts';
import type { SlipPart } from './simulator-slip.ts';

/** The head of an 80 mm printer with 48 columns, and its cells.
 *  @source Epson ESC/POS command reference, ESC M (12×24, 9×17) and FS & (24×24); 576 dots at 8 to the millimetre */
export const HEAD = {
  widthDots: 576,
  fontA: { wide: 12, high: 24 },
  fontB: { wide: 9, high: 17 },
  chinese: 24,
} as const;
/** 1/6 inch: ESC 2. */
export const LINE_SPACING = Math.round((25.4 / 6) * PAPER.dotsPerMm);
const TAB_COLUMNS = 8;

interface Size {
  width: number;
  height: number;
}

/** Everything that ESC @ puts back. */
export interface PrintModes {
  align: 'left' | 'center' | 'right';
  isEmphasised: boolean;
  isDoubleStruck: boolean;
  font: 'A' | 'B';
  latin: Size;
  chinese: Size;
  isChinese: boolean;
  /** International set: 0 USA, 15 China, with which a printer sold there starts. */
  set: number;
  spacingDots: number;
}

function powerOnModes(): PrintModes {
  return {
    align: 'left',
    isEmphasised: false,
    isDoubleStruck: false,
    font: 'A',
    latin: { width: 1, height: 1 },
    chinese: { width: 1, height: 1 },
    isChinese: false,
    set: 15,
    spacingDots: LINE_SPACING,
  };
}

type Line = Extract<SlipPart, { kind: 'text' }>;

/** The print buffer of one line. A character that does not fit prints the line and begins the next. */
export class LineBuffer {
  readonly modes: PrintModes = powerOnModes();
  #text = '';
  #usedDots = 0;
  #highDots = 0;
  #width = 1;
  #height = 1;
  #isBold = false;

  /** ESC @. */
  initialise(): void {
    this.clear();
    Object.assign(this.modes, powerOnModes());
  }

  /** Forgets the characters and keeps the modes. */
  clear(): void {
    this.#text = '';
    this.#usedDots = 0;
    this.#highDots = 0;
    this.#width = 1;
    this.#height = 1;
    this.#isBold = false;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** @returns the line that had to be printed to make room */
  addLatin(glyph: string): Line | undefined {
    const { font, latin, set } = this.modes;
    const cell = font === 'A' ? HEAD.fontA : HEAD.fontB;
    // The one place of the Chinese set that differs.
    return this.#add(set === 15 && glyph === '$' ? '¥' : glyph, cell.wide, cell.high, latin);
  }

  /** @returns the line that had to be printed to make room */
  addChinese(glyph: string): Line | undefined {
    return this.#add(glyph, HEAD.chinese, HEAD.chinese, this.modes.chinese);
  }

  /** HT: to the next eighth column; without one left on the line nothing happens. */
  tab(): void {
    const step = TAB_COLUMNS * HEAD.fontA.wide;
    const to = (Math.floor(this.#usedDots / step) + 1) * step;
    while (this.#usedDots < to && to < HEAD.widthDots) {
      if (this.addLatin(' ') !== undefined) return;
    }
  }

  /** Takes the line out for printing.
   *  @param feedDots how far the paper goes on, when that is more than the characters need */
  take(feedDots: number = this.modes.spacingDots): Line {
    const line: Line = {
      kind: 'text',
      text: this.#text,
      align: this.modes.align,
      width: this.#width,
      height: this.#height,
      isBold: this.#isBold,
      dots: Math.max(this.#highDots, feedDots),
    };
    this.clear();
    return line;
  }

  #add(glyph: string, wide: number, high: number, size: Size): Line | undefined {
    const dots = wide * size.width;
    const full = this.#usedDots + dots > HEAD.widthDots ? this.take() : undefined;
    this.#text += glyph === '' ? NO_GLYPH : glyph;
    this.#usedDots += dots;
    this.#highDots = Math.max(this.#highDots, high * size.height);
    this.#width = Math.max(this.#width, size.width);
    this.#height = Math.max(this.#height, size.height);
    this.#isBold ||= this.modes.isEmphasised || this.modes.isDoubleStruck;
    return full;
  }
}
