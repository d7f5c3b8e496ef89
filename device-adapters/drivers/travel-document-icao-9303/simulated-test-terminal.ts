import { randomBytes } from 'node:crypto';
import type { SimulatedPermit } from '../../testing/card-path.ts';
import { aesBlock, aesCmac, aesDecrypt, aesEncrypt, aesKey, aesSessionKeys } from './simulated-chip-aes.ts';
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
import { mappedGenerator, paceToken } from './simulated-chip-pace.ts';
import type { SimulatedChip } from './simulated-chip.ts';
import {
  decodePoint,
  encodeCoordinate,
  encodePoint,
  multiplyPoint,
  SCALAR_RANDOM_BYTES,
  scalarFrom,
  type CurvePoint,
  type SimulatedCurve,
} from './simulated-curve.ts';
import { object, objectIdentifierValue, readObject, readObjects } from './simulated-der.ts';

interface Answer {
  readonly data: Buffer;
  /** Four hexadecimal digits. */
  readonly sw: string;
}

interface Session {
  readonly cipher: '3DES' | 'AES';
  readonly keys: ChipKeys;
  counter: bigint;
}

export const APPLICATION_SELECT = '00a4040c07a0000002471001';
const PACE_OID = objectIdentifierValue('0.4.0.127.0.7.2.2.4.2.2');

/** A terminal for tests of the simulated chip alone. It shares the chip's arithmetic, which worked examples and a foreign
 *  library prove; what the tests look for is the order of things and what is refused. */
export class TestTerminal {
  readonly #chip: SimulatedChip;
  session: Session | undefined;

  constructor(chip: SimulatedChip) {
    this.#chip = chip;
  }

  /** Sends bytes as they are. */
  send(command: string | Buffer): Answer {
    const bytes = this.#chip.answer(Buffer.isBuffer(command) ? command : Buffer.from(command, 'hex'));
    return { data: bytes.subarray(0, -2), sw: bytes.subarray(-2).toString('hex') };
  }

  /** Basic Access Control; the application is selected first.
   *  @returns the status word of the last command that was answered */
  basicAccess(page: Pick<SimulatedPermit, 'documentNumber' | 'birth' | 'expiry'>): string {
    this.send(APPLICATION_SELECT);
    const challenge = this.send('0084000008');
    if (challenge.sw !== '9000') return challenge.sw;
    const keys = chipAccessKeys(page.documentNumber, page.birth, page.expiry);
    const [own, ownKey] = [randomBytes(8), randomBytes(16)];
    const cryptogram = chipEncrypt(keys.enc, Buffer.concat([own, challenge.data, ownKey]));
    const sent = Buffer.concat([cryptogram, chipMac(keys.mac, cryptogram)]);
    const answer = this.send(`0082000028${sent.toString('hex')}28`);
    if (answer.sw !== '9000') return answer.sw;
    const chipKey = chipDecrypt(keys.enc, answer.data.subarray(0, 32)).subarray(16);
    const seed = Buffer.from(ownKey.map((byte, at) => byte ^ (chipKey[at] ?? 0)));
    const counter = Buffer.concat([challenge.data.subarray(4), own.subarray(4)]).readBigUInt64BE();
    this.session = { cipher: '3DES', keys: chipSessionKeys(seed), counter };
    return answer.sw;
  }

  /** MSE:SET AT for PACE: reference 1 is the zone, 2 the access number. */
  choosePace(reference: number, parameter: number): string {
    const data = Buffer.concat([
      object(0x80, PACE_OID),
      object(0x83, Buffer.from([reference])),
      object(0x84, Buffer.from([parameter])),
    ]);
    return this.send(Buffer.concat([Buffer.from([0x00, 0x22, 0xc1, 0xa4, data.length]), data])).sw;
  }

  /** One GENERAL AUTHENTICATE of PACE: `value` in 7C, chained or last. */
  paceStep(value: Buffer, isLast = false): Answer & { value: Buffer } {
    const data = object(0x7c, value);
    const head = Buffer.from([isLast ? 0x00 : 0x10, 0x86, 0, 0, data.length]);
    const answer = this.send(Buffer.concat([head, data, Buffer.from([0])]));
    const template = readObject(answer.data);
    const inner = template === undefined ? undefined : readObject(template.value);
    return { ...answer, value: inner?.value ?? Buffer.alloc(0) };
  }

  /** The whole of PACE.
   *  @returns the first status word that is not 9000, or what the terminal itself found wrong */
  pace(reference: number, password: Buffer, curve: SimulatedCurve): string {
    const chosen = this.choosePace(reference, curve.parameter);
    if (chosen !== '9000') return chosen;
    const nonce = this.paceStep(Buffer.alloc(0));
    if (nonce.sw !== '9000') return nonce.sw;
    const plain = aesDecrypt(aesKey(password, 3), Buffer.alloc(16), nonce.value);
    const mapping = pair(curve, curve.g);
    const mapped = this.paceStep(object(0x81, encodePoint(mapping.point)));
    const chipMapping = decodePoint(curve, mapped.value);
    if (mapped.sw !== '9000' || chipMapping === undefined) return mapped.sw === '9000' ? 'mapping' : mapped.sw;
    const generator = mappedGenerator(curve, plain, mapping.secret, chipMapping) ?? curve.g;
    return this.#agree(curve, generator);
  }

