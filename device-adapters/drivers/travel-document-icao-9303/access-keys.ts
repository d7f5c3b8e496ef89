import { createHash } from 'node:crypto';
import type { ChipAccess } from '@yimen/contracts/device';
import { sessionKeys, TRIPLE_DES, type KeyPair } from './cipher-suite.ts';
import { checkDigit } from './mrz.ts';

/** SHA-1 of number, birth and expiry, each with its check digit, 20 bytes: the password that the printed page is.
 *  Numbers shorter than 9 characters are filled with `<`, as in the printed zone.
 *  @source ICAO 9303-11 §4.3.2, §9.7.2 and §9.7.3, Appendix D.2 */
export function printedPagePassword(access: ChipAccess): Uint8Array<ArrayBuffer> {
  const number = access.documentNumber.padEnd(9, '<');
  const fields = [number, access.birth, access.expiry].map((field) => field + checkDigit(field));
  return Uint8Array.from(createHash('sha1').update(fields.join('')).digest());
}

/** Keys of Basic Access Control: of the password's first 16 bytes. */
export function basicAccessKeys(access: ChipAccess): KeyPair {
  return sessionKeys(TRIPLE_DES, printedPagePassword(access).subarray(0, 16));
}
