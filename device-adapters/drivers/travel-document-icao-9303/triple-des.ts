import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';

/** Block of DES in bytes. */
const BLOCK_BYTES = 8;

/** 3DES-CBC with a two-key key (16 bytes), IV zero, no padding added (ICAO 9303-11 §4.3.3.1, §9.8.6.1).
 *  @throws when `data` is not whole blocks: callers pad first. */
export function encryptTripleDes(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv('des-ede3-cbc', threeKeys(key), new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** The inverse of `encryptTripleDes`. `data` must be whole blocks. */
export function decryptTripleDes(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createDecipheriv('des-ede3-cbc', threeKeys(key), new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** ISO/IEC 9797-1 padding method 2: 80, then 00 up to a whole block. */
export function padMethod2(data: Uint8Array, blockBytes: number = BLOCK_BYTES): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(data.length + blockBytes - (data.length % blockBytes));
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/** Takes padding method 2 away; a block without its 80 is refused. */
export function unpadMethod2(data: Uint8Array, blockBytes: number = BLOCK_BYTES): Result<Uint8Array, 'padding'> {
  let end = data.length - 1;
  while (end >= 0 && data[end] === 0) end -= 1;
  return end >= 0 && data[end] === 0x80 && data.length - end <= blockBytes ? ok(data.subarray(0, end)) : err('padding');
}

/** ISO/IEC 9797-1 MAC algorithm 3 with DES, IV zero, over data that is already padded: single DES in CBC under the
 *  first half of the key, the last block once more through both halves. 8 bytes.
 *  @source ICAO 9303-11 §9.8.6.3 ("retail MAC") */
export function retailMac(key: Uint8Array, padded: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = key.subarray(0, 8);
  const chained = encryptTripleDes(concatBytes(first, first), padded).slice(-BLOCK_BYTES);
  // E under K1 ended the chain; D under K2 and E under K1 finish it: encrypt(decrypt(x, K1‖K1), K1‖K2) is the same.
  return encryptTripleDes(key, decryptTripleDes(concatBytes(first, first), chained));
}

/** Compares two MACs without telling by time where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** OpenSSL 3 has no single DES in its default provider; K‖K‖K makes triple DES single, K1‖K2‖K1 is two-key. */
function threeKeys(key: Uint8Array): Uint8Array {
  return concatBytes(key, key.subarray(0, 8));
}
