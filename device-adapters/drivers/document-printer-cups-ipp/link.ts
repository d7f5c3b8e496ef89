import { concatBytes, err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { DeviceLine, type DeviceLineOptions } from '../../driver-kit/device-line.ts';
import { createIppMessageCutter, encodeIppHead, type IppMessage } from '../../framing/ipp-message.ts';
import { IPP_LIMITS } from './limits.table.ts';
import { decodeAnswer, STATUS, type Head, type Operation, type RawAnswer } from './protocol.ts';
import { httpFault, malformedFault } from './status.ts';

export type LinkOptions = Pick<DeviceLineOptions<IppMessage>, 'open' | 'clock' | 'log' | 'onLost'> & {
  /** The printer's IPP name. */
  readonly uri: string;
  /** Told when a new channel is made: somebody else may answer on it. */
  readonly onFresh: () => void;
};

/** One request: how its bytes are made once its number is known. */
export interface Ask {
  readonly operation: Operation;
  readonly encode: (head: Head) => Uint8Array;
  /** What follows the attributes. */
  readonly document?: Uint8Array;
  /** Only on the channel that is up: who would answer on a new one has not been asked. */
  readonly isBound?: boolean;
  readonly answerMs?: number;
}

const HTTP_OK = 200;
const UNSENT = 'ipp-unsent';
const NUMBER_MOST = 0xffff;

/** Requests and answers, one exchange at a time. What was not answered in time costs the channel, so that no request of
 *  ours still runs when the next one is made. */
export class IppLink {
  readonly clock: Clock;
  readonly #line: DeviceLine<IppMessage>;
  readonly #options: LinkOptions;
  readonly #exchanges = new CommandQueue();
  #requests = 0;

  constructor(options: LinkOptions) {
    this.clock = options.clock;
    this.#options = options;
    this.#line = new DeviceLine({
      ...options,
      createCutter: () => createIppMessageCutter(IPP_LIMITS.answerBytes),
      gapMs: IPP_LIMITS.gapMs,
    });
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Asks, on a new channel when there is none.
   *  @returns the answer, whatever its status.
   *  @fault offline with `isUnsent`: nothing went out; timeOut, offline, hardwareError: whether the server did it is not known; what
   *  `httpFault` says. */
  ask(ask: Ask): Promise<Result<RawAnswer, Fault>> {
    return this.#exchanges.run(() => this.#exchange(ask));
  }

  async #exchange(ask: Ask): Promise<Result<RawAnswer, Fault>> {
    if (ask.isBound === true && !this.#line.isUp) return err(unsentFault());
    const up = await this.#line.up(IPP_LIMITS.openMs);
    if (!up.ok) return up;
    if (up.value === 'fresh') this.#options.onFresh();
    const requestId = (this.#requests += 1);
    const number = ((requestId - 1) % NUMBER_MOST) + 1;
    const ticket = this.#line.matcher.register(ask.operation, (message) =>
      message.number === number ? message : undefined,
    );
    const written = await this.#send(number, ask.encode({ requestId, uri: this.#options.uri }), ask.document);
    if (!written.ok) {
      ticket.drop();
      return written;
    }
    const answer = await ticket.within(ask.answerMs ?? IPP_LIMITS.answerMs);
    if (!answer.ok) {
      if (answer.error.code === 'timeOut') await this.#line.drop();
      return answer;
    }
    const { status, payload } = answer.value;
    if (status !== HTTP_OK || payload.length === 0) return err(httpFault(status));
    const decoded = decodeAnswer(payload);
    return decoded === undefined || decoded.requestId !== requestId ? err(malformedFault()) : ok(decoded);
  }

  async #send(
    number: number,
    attributes: Uint8Array,
    document: Uint8Array = new Uint8Array(0),
  ): Promise<Result<void, Fault>> {
    const head = encodeIppHead({ number, status: 0 }, attributes.length + document.length);
    const front = await this.#pieces(concatBytes(head, attributes));
    return front.ok ? this.#pieces(document) : front;
  }

  /** In pieces, each taken before the next: a carrier holds only so many unread bytes. */
  async #pieces(bytes: Uint8Array): Promise<Result<void, Fault>> {
    for (let at = 0; at < bytes.length; at += IPP_LIMITS.pieceBytes) {
      const written = await this.#line.write(bytes.subarray(at, at + IPP_LIMITS.pieceBytes));
      if (!written.ok) return written;
    }
    return ok(undefined);
  }
}

/** Is it known that the request did not go out? */
export function isUnsent(fault: Fault): boolean {
  return fault.vendorCode === UNSENT;
}

function unsentFault(): Fault {
  return deviceFault('offline', 'the line was lost before the request', 'reset', UNSENT);
}

/** Did the server do it? */
export function isSuccess(answer: RawAnswer): boolean {
  return answer.status <= STATUS.successMost;
}
