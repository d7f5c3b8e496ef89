import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { HeldBytes } from './held-bytes.ts';

/** The length. */
const HEAD_BYTES = 2;

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
  readonly #held: HeldBytes;
  #fault: ApduMessageFault | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#held = new HeldBytes(HEAD_BYTES + limitBytes);
  }

  /** Bytes waiting for the rest of their message; never above the limit and the two bytes of the head. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Takes the next bytes and gives every payload that is whole; a payload may be empty. */
  push(chunk: Uint8Array): Result<Uint8Array[], ApduMessageFault> {
    if (this.#fault !== undefined) return err(this.#fault);
    const isJoined = this.#held.length > 0;
    if (isJoined) this.#held.add(chunk);
    const bytes = isJoined ? this.#held.bytes : chunk;
    const payloads: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
      if (length > this.#limitBytes) return this.#fail(length);
      const end = at + HEAD_BYTES + length;
      if (bytes.length < end) break;
      // Not `slice`: of a Buffer, which is what a socket gives, that would be a view.
      payloads.push(Uint8Array.from(bytes.subarray(at + HEAD_BYTES, end)));
      at = end;
    }
    if (isJoined) this.#held.dropFront(at);
    else this.#held.add(chunk.subarray(at));
    return ok(payloads);
  }

  #fail(length: number): Result<never, ApduMessageFault> {
    this.#held.dropFront(this.#held.length);
    this.#fault = { code: 'APDU_OVERSIZE', message: `message of ${length} bytes, at most ${this.#limitBytes}` };
    return err(this.#fault);
  }
}
