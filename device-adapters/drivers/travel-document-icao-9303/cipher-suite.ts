import { createHash } from 'node:crypto';
import { concatBytes } from '@yimen/contracts/base';
import { aesMac, decryptAes, encryptAes, encryptAesBlock } from './aes.ts';
import { decryptTripleDes, encryptTripleDes, padMethod2, retailMac } from './triple-des.ts';

/** Encryption and MAC keys of one conversation, of the suite's key length. */
export interface KeyPair {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

/** What both sides hold after an authentication. */
export interface SessionSecrets {
  readonly suite: CipherSuite;
  readonly keys: KeyPair;
  /** Send sequence counter to start with, as long as a block. */
  readonly counter: Uint8Array;
}

/** The arithmetic that one object identifier stands for: everything that differs between 3DES and AES, and nothing of
 *  the protocols around it. Data to encrypt or to take a MAC of is whole blocks, padded by the caller.
 *  @source ICAO 9303-11 §9.7.1 (keys), §9.8.6 and §9.8.7 (secure messaging) */
export interface CipherSuite {
  readonly blockBytes: 8 | 16;
  /** Key `counter` of a shared secret: 1 encryption, 2 MAC, 3 from a password. */
  deriveKey(secret: Uint8Array, counter: 1 | 2 | 3): Uint8Array<ArrayBuffer>;
  /** CBC with the IV that belongs to the counter of this message. */
  encrypt(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer>;
  decrypt(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer>;
  /** CBC with a zero IV, for the nonce of PACE. */
  decryptNonce(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer>;
  /** MAC of a protected message, 8 bytes. */
  mac(key: Uint8Array, padded: Uint8Array): Uint8Array<ArrayBuffer>;
  /** MAC of an authentication token that is not padded yet, 8 bytes. */
  tokenMac(key: Uint8Array, token: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Two-key 3DES in CBC with a zero IV, and the retail MAC. */
export const TRIPLE_DES: CipherSuite = {
  blockBytes: 8,
  deriveKey: (secret, counter) => Uint8Array.from(digestOf('sha1', secret, counter).subarray(0, 16), withOddParity),
  encrypt: (key, _counter, data) => encryptTripleDes(key, data),
  decrypt: (key, _counter, data) => decryptTripleDes(key, data),
  decryptNonce: decryptTripleDes,
  mac: retailMac,
  tokenMac: (key, token) => retailMac(key, padMethod2(token)),
};

export const AES_128 = aesSuite('sha1', 16);
export const AES_192 = aesSuite('sha256', 24);
export const AES_256 = aesSuite('sha256', 32);

/** Keys 1 and 2 of a shared secret. */
export function sessionKeys(suite: CipherSuite, secret: Uint8Array): KeyPair {
  return { encryption: suite.deriveKey(secret, 1), mac: suite.deriveKey(secret, 2) };
}

/** AES in CBC whose IV is the encrypted counter, and CMAC cut to 8 bytes. */
function aesSuite(hash: 'sha1' | 'sha256', keyBytes: 16 | 24 | 32): CipherSuite {
  return {
    blockBytes: 16,
    deriveKey: (secret, counter) => Uint8Array.from(digestOf(hash, secret, counter).subarray(0, keyBytes)),
    encrypt: (key, counter, data) => encryptAes(key, encryptAesBlock(key, counter), data),
    decrypt: (key, counter, data) => decryptAes(key, encryptAesBlock(key, counter), data),
    decryptNonce: (key, data) => decryptAes(key, new Uint8Array(16), data),
    mac: aesMac,
    // CMAC pads by itself.
    tokenMac: aesMac,
  };
}

function digestOf(hash: string, secret: Uint8Array, counter: number): Uint8Array {
  return createHash(hash)
    .update(concatBytes(secret, Uint8Array.of(0, 0, 0, counter)))
    .digest();
}

/** Sets the lowest bit so that the byte has an odd number of ones (FIPS 46-3). */
function withOddParity(byte: number): number {
  let ones = 0;
  for (let bit = 1; bit < 8; bit += 1) ones += (byte >> bit) & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
