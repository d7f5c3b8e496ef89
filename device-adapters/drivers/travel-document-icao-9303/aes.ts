import { createCipheriv, createDecipheriv } from 'node:crypto';
import { cmac } from '@noble/ciphers/aes.js';
import { concatBytes } from '@yimen/contracts/base';

const BLOCK_BYTES = 16;

/** AES-CBC without padding; the key's length (16, 24 or 32 bytes) says which AES.
 *  @throws when `data` is not whole blocks: callers pad first. */
export function encryptAes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** The inverse of `encryptAes`. `data` must be whole blocks. */
export function decryptAes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
  return concatBytes(cipher.update(data), cipher.final());
}

/** One block under AES: CBC of one block with a zero IV is the bare cipher. */
export function encryptAesBlock(key: Uint8Array, block: Uint8Array): Uint8Array<ArrayBuffer> {
  return encryptAes(key, new Uint8Array(BLOCK_BYTES), block);
}

/** AES-CMAC (RFC 4493, NIST SP 800-38B) cut to its first 8 bytes.
 *  @source ICAO 9303-11 §9.8.6.3 */
export function aesMac(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return cmac(message, key).slice(0, 8);
}
