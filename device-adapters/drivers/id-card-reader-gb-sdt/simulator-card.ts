import { createHash } from 'node:crypto';
import type { SyntheticIdCard } from '@yimen/contracts/testing';
import { LAYOUTS } from './simulator-layouts.table.ts';

const TEXT_BYTES = 256;
const LETTER_AT = 248;
const PHOTO_BYTES = 1_024;
/** Two templates of 512 (assumed). */
const FINGERPRINT_BYTES = 1_024;
const ADDRESS_BYTES = 70;

/** The 256 bytes of text as they lie in the chip: UTF-16LE, everything that nobody fills is spaces.
 *  @param letter another character at byte offset 248 than the card's own.
 *  @throws RangeError when a field does not fit its place: such a card cannot be made. */
export function cardText({ kind, fields }: SyntheticIdCard, letter = LAYOUTS[kind].letter): Uint8Array {
  const bytes = spaces(TEXT_BYTES);
  const fitting = new Map<string, boolean>();
  for (const { field, at, bytes: room, from = 0 } of LAYOUTS[kind].places) {
    const units = Buffer.from(fields[field] ?? '', 'utf16le').subarray(from * 2);
    units.copy(bytes, at, 0, room);
    fitting.set(field, units.length <= room);
  }
  const tooLong = Object.keys(fields).find((field) => fitting.get(field) !== true);
  if (tooLong !== undefined) throw new RangeError(`${tooLong} does not fit on a ${kind} card`);
  bytes.write(letter, LETTER_AT, 'utf16le');
  return bytes;
}

/** What stands where a photo would: bytes of our own, the same each time, in no format. The real one is WLT, whose coder
 *  is nobody's to give away; no decoder makes a picture of this, and none should be tried on it. */
export function cardPhoto({ thing }: SyntheticIdCard): Uint8Array {
  return standIn('photo', thing, PHOTO_BYTES);
}

/** What stands where the two templates would: bytes of our own that match no finger; empty when the card has none. */
export function cardFingerprint({ thing, hasFingerprint }: SyntheticIdCard): Uint8Array {
  return standIn('fingerprint', thing, hasFingerprint ? FINGERPRINT_BYTES : 0);
}

/** The newest address, 70 bytes of text (assumed); `undefined` when none was added. */
export function cardAddress({ addedAddress }: SyntheticIdCard): Uint8Array | undefined {
  if (addedAddress === null) return undefined;
  const units = Buffer.from(addedAddress, 'utf16le');
  if (units.length > ADDRESS_BYTES) throw new RangeError('the added address does not fit on a card');
  const bytes = spaces(ADDRESS_BYTES);
  units.copy(bytes);
  return bytes;
}

/** Card-body number: serial number of the chip, 8 bytes, and of the card, 16 (assumed, after the file of that name). */
export function cardBodyNumber({ thing }: SyntheticIdCard): Uint8Array {
  return standIn('body', thing, 8 + 16);
}

function spaces(bytes: number): Buffer {
  return Buffer.alloc(bytes, ' ', 'utf16le');
}

/** A readable beginning, so that whoever meets it in a dump knows what it is; then noise that is the thing's own. */
function standIn(what: string, thing: string, bytes: number): Uint8Array {
  const made = createHash('shake256', { outputLength: Math.max(1, bytes) })
    .update(`${what} ${thing}`)
    .digest()
    .subarray(0, bytes);
  if (bytes > 64) made.write(`YIMEN SYNTHETIC ${what.toUpperCase()}, NO PICTURE\0`.slice(0, 64), 'latin1');
  return made;
}
