/** The word that was probably meant: the one that holds what was typed (`gm65` of a long driver id), or the one with the
 *  fewest letters to change, where these are few.
 *  @returns `undefined` when nothing is near, or two are equally near */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase().slice(0, LONGEST);
  const holding = wanted.length < SHORTEST_PART ? [] : words.filter((word) => word.includes(wanted));
  if (holding.length === 1) return holding[0];
  const ranked = words
    .map((word) => ({ word, changes: changesBetween(wanted, word) }))
    .toSorted((a, b) => a.changes - b.changes);
  const [best, next] = ranked;
  if (best === undefined || best.changes > Math.max(1, Math.floor(best.word.length / 3))) return undefined;
  return next?.changes === best.changes ? undefined : best.word;
}

/** ` (did you mean X?)`, or nothing. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const near = nearestWord(typed, words);
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/** A typed word is compared up to here. */
const LONGEST = 80;
/** Shorter parts are in many words by chance. */
const SHORTEST_PART = 3;

/** How many letters must be put in, left out or changed (Levenshtein). */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [i, letter] of Array.from(a).entries()) {
    const above = row;
    row = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const changed = (above[j] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(changed, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
