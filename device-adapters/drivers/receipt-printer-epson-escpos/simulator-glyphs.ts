/** Code page 437 from 80 on, which these printers start with. */
const PC437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** What is printed for a code without a glyph. */
export const NO_GLYPH = '□';

/** The runtime's own decoder, so that a wrong table on the driver's side meets another one here. */
const gbk = new TextDecoder('gbk');

/** One byte of the Latin font. */
export function latinGlyph(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : (PC437[byte - 0x80] ?? NO_GLYPH);
}

/** Whether a byte opens a Chinese code. */
export function isChineseLead(byte: number): boolean {
  return byte >= 0x81 && byte <= 0xfe;
}

/** Whether a byte ends a two-byte code. */
export function isChineseTrail(byte: number): boolean {
  return byte >= 0x40 && byte <= 0xfe && byte !== 0x7f;
}

/** Two bytes of the GBK font; cells without a character, and the user's own area, have no glyph. */
export function chineseGlyph(lead: number, trail: number): string {
  const text = gbk.decode(Uint8Array.of(lead, trail));
  return /^[^\uE000-\uF8FF\uFFFD]$/u.test(text) ? text : NO_GLYPH;
}
