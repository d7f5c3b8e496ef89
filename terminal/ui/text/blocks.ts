import { PAGE_LIMITS } from '../limits.table.ts';

/** Characters that are drawn as wide as they are high: Chinese with its marks. All others count half. */
const WIDE = /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF\u{20000}-\u{323AF}]/u;

/** Cuts running text into pieces that stay whole on a page: sentence by sentence, long ones at a space (or anywhere where
 *  there is none) before `blockWidth`. */
export function textBlocks(text: string): readonly string[] {
  const sentences = text
    .split(/(?<=[。！？；\n])|(?<=[.!?;]\s)/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
  return sentences.flatMap(cut);
}

/** The same, but short text stays in one piece whatever its sentences. */
export function wholeBlocks(text: string): readonly string[] {
  return textWidth(text) <= PAGE_LIMITS.blockWidth ? [text] : textBlocks(text);
}

/** The beginning of a text, to stand beside its icon, and what follows in further blocks. Short text stays together. */
export function leadAndRest(text: string): { readonly lead: string; readonly rest: readonly string[] } {
  const [lead = '', ...rest] = wholeBlocks(text);
  return { lead, rest };
}

function cut(sentence: string): readonly string[] {
  const pieces: string[] = [];
  let left = sentence;
  while (textWidth(left) > PAGE_LIMITS.blockWidth) {
    const fits = Array.from(left).slice(0, charactersWithin(left, PAGE_LIMITS.blockWidth)).join('');
    const space = fits.lastIndexOf(' ');
    const piece = space > 0 ? fits.slice(0, space) : fits;
    pieces.push(piece.trim());
    left = left.slice(piece.length).trim();
  }
  return left === '' ? pieces : [...pieces, left];
}

/** How wide a text is, in halves of a Chinese character's width. */
export function textWidth(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

function charactersWithin(text: string, width: number): number {
  let used = 0;
  const characters = Array.from(text);
  const at = characters.findIndex((character) => {
    used += WIDE.test(character) ? 2 : 1;
    return used > width;
  });
  return at < 0 ? characters.length : at;
}
