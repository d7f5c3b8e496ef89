import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { err, ok, type Result } from '@yimen/contracts/base';
import { openSync } from 'fontkit';
import type { DocumentFault } from './sheet.ts';

/** What stands where the font has no shape: never nothing, so that a person sees that something is missing. */
const MISSING = '□';

/** Where a font lies. */
interface FontFile {
  readonly file: string;
  /** Which of a collection's fonts; left out: the file holds one. */
  readonly face?: string;
}

/** Debian's package fonts-noto-cjk: the same design under another name, simplified Chinese shapes. */
export const SYSTEM_FONT: FontFile = {
  file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  face: 'NotoSansCJKsc-Regular',
};

/** The glyphs of one document, in the order in which they were first used. */
export interface FontSubset {
  /** The text as glyph numbers of the subset, two bytes each in hexadecimal. */
  encode(text: string): string;
  /** By glyph number: width in thousandths of the size, and the character that a reader of the text layer gets. */
  readonly glyphs: readonly { readonly width: number; readonly character: string }[];
  /** Characters that were asked for and drawn as □. */
  readonly missing: ReadonlySet<string>;
  /** The font program with these glyphs alone: CFF (Adobe Technical Note 5176), CID-keyed. */
  program(): Uint8Array;
}

/** A font that documents are set in: outlines are CFF. */
export interface DocumentFont {
  readonly postscriptName: string;
  /** In thousandths of the size. */
  readonly metrics: {
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly box: readonly [number, number, number, number];
  };
  has(character: string): boolean;
  /** Width in points. No kerning: the same text is as wide wherever it is measured. */
  widthOf(text: string, size: number): number;
  subset(): FontSubset;
}

interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
}

/** What is used of fontkit; its published types lack `encode` of a subset. */
interface Face {
  readonly postscriptName: string;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  hasGlyphForCodePoint(codePoint: number): boolean;
  glyphForCodePoint(codePoint: number): Glyph;
  createSubset(): { includeGlyph(glyph: Glyph): number; encode(): Uint8Array };
}

/** Opens the font of the npm package, or, in an image without it, that of the system.
 *  @param files where to look instead, the first that opens
 *  @source Source Han Sans SC 2.001 (Adobe; Noto Sans CJK SC is the same design), SIL Open Font License 1.1 */
export function openDocumentFont(
  files: readonly FontFile[] = [...packagedFont(), SYSTEM_FONT],
): Result<DocumentFont, DocumentFault> {
  for (const candidate of files) {
    const face = openFace(candidate);
    if (face !== null) return ok(fontOf(face));
  }
  return err({ code: 'fontMissing', install: 'npm node-source-han-sans-sc or Debian fonts-noto-cjk' });
}

function packagedFont(): readonly FontFile[] {
  const require = createRequire(import.meta.url);
  try {
    return [{ file: require.resolve('node-source-han-sans-sc/SourceHanSansSC-Regular.otf') }];
  } catch {
    // A bundled program has no packages beside it.
    return [];
  }
}

function openFace({ file, face }: FontFile): Face | null {
  if (!existsSync(file)) return null;
  try {
    const font = openSync(file, face);
    return 'unitsPerEm' in font ? (font as unknown as Face) : null;
  } catch {
    return null;
  }
}

function fontOf(face: Face): DocumentFont {
  const thousandths = (units: number): number => Math.round((units * 1000) / face.unitsPerEm);
  const has = (character: string): boolean => face.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
  const glyphOf = (character: string): Glyph =>
    face.glyphForCodePoint((has(character) ? character : MISSING).codePointAt(0) ?? 0);
  const widths = new Map<string, number>();
  const widthOf = (character: string): number => {
    const known = widths.get(character) ?? thousandths(glyphOf(character).advanceWidth);
    widths.set(character, known);
    return known;
  };
  const { minX, minY, maxX, maxY } = face.bbox;
  return {
    postscriptName: face.postscriptName,
    metrics: {
      ascent: thousandths(face.ascent),
      descent: thousandths(face.descent),
      capHeight: thousandths(face.capHeight),
      box: [thousandths(minX), thousandths(minY), thousandths(maxX), thousandths(maxY)],
    },
    has,
    widthOf: (text, size) => (Array.from(text).reduce((sum, one) => sum + widthOf(one), 0) * size) / 1000,
    subset: () => subsetOf(face, { has, glyphOf, widthOf }),
  };
}

interface Lookup {
  readonly has: (character: string) => boolean;
  readonly glyphOf: (character: string) => Glyph;
  readonly widthOf: (character: string) => number;
}

function subsetOf(face: Face, { has, glyphOf, widthOf }: Lookup): FontSubset {
  const cut = face.createSubset();
  // Glyph 0 is the font's own “no such glyph”; it is part of every subset and never used.
  const glyphs: { width: number; character: string }[] = [{ width: 1000, character: MISSING }];
  const numbers = new Map<string, number>();
  const missing = new Set<string>();
  const numberOf = (character: string): number => {
    const known = numbers.get(character);
    if (known !== undefined) return known;
    if (!has(character)) missing.add(character);
    const number = cut.includeGlyph(glyphOf(character));
    numbers.set(character, number);
    glyphs[number] ??= { width: widthOf(character), character: has(character) ? character : MISSING };
    return number;
  };
  return {
    encode: (text) => Array.from(text, (character) => numberOf(character).toString(16).padStart(4, '0')).join(''),
    glyphs,
    missing,
    program: () => cut.encode(),
  };
}
