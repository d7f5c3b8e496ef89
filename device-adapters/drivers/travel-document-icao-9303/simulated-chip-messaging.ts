import { aesBlock, aesCmac, aesDecrypt, aesEncrypt } from './simulated-chip-aes.ts';
import { chipDecrypt, chipEncrypt, chipMac, chipPad, chipUnpad, type ChipKeys } from './simulated-chip-crypto.ts';
import { object, readObject } from './simulated-der.ts';

/** What a chip answers before it is written as bytes. */
export interface ChipAnswer {
  readonly data: Buffer;
  readonly sw: number;
}

/** A command as the chip understands it. */
export interface ChipCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** 0 when no answer is expected. */
  readonly le: number;
}

/** Cipher and MAC of one session; `counter` is the send sequence counter as it goes into both. */
interface Suite {
  readonly blockBytes: 8 | 16;
  encrypt(keys: ChipKeys, counter: Buffer, plain: Buffer): Buffer;
  decrypt(keys: ChipKeys, counter: Buffer, cryptogram: Buffer): Buffer;
  /** MAC of `counter ‖ message`, eight bytes. */
  mac(keys: ChipKeys, counter: Buffer, message: Buffer): Buffer;
}

/** ICAO 9303-11 §9.8.6.1 */
const TRIPLE_DES: Suite = {
  blockBytes: 8,
  encrypt: (keys, _counter, plain) => chipEncrypt(keys.enc, plain),
  decrypt: (keys, _counter, cryptogram) => chipDecrypt(keys.enc, cryptogram),
  mac: (keys, counter, message) => chipMac(keys.mac, Buffer.concat([counter, message])),
};

/** ICAO 9303-11 §9.8.6.2, §9.8.6.3: the IV is the enciphered counter, the MAC the first half of a CMAC. */
const AES: Suite = {
  blockBytes: 16,
  encrypt: (keys, counter, plain) => aesEncrypt(keys.enc, aesBlock(keys.enc, counter), plain),
  decrypt: (keys, counter, cryptogram) => aesDecrypt(keys.enc, aesBlock(keys.enc, counter), cryptogram),
  mac: (keys, counter, message) => aesCmac(keys.mac, Buffer.concat([counter, chipPad(message, 16)])).subarray(0, 8),
};

type Opened =
  | { readonly kind: 'command'; readonly command: ChipCommand }
  /** 6987: an object is missing; 6988: an object is wrong. Either ends the session. */
  | { readonly kind: 'refused'; readonly sw: 0x6987 | 0x6988 };

/** The chip's end of secure messaging (ICAO 9303-11 §9.8, ISO/IEC 7816-4 §10): DO 87 or 85, DO 97, DO 8E. */
export class ChipMessaging {
  readonly #suite: Suite;
  readonly #keys: ChipKeys;
  #counter: bigint;

  private constructor(suite: Suite, keys: ChipKeys, counter: bigint) {
    this.#suite = suite;
    this.#keys = keys;
    this.#counter = counter;
  }

  /** After BAC the counter begins with both sides' random numbers, after chip authentication with 0. */
  static tripleDes(keys: ChipKeys, counter = 0n): ChipMessaging {
    return new ChipMessaging(TRIPLE_DES, keys, counter);
  }

  static aes(keys: ChipKeys): ChipMessaging {
    return new ChipMessaging(AES, keys, 0n);
  }

  /** Checks a protected command and takes its protection off. */
  open(command: Buffer): Opened {
    const body = command.subarray(5, 5 + (command[4] ?? 0));
    const macAt = body.length - 10;
    if (macAt < 0 || body[macAt] !== 0x8e || body[macAt + 1] !== 8) return { kind: 'refused', sw: 0x6987 };
    const objects = body.subarray(0, macAt);
    const header = chipPad(command.subarray(0, 4), this.#suite.blockBytes);
    const counter = this.#nextCounter();
    const expected = this.#suite.mac(this.#keys, counter, Buffer.concat([header, objects]));
    if (!expected.equals(body.subarray(macAt + 2))) return { kind: 'refused', sw: 0x6988 };
    const opened = this.#inner(command, objects, counter);
    return opened === undefined ? { kind: 'refused', sw: 0x6988 } : { kind: 'command', command: opened };
  }

  /** Protects an answer; the status word is told inside and outside. */
  protect(answer: ChipAnswer): ChipAnswer {
    const counter = this.#nextCounter();
    const parts: Buffer[] = [];
    if (answer.data.length > 0) {
      const padded = chipPad(answer.data, this.#suite.blockBytes);
      parts.push(object(0x87, Buffer.from([1]), this.#suite.encrypt(this.#keys, counter, padded)));
    }
    parts.push(object(0x99, Buffer.from([answer.sw >> 8, answer.sw & 0xff])));
    const mac = this.#suite.mac(this.#keys, counter, Buffer.concat(parts));
    return { data: Buffer.concat([...parts, object(0x8e, mac)]), sw: answer.sw };
  }

  #inner(command: Buffer, objects: Buffer, counter: Buffer): ChipCommand | undefined {
    const first = readObject(objects);
    const isData = first?.tag === 0x87;
    const data = isData ? this.#deciphered(first.value, counter) : Buffer.alloc(0);
    const rest = isData ? first.rest : objects;
    if (data === undefined || (rest.length > 0 && (rest[0] !== 0x97 || rest[1] !== 1 || rest.length !== 3)))
      return undefined;
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = command;
    const le = rest.length === 0 ? 0 : rest[2] === 0 ? 256 : (rest[2] ?? 0);
    return { cla: cla & ~0x0c, ins, p1, p2, data, le };
  }

  /** 01 ‖ cryptogram, padded by method 2. */
  #deciphered(value: Buffer, counter: Buffer): Buffer | undefined {
    const cryptogram = value.subarray(1);
    const isWhole = cryptogram.length > 0 && cryptogram.length % this.#suite.blockBytes === 0;
    return value[0] === 1 && isWhole ? chipUnpad(this.#suite.decrypt(this.#keys, counter, cryptogram)) : undefined;
  }

  #nextCounter(): Buffer {
    this.#counter += 1n;
    const bits = this.#suite.blockBytes * 8;
    const hex = BigInt.asUintN(bits, this.#counter).toString(16);
    return Buffer.from(hex.padStart(bits / 4, '0'), 'hex');
  }
}
