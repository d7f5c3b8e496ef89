import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';

/** What the host can ask of the reader itself: a message of one byte. 0–4 as in vpcd's wire; 5 is ours (README.md of
 *  the travel-document driver). Only the two questions are answered. */
export const READER_CONTROL = { powerOff: 0, powerOn: 1, reset: 2, askAtr: 4, askIdentity: 5 } as const;

export interface ApduMessageFault {
  readonly code: 'APDU_OVERSIZE';
  readonly message: string;
}

/** Bytes of one message: length (2, big-endian, counts the payload only) | payload.
 *  @throws RangeError above 65,535 bytes: no caller can mean that. */
export function encodeApduMessage(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (payload.length > 0xffff) throw new RangeError(`payload of ${payload.length} bytes`);
  return concatBytes(Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload);
}

/** Cuts messages from the reader's byte stream. It holds at most one message of `limitBytes` and its head.
 *  The length has no check sum and the stream no preamble, so a length over the limit cannot be resynchronised:
 *  the fault is final and the channel must be closed. */
export class ApduMessageReader {
  readonly #limitBytes: number;
  #held: Uint8Array = new Uint8Array(0);
  #fault: ApduMessageFault | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes waiting for the rest of their message; never above the limit and the two bytes of the head. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes the next bytes and gives every payload that is whole; a payload may be empty. */
  push(chunk: Uint8Array): Result<Uint8Array[], ApduMessageFault> {
    if (this.#fault !== undefined) return err(this.#fault);
    let rest = this.#held.length === 0 ? chunk : concatBytes(this.#held, chunk);
    const payloads: Uint8Array[] = [];
    for (;;) {
      const [high, low] = rest;
      if (high === undefined || low === undefined) break;
      const length = high * 256 + low;
      if (length > this.#limitBytes) return this.#fail(length);
      if (rest.length < 2 + length) break;
      payloads.push(rest.slice(2, 2 + length));
      rest = rest.subarray(2 + length);
    }
    this.#held = rest.slice();
    return ok(payloads);
  }

  #fail(length: number): Result<never, ApduMessageFault> {
    this.#held = new Uint8Array(0);
    this.#fault = { code: 'APDU_OVERSIZE', message: `message of ${length} bytes, at most ${this.#limitBytes}` };
    return err(this.#fault);
  }
}
