import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { ChipKeys } from './simulated-chip-crypto.ts';

// AES-128 as the chip uses it, block by block, apart from the driver's.

const BLOCK = 16;

/** One block under AES-128. */
export function aesBlock(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** CBC without padding of its own. */
export function aesEncrypt(key: Buffer, iv: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

export function aesDecrypt(key: Buffer, iv: Buffer, cryptogram: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key, iv);
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(cryptogram), decipher.final()]);
}

/** CMAC of RFC 4493 (NIST SP 800-38B), whole: 16 bytes. */
export function aesCmac(key: Buffer, message: Buffer): Buffer {
  const k1 = shifted(aesBlock(key, Buffer.alloc(BLOCK)));
  const isWhole = message.length > 0 && message.length % BLOCK === 0;
  const count = Math.max(1, Math.ceil(message.length / BLOCK));
  const last = Buffer.alloc(BLOCK);
  message.copy(last, 0, (count - 1) * BLOCK);
  if (!isWhole) last[message.length % BLOCK] = 0x80;
  let state = Buffer.alloc(BLOCK);
  for (let at = 0; at < count - 1; at += 1)
    state = Buffer.from(aesBlock(key, xored(state, message.subarray(at * BLOCK, (at + 1) * BLOCK))));
  return aesBlock(key, xored(xored(state, last), isWhole ? k1 : shifted(k1)));
}

/** Key derivation for AES-128 (ICAO 9303-11 §9.7.1.3): the first 16 bytes of SHA-1 over secret and counter. */
export function aesKey(secret: Buffer, counter: number): Buffer {
  return createHash('sha1')
    .update(secret)
    .update(Buffer.from([0, 0, 0, counter]))
    .digest()
    .subarray(0, 16);
}

/** Session keys of a shared secret: counter 1 enciphers, counter 2 authenticates. */
export function aesSessionKeys(secret: Buffer): ChipKeys {
  return { enc: aesKey(secret, 1), mac: aesKey(secret, 2) };
}

/** Doubling in GF(2¹²⁸). */
function shifted(block: Buffer): Buffer {
  const doubled = BigInt.asUintN(128, BigInt(`0x${block.toString('hex')}`) << 1n);
  const out = Buffer.from(doubled.toString(16).padStart(32, '0'), 'hex');
  if ((block[0] ?? 0) >= 0x80) out[15] = (out[15] ?? 0) ^ 0x87;
  return out;
}

function xored(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
}
