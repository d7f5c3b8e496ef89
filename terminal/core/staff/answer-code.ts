import { sha256Hex } from '../platform/digest.ts';

/** Crockford's base 32: no I, L, O, U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SIGNATURE_BYTES = 64;
const GROUP = 4;

/** An answer as a person can type it: the signature and one check byte, 104 characters in groups of four. */
export function writeAnswer(signature: Uint8Array): string {
  const bytes = [...signature, checkByte(signature)];
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += DIGITS[(bits >> held) & 31];
      bits &= (1 << held) - 1;
    }
  }
  return text.match(new RegExp(`.{1,${GROUP}}`, 'gu'))?.join('-') ?? '';
}

/** The signature of an answer; what looks alike is read alike, and whatever stands between the groups is passed over.
 *  @returns undefined: mistyped, or no answer at all */
export function readAnswer(text: string): Uint8Array | undefined {
  const digits = text
    .toUpperCase()
    .replace(/O/gu, '0')
    .replace(/[IL]/gu, '1')
    .replace(/[\s.-]/gu, '');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return undefined;
    bits = (bits << 5) | value;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 255);
    bits &= (1 << held) - 1;
  }
  if (bytes.length !== SIGNATURE_BYTES + 1 || held !== 0) return undefined;
  const signature = Uint8Array.from(bytes.slice(0, SIGNATURE_BYTES));
  return bytes.at(-1) === checkByte(signature) ? signature : undefined;
}

function checkByte(signature: Uint8Array): number {
  return Number.parseInt(sha256Hex(signature).slice(0, 2), 16);
}
