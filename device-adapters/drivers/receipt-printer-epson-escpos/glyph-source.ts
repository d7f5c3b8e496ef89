import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openSync } from 'fontkit';
import { contoursOf, type PathStep } from './glyph-outline.ts';
import { emptyBitmap, fillContours, type Bitmap } from './outline-fill.ts';

/** Where glyphs come from that the printer's own font has not. */
export interface GlyphSource {
  /** `notInstalled`: no font file was found; the file is named in `fontFile` of the driver's options. */
  readonly state: 'ready' | 'notInstalled';
  has(character: string): boolean;
  /** Draws a line of text: half-width characters `halfDots` wide, all others twice that, `2 × halfDots` high.
   *  Characters without a glyph leave their place empty. */
  draw(text: string, halfDots: number): Bitmap;
}

/** Debian's place for Noto Sans CJK (package fonts-noto-cjk), and where other systems put it. */
const USUAL_FILES = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
];
const require = createRequire(import.meta.url);

/** The npm package beside this program, for a machine without the system's font; a bundled program has none. */
function packagedFiles(): readonly string[] {
  try {
    return [require.resolve('node-source-han-sans-sc/SourceHanSansSC-Regular.otf')];
  } catch {
    return [];
  }
}

/** Of a collection's fonts: simplified Chinese shapes, Latin letters half as wide as Chinese ones. */
const FACE = 'NotoSansMonoCJKsc-Regular';

interface Face {
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  glyphForCodePoint(codePoint: number): {
    readonly advanceWidth: number;
    readonly path: { readonly commands: readonly PathStep[] };
  };
}

/** A printer's own font and nothing else. */
export const NO_GLYPHS: GlyphSource = {
  state: 'notInstalled',
  has: () => false,
  draw: (text, halfDots) => emptyBitmap(columnsOf(text) * halfDots, 2 * halfDots),
};

/** The font is read when the first character asks for it, and kept: 20 MB that few slips need.
 *  @param fontFile option of the driver; left out: the usual places
 *  @source glyphs: Noto Sans CJK, SIL Open Font License 1.1, installed with the system, else Source Han Sans SC, the same
 *  design, of the npm package */
export function createGlyphSource(fontFile?: string): GlyphSource {
  const file = (fontFile === undefined ? [...USUAL_FILES, ...packagedFiles()] : [fontFile]).find((path) =>
    existsSync(path),
  );
  if (file === undefined) return NO_GLYPHS;
  let face: Face | null | undefined;
  const opened = (): Face | null => (face === undefined ? (face = openFace(file)) : face);
  return {
    get state() {
      return opened() === null ? 'notInstalled' : 'ready';
    },
    has: (character) => opened()?.hasGlyphForCodePoint(character.codePointAt(0) ?? 0) ?? false,
    draw: (text, halfDots) => {
      const from = opened();
      return from === null ? NO_GLYPHS.draw(text, halfDots) : drawLine(from, text, halfDots);
    },
  };
}

/** A file of one font as it is, of a collection the face that we know.
 *  @returns `null`: a file that is no font, or a collection without that face */
function openFace(file: string): Face | null {
  try {
    const opened = openSync(file);
    const font = 'fonts' in opened ? openSync(file, FACE) : opened;
    return 'unitsPerEm' in font ? (font as unknown as Face) : null;
  } catch {
    return null;
  }
}

function drawLine(face: Face, text: string, halfDots: number): Bitmap {
  const rows = 2 * halfDots;
  const bitmap = emptyBitmap(columnsOf(text) * halfDots, rows);
  const scale = rows / face.unitsPerEm;
  // The em box is as high as the line; the font's ascent and descent reach over it a little on both sides.
  const overhang = (face.ascent - face.descent - face.unitsPerEm) / 2;
  const originY = (face.ascent - overhang) * scale;
  let column = 0;
  for (const character of text) {
    const { path, advanceWidth } = face.glyphForCodePoint(character.codePointAt(0) ?? 0);
    const columns = columnsOf(character);
    // A font whose Latin letters are not all of one width: each in the middle of its place.
    const inset = (columns * halfDots - advanceWidth * scale) / 2;
    fillContours(bitmap, contoursOf(path.commands, { scale, originX: column * halfDots + inset, originY }));
    column += columns;
  }
  return bitmap;
}

function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character <= '~' ? 1 : 2), 0);
}