  #agree(curve: SimulatedCurve, generator: CurvePoint): string {
    const own = pair(curve, generator);
    const agreed = this.paceStep(object(0x83, encodePoint(own.point)));
    const chipKey = decodePoint(curve, agreed.value);
    if (agreed.sw !== '9000' || chipKey === undefined) return agreed.sw === '9000' ? 'key' : agreed.sw;
    if (agreed.value.equals(encodePoint(own.point))) return 'same';
    const shared = multiplyPoint(curve, own.secret, chipKey);
    const keys = aesSessionKeys(encodeCoordinate(shared?.x ?? 0n));
    const last = this.paceStep(object(0x85, paceToken(keys.mac, agreed.value)), true);
    if (last.sw !== '9000') return last.sw;
    if (!last.value.equals(paceToken(keys.mac, encodePoint(own.point)))) return 'token';
    this.session = { cipher: 'AES', keys, counter: 0n };
    return last.sw;
  }

  /** A command as it goes out under the session. `bend` changes it before its MAC is made. */
  protect(header: string, data: Buffer, le?: number, bend?: (objects: Buffer) => Buffer): Buffer {
    const session = this.#needed();
    const head = Buffer.from(header, 'hex');
    const objects: Buffer[] = [];
    const counter = this.#nextCounter(session);
    if (data.length > 0) objects.push(object(0x87, Buffer.from([1]), this.#cipher(session, counter, data)));
    if (le !== undefined) objects.push(object(0x97, Buffer.from([le & 0xff])));
    const body = bend === undefined ? Buffer.concat(objects) : bend(Buffer.concat(objects));
    const mac = this.#mac(session, counter, Buffer.concat([chipPad(head, blockOf(session)), body]));
    const sent = Buffer.concat([body, object(0x8e, mac)]);
    return Buffer.concat([head, Buffer.from([sent.length]), sent, Buffer.from([0])]);
  }

  /** Sends under the session and opens the answer; throws when its MAC is wrong. */
  secure(header: string, data: Buffer = Buffer.alloc(0), le?: number): Answer {
    return this.openAnswer(this.send(this.protect(header, data, le)));
  }

  /** Opens a protected answer. One that is not protected is given back as it is. */
  openAnswer(answer: Answer): Answer {
    if (answer.data.length === 0) return answer;
    const session = this.#needed();
    const counter = this.#nextCounter(session);
    const body = answer.data.subarray(0, -10);
    if (!this.#mac(session, counter, body).equals(answer.data.subarray(-8))) throw new Error('the chip’s MAC is wrong');
    const objects = readObjects(body);
    const inner = objects?.get(0x99)?.toString('hex') ?? '';
    if (inner !== answer.sw) throw new Error(`status word ${inner} inside, ${answer.sw} outside`);
    const cryptogram = objects?.get(0x87)?.subarray(1);
    if (cryptogram === undefined) return { data: Buffer.alloc(0), sw: inner };
    const iv = session.cipher === 'AES' ? aesBlock(session.keys.enc, counter) : Buffer.alloc(0);
    const plain =
      session.cipher === 'AES'
        ? aesDecrypt(session.keys.enc, iv, cryptogram)
        : chipDecrypt(session.keys.enc, cryptogram);
    return { data: chipUnpad(plain) ?? Buffer.alloc(0), sw: inner };
  }

  /** A whole file by its identifier; `undefined` when it is not there. */
  readFile(identifier: number): Buffer | undefined {
    if (this.secure('0ca4020c', Buffer.from([identifier >> 8, identifier & 0xff])).sw !== '9000') return undefined;
    let file = Buffer.alloc(0);
    for (;;) {
      const offset = file.length.toString(16).padStart(4, '0');
      const part = this.secure(`0cb0${offset}`, Buffer.alloc(0), 0xdf);
      file = Buffer.concat([file, part.data]);
      if (part.sw !== '9000') return file;
    }
  }

  #needed(): Session {
    if (this.session === undefined) throw new Error('no session');
    return this.session;
  }

  #cipher({ cipher, keys }: Session, counter: Buffer, data: Buffer): Buffer {
    return cipher === 'AES'
      ? aesEncrypt(keys.enc, aesBlock(keys.enc, counter), chipPad(data, 16))
      : chipEncrypt(keys.enc, chipPad(data));
  }

  #mac({ cipher, keys }: Session, counter: Buffer, message: Buffer): Buffer {
    return cipher === 'AES'
      ? aesCmac(keys.mac, Buffer.concat([counter, chipPad(message, 16)])).subarray(0, 8)
      : chipMac(keys.mac, Buffer.concat([counter, message]));
  }

  #nextCounter(session: Session): Buffer {
    session.counter += 1n;
    const bytes = blockOf(session);
    return Buffer.from(
      BigInt.asUintN(bytes * 8, session.counter)
        .toString(16)
        .padStart(bytes * 2, '0'),
      'hex',
    );
  }
}

/** A key pair of a terminal. */
export function pair(curve: SimulatedCurve, generator: CurvePoint): { secret: bigint; point: CurvePoint } {
  const secret = scalarFrom(curve, randomBytes(SCALAR_RANDOM_BYTES));
  return { secret, point: multiplyPoint(curve, secret, generator) ?? generator };
}

function blockOf({ cipher }: Session): 8 | 16 {
  return cipher === 'AES' ? 16 : 8;
}
