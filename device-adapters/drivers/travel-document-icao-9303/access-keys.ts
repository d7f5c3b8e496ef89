import { createHash } from 'node:crypto';
import { concatBytes } from '@yimen/contracts/base';
import type { ChipAccess } from '@yimen/contracts/device';
import { checkDigit } from './mrz.ts';

/** Two-key 3DES keys, 16 bytes each. */
export interface KeyPair {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

/** Seed of the access keys: SHA-1 of number, birth and expiry, each with its check digit, cut to 16 bytes. Numbers
 *  shorter than 9 characters are filled with `<`, as in the printed zone.
 *  @source ICAO 9303-11 §4.3.2 and §9.7.2, Appendix D.2 */
export function accessKeySeed(access: ChipAccess): Uint8Array<ArrayBuffer> {
  const number = access.documentNumber.padEnd(9, '<');
  const fields = [number, access.birth, access.expiry].map((field) => field + checkDigit(field));
  return Uint8Array.from(createHash('sha1').update(fields.join('')).digest().subarray(0, 16));
}

/** Encryption (c = 1) and MAC (c = 2) keys of a seed: SHA-1(seed ‖ 0000000c) cut to 16 bytes, odd parity.
 *  @source ICAO 9303-11 §9.7.1.1 */
export function deriveKeys(seed: Uint8Array): KeyPair {
  return { encryption: deriveKey(seed, 1), mac: deriveKey(seed, 2) };
}

function deriveKey(seed: Uint8Array, counter: 1 | 2): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha1')
    .update(concatBytes(seed, Uint8Array.of(0, 0, 0, counter)))
    .digest();
  return Uint8Array.from(digest.subarray(0, 16), withOddParity);
}

/** Sets the lowest bit so that the byte has an odd number of ones (FIPS 46-3). */
function withOddParity(byte: number): number {
  let ones = 0;
  for (let bit = 1; bit < 8; bit += 1) ones += (byte >> bit) & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
