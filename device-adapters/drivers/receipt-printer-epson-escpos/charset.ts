import iconv from 'iconv-lite';

/** Characters that GBK has in another shape, or that have no shape at all. */
const REPLACED: Readonly<Record<string, string>> = {
  // The yen sign of Latin-1 is not in GBK; the full-width one is the same sign to a reader.
  '\u00A5': '\uFFE5',
  '\u200B': '',
  '\u200C': '',
  '\u200D': '',
  '\u2060': '',
  '\uFEFF': '',
};
/** What stands for a character that the printer has not. */
const MISSING = '□';
const LATE_LEAD = 0xfe;

const ODD_SPACE = /[^\S\n\u3000]/u;
const CONTROL = /\p{Cc}/u;
/** Selects a shape of the character before it; has none of its own. */
const VARIATION = /\p{Variation_Selector}/u;
const PRIVATE = /\p{Co}/u;

/** The text as it can be printed: line breaks, printable ASCII, two-byte GBK characters, what `canDraw` knows, `□` for all
 *  else. Control characters are taken out, odd spaces become spaces.
 *  @param canDraw whether a character that the printer has not can be drawn as a picture */
export function printable(text: string, canDraw: (character: string) => boolean = () => false): string {
  const oneBreak = text.normalize('NFC').replace(/\r\n?|\u0085|\u2028|\u2029/gu, '\n');
  return Array.from(oneBreak, (character) => printableCharacter(character, canDraw)).join('');
}

/** Columns of one printable character: ASCII one, Chinese two. */
export function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (isAscii(character) ? 1 : 2), 0);
}

/** Whether the printer's own font surely has every character of printable text. Codes FE50 to FEA0 came to GBK late (䶮 of
 *  many a name is one): older fonts have no shape there, so they are drawn where they can be. */
export function isInPrinterFont(text: string, canDraw: (character: string) => boolean): boolean {
  return Array.from(text).every(
    (character) => isAscii(character) || (isGbk(character) && !(isLateCode(character) && canDraw(character))),
  );
}

function isLateCode(character: string): boolean {
  return iconv.encode(character, 'gbk')[0] === LATE_LEAD;
}

/** GBK bytes of text that `printable` has passed and that has no line break: none is below 20. */
export function encodeText(text: string): Uint8Array {
  return Uint8Array.from(iconv.encode(text, 'gbk'));
}

function printableCharacter(character: string, canDraw: (character: string) => boolean): string {
  const replaced = REPLACED[character];
  if (replaced !== undefined) return replaced;
  if (character === '\n') return character;
  if (ODD_SPACE.test(character)) return ' ';
  if (CONTROL.test(character) || VARIATION.test(character)) return '';
  return isAscii(character) || isGbk(character) || canDraw(character) ? character : MISSING;
}

function isAscii(character: string): boolean {
  return character >= ' ' && character <= '~';
}

function isGbk(character: string): boolean {
  gbk ??= readGbk();
  return gbk.has(character);
}

/** Every character that GBK has; read at the first slip. */
let gbk: ReadonlySet<string> | undefined;

/** The two-byte table, lead 81…FE, trail 40…FE without 7F, without the private characters, which have two bytes and no
 *  shape in any printer, and without the euro, which is newer than GBK (Windows' one byte 80 is no Chinese code). */
function readGbk(): ReadonlySet<string> {
  const codes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    // A line break between two codes keeps a missing one from spoiling its neighbour.
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) codes.push(lead, trail, 0x0a);
  }
  const characters = iconv.decode(Buffer.from(codes), 'gbk').split('\n');
  return new Set(characters.filter((one) => one.length === 1 && !'\uFFFD€'.includes(one) && !PRIVATE.test(one)));
}
