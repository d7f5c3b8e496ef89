import type { RandomBytes } from '@yimen/contracts/base';
import type { SimulatedPermit } from '../../testing/card-path.ts';
import {
  chipAccessKeys,
  chipDecrypt,
  chipEncrypt,
  chipMac,
  chipPad,
  chipSessionKeys,
  chipUnpad,
  type ChipKeys,
} from './simulated-chip-crypto.ts';
import { chipFile, object, type ChipHolder } from './simulated-chip-files.ts';

interface ChipAnswer {
  readonly data: Buffer;
  readonly sw: number;
}

interface SecureSession {
  readonly keys: ChipKeys;
  counter: bigint;
}

const APPLICATION = Buffer.from('a0000002471001', 'hex');

/** A travel-document chip after ICAO 9303-11: one power-on long. It refuses every file (6982) until Basic Access
 *  Control has succeeded, checks the MAC of every protected command, and ends the session on the first that is wrong
 *  (6988) or missing (6987). */
export class SimulatedChip {
  readonly #card: SimulatedPermit;
  readonly #holder: ChipHolder;
  readonly #random: RandomBytes;
  #isSelected = false;
  #challenge: Buffer | undefined;
  #session: SecureSession | undefined;
  #file: Buffer | undefined;

  /** @param holder whom DG1 names: the card's own holder, or somebody else for a forged chip */
  constructor(card: SimulatedPermit, holder: ChipHolder, random: RandomBytes) {
    this.#card = card;
    this.#holder = holder;
    this.#random = random;
  }

  /** Answers one command with data and status word. */
  answer(command: Buffer): Buffer {
    const secure = ((command[0] ?? 0) & 0x0c) === 0x0c;
    const answer = secure ? this.#secure(command) : this.#plain(command);
    return Buffer.concat([answer.data, Buffer.from([answer.sw >> 8, answer.sw & 0xff])]);
  }

  #plain(command: Buffer): ChipAnswer {
    // An unprotected command ends secure messaging (9303-11 §9.8.1).
    this.#session = undefined;
    if (command.length < 4) return status(0x6700);
    if (command[0] !== 0x00) return status(0x6e00);
    const ins = command[1];
    if (ins === 0xa4 && command[2] === 0x04) return this.#selectApplication(command);
    if (ins === 0x84) return this.#giveChallenge();
    if (ins === 0x82) return this.#authenticate(command);
    return status(ins === 0xa4 || ins === 0xb0 ? 0x6982 : 0x6d00);
  }

  #selectApplication(command: Buffer): ChipAnswer {
    const name = command.subarray(5, 5 + (command[4] ?? 0));
    this.#isSelected = name.equals(APPLICATION);
    return status(this.#isSelected ? 0x9000 : 0x6a82);
  }

  #giveChallenge(): ChipAnswer {
    if (!this.#isSelected) return status(0x6985);
    this.#challenge = Buffer.from(this.#random(8));
    return { data: this.#challenge, sw: 0x9000 };
  }

  #authenticate(command: Buffer): ChipAnswer {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (challenge === undefined) return status(0x6985);
    if (command[4] !== 40 || command.length < 45) return status(0x6700);
    const cryptogram = command.subarray(5, 37);
    const keys = chipAccessKeys(this.#card.documentNumber, this.#card.birth, this.#card.expiry);
    if (!chipMac(keys.mac, cryptogram).equals(command.subarray(37, 45))) return status(0x6300);
    const plain = chipDecrypt(keys.enc, cryptogram);
    if (!plain.subarray(8, 16).equals(challenge)) return status(0x6300);
    const hostRandom = plain.subarray(0, 8);
    const ownKey = Buffer.from(this.#random(16));
    const seed = Buffer.from(ownKey.map((byte, at) => byte ^ (plain[16 + at] ?? 0)));
    this.#session = {
      keys: chipSessionKeys(seed),
      counter: Buffer.concat([challenge.subarray(4), hostRandom.subarray(4)]).readBigUInt64BE(),
    };
    const answer = chipEncrypt(keys.enc, Buffer.concat([challenge, hostRandom, ownKey]));
    return { data: Buffer.concat([answer, chipMac(keys.mac, answer)]), sw: 0x9000 };
  }

  #secure(command: Buffer): ChipAnswer {
    const session = this.#session;
    if (session === undefined) return status(0x6982);
    const body = command.subarray(5, 5 + (command[4] ?? 0));
    const macAt = body.length - 10;
    if (macAt < 0 || body[macAt] !== 0x8e || body[macAt + 1] !== 8) return this.#endSession(0x6987);
    const objects = body.subarray(0, macAt);
    const header = chipPad(command.subarray(0, 4));
    const expected = chipMac(session.keys.mac, Buffer.concat([this.#nextCounter(session), header, objects]));
    if (!expected.equals(body.subarray(macAt + 2))) return this.#endSession(0x6988);
    const inner = this.#inner(command, objects, session);
    return inner === undefined ? this.#endSession(0x6988) : this.#protect(session, inner);
  }

  /** What the command means without its protection; `undefined` when its objects are not well formed. */
  #inner(command: Buffer, objects: Buffer, session: SecureSession): ChipAnswer | undefined {
    const has87 = objects[0] === 0x87;
    const length87 = has87 ? (objects[1] ?? 0) : 0;
    const data = has87 ? chipUnpad(chipDecrypt(session.keys.enc, objects.subarray(3, 2 + length87))) : Buffer.alloc(0);
    const rest = has87 ? objects.subarray(2 + length87) : objects;
    if (data === undefined || (rest.length > 0 && (rest[0] !== 0x97 || rest[1] !== 1 || rest.length !== 3)))
      return undefined;
    const le = rest.length === 0 ? 0 : rest[2] === 0 ? 256 : (rest[2] ?? 0);
    if (command[1] === 0xa4 && command[2] === 0x02 && data.length === 2) return this.#selectFile(data.readUInt16BE());
    if (command[1] === 0xb0) return this.#read(command.readUInt16BE(2), le);
    return status(0x6d00);
  }

  #selectFile(identifier: number): ChipAnswer {
    this.#file = chipFile(this.#card, this.#holder, identifier);
    return status(this.#file === undefined ? 0x6a82 : 0x9000);
  }

  #read(offset: number, le: number): ChipAnswer {
    if (this.#file === undefined) return status(0x6986);
    if (offset >= this.#file.length) return status(0x6b00);
    const data = this.#file.subarray(offset, offset + le);
    return { data, sw: data.length < le ? 0x6282 : 0x9000 };
  }

  #protect(session: SecureSession, inner: ChipAnswer): ChipAnswer {
    const parts: Buffer[] = [];
    if (inner.data.length > 0)
      parts.push(object(0x87, Buffer.from([1]), chipEncrypt(session.keys.enc, chipPad(inner.data))));
    parts.push(object(0x99, Buffer.from([inner.sw >> 8, inner.sw & 0xff])));
    const mac = chipMac(session.keys.mac, Buffer.concat([this.#nextCounter(session), ...parts]));
    return { data: Buffer.concat([...parts, object(0x8e, mac)]), sw: inner.sw };
  }

  #nextCounter(session: SecureSession): Buffer {
    session.counter += 1n;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, session.counter));
    return bytes;
  }

  #endSession(sw: number): ChipAnswer {
    this.#session = undefined;
    this.#file = undefined;
    return status(sw);
  }
}

function status(sw: number): ChipAnswer {
  return { data: Buffer.alloc(0), sw };
}
