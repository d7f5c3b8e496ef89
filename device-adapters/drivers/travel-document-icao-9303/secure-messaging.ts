import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { readTlvList } from '../../framing/tlv.ts';
import type { SessionSecrets } from './cipher-suite.ts';
import { encodeTlv, type CommandApdu, type ResponseApdu } from './protocol.ts';
import { equalBytes, padMethod2, unpadMethod2 } from './triple-des.ts';

/** Why a protected answer is refused. After any of them the session must end: the counters no longer agree. */
export type SecureMessagingFault = 'unprotected' | 'malformed' | 'mac' | 'status';

const DO_CRYPTOGRAM = 0x87;
const DO_LENGTH = 0x97;
const DO_STATUS = 0x99;
const DO_MAC = 0x8e;
const MAC_BYTES = 8;
const LIMITS = { valueBytes: 65_535, objects: 4 };

/** Secure messaging over one chip session, in the cipher suite that its authentication agreed on: protects each
 *  command, opens its answer. The counter goes up by one for each of both, so that no answer fits twice.
 *  @source ICAO 9303-11 §9.8, Appendix D.4 (3DES) and G.1 (AES) */
export class SecureMessaging {
  readonly #secrets: SessionSecrets;
  readonly #counter: Uint8Array;

  constructor(secrets: SessionSecrets) {
    this.#secrets = secrets;
    this.#counter = secrets.counter.slice();
  }

  /** The command with CLA 0C, DO87 (data), DO97 (Le) and DO8E (MAC), and an Le that asks for all there is. */
  protect(command: CommandApdu): CommandApdu {
    const { cla, ins, p1, p2 } = command;
    this.#count();
    const objects = concatBytes(this.#cryptogram(command.data), lengthObject(command.le));
    const header = this.#padded(Uint8Array.of(cla | 0x0c, ins, p1, p2));
    const mac = this.#mac(concatBytes(header, objects));
    const le = command.le !== undefined && command.le > 256 ? 65_536 : 256;
    return { cla: cla | 0x0c, ins, p1, p2, data: concatBytes(objects, encodeTlv(DO_MAC, mac)), le };
  }

  /** Opens the answer to the last protected command. The status word is the protected one (DO99). */
  open(answer: ResponseApdu): Result<ResponseApdu, SecureMessagingFault> {
    this.#count();
    if (answer.data.length === 0) return err('unprotected');
    const list = readTlvList(answer.data, LIMITS);
    if (!list.ok) return err('malformed');
    const macObject = list.value.at(-1);
    if (macObject?.tag !== DO_MAC || macObject.value.length !== MAC_BYTES) return err('malformed');
    const covered = answer.data.subarray(0, answer.data.length - 2 - MAC_BYTES);
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

  /** Adds one to the counter, a number of as many bytes as a block has, big-endian. */
  #count(): void {
    for (let at = this.#counter.length - 1; at >= 0; at -= 1) {
      const next = ((this.#counter[at] ?? 0) + 1) & 0xff;
      this.#counter[at] = next;
      if (next !== 0) return;
    }
  }

  #padded(data: Uint8Array): Uint8Array {
    return padMethod2(data, this.#secrets.suite.blockBytes);
  }

  #mac(objects: Uint8Array): Uint8Array {
    return this.#secrets.suite.mac(this.#secrets.keys.mac, this.#padded(concatBytes(this.#counter, objects)));
  }

  #cryptogram(data: Uint8Array | undefined): Uint8Array {
    if (data === undefined || data.length === 0) return new Uint8Array(0);
    const { suite, keys } = this.#secrets;
    const encrypted = suite.encrypt(keys.encryption, this.#counter, this.#padded(data));
    // 01: padding method 2 (ISO/IEC 7816-4 §10.4.2).
    return encodeTlv(DO_CRYPTOGRAM, concatBytes(Uint8Array.of(0x01), encrypted));
  }

  #decrypt(value: Uint8Array | undefined): Result<Uint8Array, SecureMessagingFault> {
    if (value === undefined) return ok(new Uint8Array(0));
    const { suite, keys } = this.#secrets;
    if (value[0] !== 0x01 || value.length === 1 || (value.length - 1) % suite.blockBytes !== 0) return err('malformed');
    const padded = suite.decrypt(keys.encryption, this.#counter, value.subarray(1));
    const plain = unpadMethod2(padded, suite.blockBytes);
    return plain.ok ? plain : err('malformed');
  }
}

function lengthObject(le: number | undefined): Uint8Array {
  if (le === undefined) return new Uint8Array(0);
  return encodeTlv(DO_LENGTH, le > 256 ? Uint8Array.of((le >> 8) & 0xff, le & 0xff) : Uint8Array.of(le % 256));
}
