import { err, ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ApduCarrier } from '../../transport/apdu-carrier.ts';
import type { SessionSecrets } from './cipher-suite.ts';
import { chipLimits } from './limits.table.ts';
import { decodeResponse, encodeCommand, type CommandApdu, type ResponseApdu } from './protocol.ts';
import { SecureMessaging } from './secure-messaging.ts';
import { lateFault, readerAnswerFault, secureMessagingFault, statusWordFault, type ReadStep } from './status.ts';

/** What one conversation with a chip needs from around it. */
export interface ChipLinkContext {
  readonly carrier: ApduCarrier;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Monotonic millisecond at which the whole read must have ended. */
  readonly endMs: number;
}

/** Commands and answers of one conversation with one chip, in the clear until an authentication gave keys. From then
 *  on nothing goes out and nothing is believed without them. */
export class ChipLink {
  readonly #context: ChipLinkContext;
  #messaging: SecureMessaging | undefined;

  constructor(context: ChipLinkContext) {
    this.#context = context;
  }

  /** Fresh random bytes for a share of an authentication. */
  random(count: number): Uint8Array {
    return this.#context.random(count);
  }

  /** Every later command is protected with these keys; earlier ones are overwritten. */
  secure(secrets: SessionSecrets): void {
    this.forget();
    this.#messaging = new SecureMessaging(secrets);
  }

  /** Sends one command and gives whatever status word the chip answered with.
   *  @fault securityFail a breach of secure messaging; the reader's and the line's own faults; timeOut */
  async transmit(command: CommandApdu): Promise<Result<ResponseApdu, Fault>> {
    const messaging = this.#messaging;
    if (messaging === undefined) return this.#exchange(command);
    const answer = await this.#exchange(messaging.protect(command));
    if (!answer.ok) return answer;
    const opened = messaging.open(answer.value);
    if (opened.ok) return opened;
    // A chip that ends secure messaging says why in a bare status word; that word is the better fault.
    const bare = opened.error === 'unprotected' ? statusWordFault(answer.value.statusWord, 'file') : undefined;
    return err(bare ?? secureMessagingFault(opened.error));
  }

  /** As `transmit`, where only 9000 will do.
   *  @fault as the step reads the status word */
  async require(command: CommandApdu, step: ReadStep): Promise<Result<Uint8Array, Fault>> {
    const answer = await this.transmit(command);
    if (!answer.ok) return answer;
    const refused = statusWordFault(answer.value.statusWord, step);
    return refused === undefined ? ok(answer.value.data) : err(refused);
  }

  /** Overwrites the session keys. */
  forget(): void {
    this.#messaging?.forget();
    this.#messaging = undefined;
  }

  async #exchange(command: CommandApdu): Promise<Result<ResponseApdu, Fault>> {
    const leftMs = this.#context.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return err(lateFault());
    const answer = await this.#context.carrier.exchange(encodeCommand(command), Math.min(leftMs, chipLimits.replyMs));
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'bytes') return err(readerAnswerFault(answer.value));
    const response = decodeResponse(answer.value.bytes);
    return response.ok ? response : err(secureMessagingFault('malformed'));
  }
}
