import { cmac } from '@noble/ciphers/aes.js';
import { brainpoolP256r1 } from '@noble/curves/misc.js';
import { p256 } from '@noble/curves/nist.js';
import { createCipheriv, createHash } from 'node:crypto';
import { fromHex } from '@yimen/contracts/base';
import type { Responder } from '../../testing/chip-responder.ts';

/** How the played chip runs PACE; the last arc of the protocol's identifier says the cipher. */
export interface PaceChip {
  readonly arc: 1 | 2 | 3 | 4;
  readonly parameter: 12 | 13;
  /** Password by its number in MSE:Set AT; one that is missing is answered with `missing`. */
  readonly passwords: Readonly<Record<number, Uint8Array>>;
  readonly missing?: string;
}

const NONCE_BYTES = { 1: 16, 2: 16, 3: 32, 4: 32 } as const;
const KEY_BYTES = { 1: 16, 2: 16, 3: 24, 4: 32 } as const;
const MAPPING_KEY = 0x1234567890abcdef1234567890abcdefn;
const AGREEMENT_KEY = 0xfedcba0987654321fedcba0987654321n;

/** A chip that only runs PACE, for every cipher that the driver speaks; the simulated chip speaks one. Written from ICAO
 *  9303-11 §4.4 in this one function, on the library's bare arithmetic. `heard` collects the data of MSE:Set AT. */
export function paceResponder(chip: PaceChip, heard: string[]): Responder {
  const { Point } = chip.parameter === 12 ? p256 : brainpoolP256r1;
  const oid = Buffer.from([0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, chip.arc]);
  const nonce = Buffer.alloc(NONCE_BYTES[chip.arc], 0x5a);
  let password: Uint8Array | undefined;
  let generator = Point.BASE;
  let own = Buffer.alloc(0);
  let theirs = Buffer.alloc(0);
  let mac: Buffer = Buffer.alloc(0);
  const steps: Readonly<Record<number, (value: Buffer) => Buffer>> = {
    0x81: (value) => {
      generator = Point.BASE.multiply(BigInt(`0x${nonce.toString('hex')}`) % Point.Fn.ORDER).add(
        Point.fromBytes(value).multiply(MAPPING_KEY),
      );
      return object(0x82, Buffer.from(Point.BASE.multiply(MAPPING_KEY).toBytes(false)));
    },
    0x83: (value) => {
      theirs = Buffer.from(value);
      own = Buffer.from(generator.multiply(AGREEMENT_KEY).toBytes(false));
      const secret = Point.fromBytes(value).multiply(AGREEMENT_KEY).toBytes(false).subarray(1, 33);
      mac = kdf(chip.arc, secret, 2);
      return object(0x84, own);
    },
    0x85: (value) =>
      value.equals(token(chip.arc, mac, oid, own)) ? object(0x86, token(chip.arc, mac, oid, theirs)) : Buffer.alloc(0),
  };
  return (command) => {
    const data = Buffer.from(command.subarray(5, 5 + (command[4] ?? 0)));
    if (command[1] === 0x22) {
      heard.push(data.toString('hex'));
      password = chip.passwords[data[14] ?? 0];
      return fromHex(password === undefined ? (chip.missing ?? '6a88') : '9000');
    }
    if (command[1] !== 0x86 || password === undefined) return fromHex('6985');
    const tag = data[2];
    const answer =
      tag === undefined ? object(0x80, encrypted(chip.arc, password, nonce)) : steps[tag]?.(data.subarray(4));
    return answer === undefined || answer.length === 0
      ? fromHex('6300')
      : Buffer.concat([object(0x7c, answer), Buffer.from('9000', 'hex')]);
  };
}

function kdf(arc: PaceChip['arc'], secret: Uint8Array, counter: number): Buffer {
  const digest = createHash(arc < 3 ? 'sha1' : 'sha256')
    .update(secret)
    .update(Buffer.from([0, 0, 0, counter]))
    .digest();
  return digest.subarray(0, KEY_BYTES[arc]);
}

function encrypted(arc: PaceChip['arc'], password: Uint8Array, nonce: Buffer): Buffer {
  const key = kdf(arc, password, 3);
  const name = arc === 1 ? 'des-ede-cbc' : `aes-${key.length * 8}-cbc`;
  const cipher = createCipheriv(name, key, Buffer.alloc(arc === 1 ? 8 : 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(nonce), cipher.final()]);
}

function token(arc: PaceChip['arc'], key: Buffer, oid: Buffer, publicKey: Buffer): Buffer {
  const data = object(0x7f49, Buffer.concat([object(0x06, oid), object(0x86, publicKey)]));
  return arc === 1 ? retailMac(key, data) : Buffer.from(cmac(data, key)).subarray(0, 8);
}

/** ISO/IEC 9797-1 algorithm 3: DES-CBC under the first half but for the last block, which goes through 3DES. */
function retailMac(key: Buffer, data: Buffer): Buffer {
  const padded = Buffer.concat([data, Buffer.from([0x80]), Buffer.alloc(7 - (data.length % 8))]);
  const first = Buffer.concat([key.subarray(0, 8), key.subarray(0, 8)]);
  const single = createCipheriv('des-ede-cbc', first, Buffer.alloc(8)).setAutoPadding(false);
  const chain = Buffer.concat([Buffer.alloc(8), single.update(padded.subarray(0, -8))]).subarray(-8);
  const last = createCipheriv('des-ede-cbc', key, chain).setAutoPadding(false);
  return last.update(padded.subarray(-8));
}

function object(tag: number, value: Buffer): Buffer {
  const head = tag > 0xff ? [tag >> 8, tag & 0xff, value.length] : [tag, value.length];
  return Buffer.concat([Buffer.from(head), value]);
}
