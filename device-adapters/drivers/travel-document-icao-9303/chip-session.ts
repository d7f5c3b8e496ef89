import { concatBytes, err, ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { ChipAccess, Fault } from '@yimen/contracts/device';
import { readTlvHead } from '../../framing/tlv.ts';
import type { ApduCarrier } from '../../transport/apdu-carrier.ts';
import { accessKeySeed, deriveKeys } from './access-keys.ts';
import { basicAccessCommand, basicAccessSecrets } from './basic-access.ts';
import { chipLimits } from './limits.table.ts';
import {
  decodeResponse,
  encodeCommand,
  externalAuthenticate,
  getChallenge,
  readBinary,
  selectApplication,
  selectFile,
  type CommandApdu,
  type ResponseApdu,
} from './protocol.ts';
import { SecureMessaging } from './secure-messaging.ts';
import { fileFault, lateFault, readerAnswerFault, secureMessagingFault, statusWordFault } from './status.ts';

/** What one chip session needs from around it. */
export interface ChipSessionContext {
  readonly carrier: ApduCarrier;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Monotonic millisecond at which the whole read must have ended. */
  readonly endMs: number;
}

/** One conversation with one chip, from selecting the application to the last file. Any fault ends it: a new one
 *  begins with a reset chip. */
export class ChipSession {
  readonly #context: ChipSessionContext;
  #messaging: SecureMessaging | undefined;

  constructor(context: ChipSessionContext) {
    this.#context = context;
  }

  /** Selects the travel-document application and authenticates with Basic Access Control.
   *  @fault invalidMedia no such application; securityFail the printed page does not open this chip. */
  async open(access: ChipAccess): Promise<Result<void, Fault>> {
    const selected = await this.#plain(selectApplication());
    if (!selected.ok) return selected;
    const notSelected = statusWordFault(selected.value.statusWord, 'select-application');
    return notSelected === undefined ? this.#authenticate(access) : err(notSelected);
  }

  /** Reads one elementary file whole: the first bytes give its length (ICAO 9303-10 §4.6: each file is one data
   *  object), the rest follows in pieces. `undefined` when the chip has no such file.
   *  @fault invalidMedia the file is malformed, cut, or larger than the limit. */
  async readFile(identifier: number): Promise<Result<Uint8Array | undefined, Fault>> {
    const selected = await this.#protected(selectFile(identifier));
    if (!selected.ok) return selected;
    if (selected.value.statusWord === 0x6a82) return ok(undefined);
    const notSelected = statusWordFault(selected.value.statusWord, 'file');
    if (notSelected !== undefined) return err(notSelected);
    const start = await this.#readAt(0, 4);
    if (!start.ok) return start;
    const head = readTlvHead(start.value, chipLimits.fileBytes - 5);
    // Our files' tags have one byte and lengths at most two after it: four bytes always hold the head.
    if (!head.ok) return err(fileFault({ code: 'FILE_MALFORMED', message: head.error.message }));
    return this.#readRest(start.value, head.value.headBytes + head.value.length);
  }

  /** Overwrites the session keys. */
  forget(): void {
    this.#messaging?.forget();
    this.#messaging = undefined;
  }

  async #authenticate(access: ChipAccess): Promise<Result<void, Fault>> {
    const challenge = await this.#plain(getChallenge());
    if (!challenge.ok) return challenge;
    const refused = statusWordFault(challenge.value.statusWord, 'access');
    if (refused !== undefined) return err(refused);
    if (challenge.value.data.length !== 8) return err(secureMessagingFault('malformed'));
    const chipRandom = challenge.value.data;
    const keys = deriveKeys(accessKeySeed(access));
    const share = { random: this.#context.random(8), key: this.#context.random(16) };
    const answer = await this.#plain(externalAuthenticate(basicAccessCommand(keys, chipRandom, share)));
    if (!answer.ok) return answer;
    const wrong = statusWordFault(answer.value.statusWord, 'access');
    if (wrong !== undefined) return err(wrong);
    const secrets = basicAccessSecrets(keys, chipRandom, share, answer.value.data);
    keys.encryption.fill(0);
    keys.mac.fill(0);
    share.key.fill(0);
    if (!secrets.ok) return err(secureMessagingFault('mac'));
    this.#messaging = new SecureMessaging(secrets.value);
    return ok(undefined);
  }

  async #readRest(start: Uint8Array, length: number): Promise<Result<Uint8Array, Fault>> {
    // A file shorter than the four bytes asked for has been read already.
    const pieces = [start.subarray(0, length)];
    let have = Math.min(start.length, length);
    while (have < length) {
      const piece = await this.#readAt(have, Math.min(chipLimits.readBytes, length - have));
      if (!piece.ok) return piece;
      pieces.push(piece.value);
      have += piece.value.length;
    }
    const file = concatBytes(...pieces);
    for (const piece of pieces) piece.fill(0);
    return ok(file);
  }

  async #readAt(offset: number, count: number): Promise<Result<Uint8Array, Fault>> {
    const answer = await this.#protected(readBinary(offset, count));
    if (!answer.ok) return answer;
    // 6282: the file ended before `count`; allowed for the first look at a file of less than four bytes only.
    const isShortFile = offset === 0 && answer.value.statusWord === 0x6282 && answer.value.data.length >= 2;
    const fault = isShortFile ? undefined : statusWordFault(answer.value.statusWord, 'file');
    if (fault !== undefined) return err(fault);
    if (answer.value.data.length !== count && !isShortFile) {
      return err(fileFault({ code: 'FILE_MALFORMED', message: 'the chip gave another number of bytes than asked' }));
    }
    return ok(answer.value.data);
  }

  async #protected(command: CommandApdu): Promise<Result<ResponseApdu, Fault>> {
    const messaging = this.#messaging;
    if (messaging === undefined) return err(secureMessagingFault('unprotected'));
    const answer = await this.#plain(messaging.protect(command));
    if (!answer.ok) return answer;
    const opened = messaging.open(answer.value);
    if (opened.ok) return opened;
    // A chip that ends secure messaging says why in a bare status word; that word is the better fault.
    const bare = opened.error === 'unprotected' ? statusWordFault(answer.value.statusWord, 'file') : undefined;
    return err(bare ?? secureMessagingFault(opened.error));
  }

  async #plain(command: CommandApdu): Promise<Result<ResponseApdu, Fault>> {
    const leftMs = this.#context.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return err(lateFault());
    const answer = await this.#context.carrier.exchange(encodeCommand(command), Math.min(leftMs, chipLimits.replyMs));
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'bytes') return err(readerAnswerFault(answer.value));
    const response = decodeResponse(answer.value.bytes);
    return response.ok ? response : err(secureMessagingFault('malformed'));
  }
}
