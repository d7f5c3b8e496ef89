/** Width of a text in points. */
export type Measure = (text: string, size: number) => number;

/** Marks that may not begin a line, and marks that may not end one (GB/T 15834, 5.1). */
const NEVER_FIRST = new Set('、。，．：；！？）〕】》〉」』”’…—％·,.:;!?)]}%');
const NEVER_LAST = new Set('（〔【《〈「『“‘([{');

/** Words of Latin letters and digits stay whole, with what belongs to them: numbers, dates, plates, addresses. */
const PIECES = /[\p{Script=Latin}\p{N}\p{M}.,:;/'@#&+_*-]+|\s+|./gsu;
/** Bidirectional and other unseen controls could turn a line around; variation selectors have no shape of their own. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Variation_Selector}]/gu;

/** Text as it can be set: line breaks kept, odd spaces made plain, unseen controls taken out. Characters are not
 *  normalised: a name is printed with the very code points that the register holds. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n')
    .split('\n')
    .map((line) => line.replace(/[^\S\u3000]/gu, ' ').replace(UNSEEN, ''))
    .join('\n');
}

/** English text with the quotation marks of a typewriter: a Chinese font's curly ones are as wide as a character. */
export function latinText(text: string): string {
  return text.replace(/[‘’]/gu, "'").replace(/[“”]/gu, '"');
}

/** Lines of at most `width` points. Always at least one line. A word that is wider than a line is cut. */
export function breakLines(text: string, size: number, width: number, measure: Measure): readonly string[] {
  return cleanText(text)
    .split('\n')
    .flatMap((line) => breakLine(line, size, width, measure));
}

function breakLine(text: string, size: number, width: number, measure: Measure): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const unit of unitsOf(text, (piece) => measure(piece, size) <= width)) {
    if (measure(line + unit.trimEnd(), size) > width && line !== '') {
      lines.push(line.trimEnd());
      line = unit.trimStart();
    } else line += unit;
  }
  lines.push(line.trimEnd());
  return lines;
}

/** What may not be torn apart: a piece with the marks that must stay at its side. */
function unitsOf(text: string, fits: (piece: string) => boolean): readonly string[] {
  const units: string[] = [];
  for (const piece of (text.match(PIECES) ?? []).flatMap((one) => (fits(one) ? [one] : Array.from(one)))) {
    const last = units.at(-1);
    const joined = (last ?? '') + piece;
    if (last !== undefined && fits(joined) && (startsForbidden(piece) || endsForbidden(last)))
      units[units.length - 1] = joined;
    else units.push(piece);
  }
  return units;
}

function startsForbidden(piece: string): boolean {
  return NEVER_FIRST.has(Array.from(piece)[0] ?? '');
}

function endsForbidden(piece: string): boolean {
  return NEVER_LAST.has(Array.from(piece).at(-1) ?? '');
}
