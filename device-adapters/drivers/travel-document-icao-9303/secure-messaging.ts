import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { readTlvList } from '../../framing/tlv.ts';
import type { SessionSecrets } from './basic-access.ts';
import type { CommandApdu, ResponseApdu } from './protocol.ts';
import {
  decryptTripleDes,
  encryptTripleDes,
  equalBytes,
  padMethod2,
  retailMac,
  unpadMethod2,
  BLOCK_BYTES,
} from './triple-des.ts';

/** Why a protected answer is refused. After any of them the session must end: the counters no longer agree. */
export type SecureMessagingFault = 'unprotected' | 'malformed' | 'mac' | 'status';

const DO_CRYPTOGRAM = 0x87;
const DO_LENGTH = 0x97;
const DO_STATUS = 0x99;
const DO_MAC = 0x8e;
const LIMITS = { valueBytes: 65_535, objects: 4 };

/** Secure messaging with 3DES and retail MAC over one chip session: protects each command, opens its answer. The
 *  counter goes up by one for each of both, so that no answer fits twice.
 *  @source ICAO 9303-11 §9.8, Appendix D.4 */
export class SecureMessaging {
  readonly #secrets: SessionSecrets;
  #counter: bigint;

  constructor(secrets: SessionSecrets) {
    this.#secrets = secrets;
    this.#counter = new DataView(secrets.counter.slice().buffer).getBigUint64(0);
  }

  /** The command with CLA 0C, DO87 (data), DO97 (Le) and DO8E (MAC), and an Le of 00. */
  protect(command: CommandApdu): CommandApdu {
    const { ins, p1, p2 } = command;
    const objects = concatBytes(this.#cryptogram(command.data), lengthObject(command.le));
    const header = padMethod2(Uint8Array.of(0x0c, ins, p1, p2));
    const mac = this.#mac(concatBytes(header, objects));
    return { cla: 0x0c, ins, p1, p2, data: concatBytes(objects, Uint8Array.of(DO_MAC, mac.length), mac), le: 256 };
  }

  /** Opens the answer to the last protected command. The status word is the protected one (DO99). */
  open(answer: ResponseApdu): Result<ResponseApdu, SecureMessagingFault> {
    if (answer.data.length === 0) return err('unprotected');
    const list = readTlvList(answer.data, LIMITS);
    if (!list.ok) return err('malformed');
    const macObject = list.value.at(-1);
    if (macObject?.tag !== DO_MAC || macObject.value.length !== BLOCK_BYTES) return err('malformed');
    const covered = answer.data.subarray(0, answer.data.length - 2 - BLOCK_BYTES);
    if (!equalBytes(this.#mac(covered), macObject.value)) return err('mac');
    const status = list.value.find(({ tag }) => tag === DO_STATUS)?.value;
    if (status?.length !== 2) return err('malformed');
    const statusWord = (status[0] ?? 0) * 256 + (status[1] ?? 0);
    // The outer status word is not covered by the MAC; where it says something else, someone changed it.
    if (statusWord !== answer.statusWord) return err('status');
    const data = this.#decrypt(list.value.find(({ tag }) => tag === DO_CRYPTOGRAM)?.value);
    return data.ok ? ok({ data: data.value, statusWord }) : data;
  }

  /** Overwrites the session keys; the object is useless afterwards. */
  forget(): void {
    this.#secrets.keys.encryption.fill(0);
    this.#secrets.keys.mac.fill(0);
  }

  #mac(objects: Uint8Array): Uint8Array {
    this.#counter = (this.#counter + 1n) & 0xffff_ffff_ffff_ffffn;
    const counter = new Uint8Array(8);
    new DataView(counter.buffer).setBigUint64(0, this.#counter);
    return retailMac(this.#secrets.keys.mac, padMethod2(concatBytes(counter, objects)));
  }

  #cryptogram(data: Uint8Array | undefined): Uint8Array {
    if (data === undefined || data.length === 0) return new Uint8Array(0);
    const encrypted = encryptTripleDes(this.#secrets.keys.encryption, padMethod2(data));
    // 01: padding method 2 (ISO/IEC 7816-4 §10.4.2). Our commands are short, one length byte is enough.
    return concatBytes(Uint8Array.of(DO_CRYPTOGRAM, encrypted.length + 1, 0x01), encrypted);
  }

  #decrypt(value: Uint8Array | undefined): Result<Uint8Array, SecureMessagingFault> {
    if (value === undefined) return ok(new Uint8Array(0));
    if (value[0] !== 0x01 || value.length === 1 || (value.length - 1) % BLOCK_BYTES !== 0) return err('malformed');
    const plain = unpadMethod2(decryptTripleDes(this.#secrets.keys.encryption, value.subarray(1)));
    return plain.ok ? plain : err('malformed');
  }
}

function lengthObject(le: number | undefined): Uint8Array {
  return le === undefined ? new Uint8Array(0) : Uint8Array.of(DO_LENGTH, 1, le % 256);
}
