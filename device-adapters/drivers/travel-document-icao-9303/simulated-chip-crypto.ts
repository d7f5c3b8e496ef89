import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

// The chip's own arithmetic, written from ICAO 9303-11 and ISO/IEC 9797-1 block by block, apart from the driver's:
// two sides that share one mistake would agree about it.

/** Keys of one side of a conversation. */
export interface ChipKeys {
  readonly enc: Buffer;
  readonly mac: Buffer;
}

/** Check digit of 9303-3 §4.9. */
export function chipCheckDigit(text: string): number {
  let sum = 0;
  let weight = 7;
  for (const character of text) {
    sum += weight * (character === '<' ? 0 : Number.parseInt(character, 36));
    weight = weight === 7 ? 3 : weight === 3 ? 1 : 7;
  }
  return sum % 10;
}

/** SHA-1 of the MRZ information (9303-11 §4.3.2, §4.4.4.1): number, birth and expiry, each with its check digit. BAC
 *  takes its first 16 bytes, PACE all 20. */
export function chipZoneDigest(documentNumber: string, birth: string, expiry: string): Buffer {
  const number = documentNumber.length < 9 ? documentNumber + '<'.repeat(9 - documentNumber.length) : documentNumber;
  const information = `${number}${chipCheckDigit(number)}${birth}${chipCheckDigit(birth)}${expiry}${chipCheckDigit(expiry)}`;
  return createHash('sha1').update(information, 'latin1').digest();
}

/** Access keys of a document (9303-11 §9.7.2): from what is printed on it. */
export function chipAccessKeys(documentNumber: string, birth: string, expiry: string): ChipKeys {
  return chipSessionKeys(chipZoneDigest(documentNumber, birth, expiry).subarray(0, 16));
}

/** Keys of a seed (9303-11 §9.7.1.1). Parity bits are left as they fall: DES does not look at them. */
export function chipSessionKeys(seed: Buffer): ChipKeys {
  const key = (last: number): Buffer =>
    createHash('sha1')
      .update(seed)
      .update(Buffer.from([0, 0, 0, last]))
      .digest()
      .subarray(0, 16);
  return { enc: key(1), mac: key(2) };
}

/** Two-key triple DES in CBC with a zero IV. */
export function chipEncrypt(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('des-ede-cbc', key, Buffer.alloc(8));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

export function chipDecrypt(key: Buffer, cryptogram: Buffer): Buffer {
  const decipher = createDecipheriv('des-ede-cbc', key, Buffer.alloc(8));
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(cryptogram), decipher.final()]);
}

/** MAC of a message that is not padded yet (9797-1 algorithm 3, padding method 2): each block is added to the last
 *  result and goes through DES under K1; the last result through the inverse under K2 and DES under K1. */
export function chipMac(key: Buffer, message: Buffer): Buffer {
  const padded = chipPad(message);
  const [k1, k2] = [key.subarray(0, 8), key.subarray(8, 16)];
  let state = Buffer.alloc(8);
  for (let at = 0; at < padded.length; at += 8) {
    for (let i = 0; i < 8; i += 1) state[i] = (state[i] ?? 0) ^ (padded[at + i] ?? 0);
    state = desBlock(k1, state, 'encrypt');
  }
  return desBlock(k1, desBlock(k2, state, 'decrypt'), 'encrypt');
}

/** 80, then zeros to a whole block. */
export function chipPad(data: Buffer, blockBytes = 8): Buffer {
  const zeros = blockBytes - 1 - (data.length % blockBytes);
  return Buffer.concat([data, Buffer.from([0x80]), Buffer.alloc(zeros)]);
}

export function chipUnpad(data: Buffer): Buffer | undefined {
  const mark = data.lastIndexOf(0x80);
  const isPadding = mark >= 0 && data.subarray(mark + 1).every((byte) => byte === 0);
  return isPadding ? data.subarray(0, mark) : undefined;
}

function desBlock(key: Buffer, block: Buffer, way: 'encrypt' | 'decrypt'): Buffer<ArrayBuffer> {
  // Two equal halves make two-key triple DES a single DES; OpenSSL 3 offers no other.
  const make = way === 'encrypt' ? createCipheriv : createDecipheriv;
  const des = make('des-ede', Buffer.concat([key, key]), null);
  des.setAutoPadding(false);
  return Buffer.concat([des.update(block), des.final()]);
}
