import { PAGE_LIMITS } from '../limits.table.ts';

/** Cuts running text into pieces that stay whole on a page: sentence by sentence, long ones at `blockChars`. */
export function textBlocks(text: string): readonly string[] {
  const sentences = text
    .split(/(?<=[。！？；\n])|(?<=[.!?;]\s)/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
  return sentences.flatMap(cut);
}

function cut(sentence: string): readonly string[] {
  const characters = [...sentence];
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += PAGE_LIMITS.blockChars) {
    pieces.push(characters.slice(at, at + PAGE_LIMITS.blockChars).join(''));
  }
  return pieces;
}
