import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, Slip, SlipLine } from '@yimen/contracts/device';
import { callerFault } from '../../driver-kit/device-faults.ts';
import { columnsOf, isInPrinterFont, printable } from './charset.ts';
import type { GlyphSource } from './glyph-source.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import type { Bitmap } from './outline-fill.ts';
import { drawQr } from './qr-picture.ts';

/** One thing on the paper, ready to be put into bytes. `text` has passed `printable` and fits its line. */
export type PrintLine =
  | { readonly kind: 'text'; readonly text: string; readonly isTitle: boolean }
  /** A line with a character that the printer has not, drawn as a whole. */
  | { readonly kind: 'raster'; readonly picture: Bitmap; readonly isCentred: boolean }
  | { readonly kind: 'qr'; readonly data: Uint8Array; readonly moduleDots: number };

/** Dots of a half-width character of font A. */
const FONT_A_DOTS = 12;
const VALUE_INDENT = '  ';
/** Signs that end a clause: they stay with what they follow, no line begins with them. */
const CLOSERS = '，。、；：！？）》」』】”’…';
/** A Latin word, a run of spaces, or one Chinese character; each with its closing signs. */
const TOKEN = new RegExp(`[!-~]+[${CLOSERS}]*| +|[^ !-~][${CLOSERS}]*`, 'gu');
/** Bytes that a QR symbol of version 1, 2, 3… holds at error correction M, byte mode (ISO/IEC 18004, table 7). */
const QR_BYTES_M = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
  997, 1059, 1125, 1190, 1264,
];
const QUIET_MODULES = 8;

/** What the printer is, as far as the layout asks. */
export interface Paper {
  /** Half-width characters in a line. */
  readonly columns: number;
  readonly glyphs: GlyphSource;
  /** Who draws QR codes: the printer (GS ( k), or we, for work-alikes that have no such command. */
  readonly qr: 'printer' | 'raster';
}

/** Lays a slip out for its paper.
 *  @fault softwareError a QR code's data hold a control character, or half a character: nobody may change them, and
 *  the bytes 10 04 n inside would be executed. */
export function layOut(slip: Slip, { columns, glyphs, qr }: Paper): Result<PrintLine[], Fault> {
  const lines: PrintLine[] = [];
  for (const line of slip.lines) {
    if (line.kind !== 'qr') {
      lines.push(...textLines(line, columns, glyphs).map((laid) => drawn(laid, glyphs)));
      continue;
    }
    if (/\p{Cc}/u.test(line.data) || !line.data.isWellFormed())
      return err(callerFault('QR data with control or half characters'));
    // A symbol of nothing cannot be stored (GS ( k: at least one byte).
    if (line.data !== '') lines.push(qr === 'printer' ? qrLine(line.data, columns) : qrPicture(line.data, columns));
  }
  return ok(lines);
}

/** Breaks printable text into lines of at most `columns`: between words and between Chinese characters; a word that
 *  is too long is cut. Line breaks in the text are kept. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, columns));
}

/** A line as text, not yet looked at for characters that the printer has not. */
interface TextLine {
  readonly kind: 'text';
  readonly text: string;
  readonly isTitle: boolean;
}

function textLines(line: Exclude<SlipLine, { kind: 'qr' }>, columns: number, glyphs: GlyphSource): TextLine[] {
  const shown = (text: string): string => printable(text, (character) => glyphs.has(character));
  switch (line.kind) {
    case 'title':
      return wrap(shown(line.text), Math.floor(columns / 2)).map((text) => ({ kind: 'text', text, isTitle: true }));
    case 'text':
      return plain(wrap(shown(line.text), columns));
    case 'pair':
      return plain(pairLines(shown(line.label), shown(line.value), columns));
    case 'rule':
      return plain(['-'.repeat(columns)]);
  }
}

/** Pictures and the printer's own letters cannot stand in one line (GS v 0): one rare character makes a picture of all. */
function drawn(line: TextLine, glyphs: GlyphSource): PrintLine {
  if (isInPrinterFont(line.text, (character) => glyphs.has(character))) return line;
  const halfDots = line.isTitle ? 2 * FONT_A_DOTS : FONT_A_DOTS;
  return { kind: 'raster', picture: glyphs.draw(line.text, halfDots), isCentred: line.isTitle };
}

function plain(texts: readonly string[]): TextLine[] {
  return texts.map((text) => ({ kind: 'text', text, isTitle: false }));
}

/** Label left and value right when both fit with a space between; else the value below, indented. */
function pairLines(label: string, value: string, columns: number): string[] {
  const gap = columns - columnsOf(label) - columnsOf(value);
  if (gap >= 1 && !label.includes('\n') && !value.includes('\n')) return [`${label}${' '.repeat(gap)}${value}`];
  const below = wrap(value, columns - VALUE_INDENT.length).map((text) => `${VALUE_INDENT}${text}`);
  return [...wrap(label, columns), ...below];
}

function wrapParagraph(paragraph: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const token of paragraph.match(TOKEN) ?? []) {
    for (const part of columnsOf(token) > columns ? cut(token, columns) : [token]) {
      if (columnsOf(line) + columnsOf(part) <= columns) {
        line += part;
        continue;
      }
      lines.push(line.trimEnd());
      line = part.trimStart();
    }
  }
  return [...lines, line.trimEnd()];
}

function cut(token: string, columns: number): string[] {
  const parts: string[] = [''];
  for (const character of token) {
    const last = parts.at(-1) ?? '';
    if (columnsOf(last) + columnsOf(character) <= columns) parts[parts.length - 1] = last + character;
    else parts.push(character);
  }
  return parts;
}

/** The symbol as a picture with its quiet zone. */
function qrPicture(text: string, columns: number): PrintLine {
  return { kind: 'raster', picture: drawQr(text, columns * FONT_A_DOTS), isCentred: true };
}

/** The largest module with which the symbol and its quiet zone fit the paper. */
function qrLine(text: string, columns: number): PrintLine {
  const data = new TextEncoder().encode(text);
  const version = QR_BYTES_M.findIndex((bytes) => data.length <= bytes) + 1;
  const modules = 17 + 4 * version + QUIET_MODULES;
  const fitting = Math.floor((columns * FONT_A_DOTS) / modules);
  const moduleDots = Math.min(ESCPOS_LIMITS.moduleDotsMost, Math.max(ESCPOS_LIMITS.moduleDotsLeast, fitting));
  return { kind: 'qr', data, moduleDots };
}
