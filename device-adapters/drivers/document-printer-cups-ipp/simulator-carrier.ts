import { concatBytes } from '@yimen/contracts/base';

/** A message of the carrier (README.md, "The carrier"). */
export interface CarriedRequest {
  readonly number: number;
  readonly body: Uint8Array;
}

const HEAD_BYTES = 10;
const [FIRST, SECOND] = [0x59, 0x49];
/** The longest request, as README.md says. */
export const MOST_BYTES = 16 * 1_048_576 + 65_536;

/** Puts requests together that come in pieces. What begins no message, or claims to be too long, is dropped byte by byte. */
export class CarrierEar {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  readonly #onRequest: (request: CarriedRequest) => void;

  constructor(onRequest: (request: CarriedRequest) => void) {
    this.#onRequest = onRequest;
  }

  /** A new line: half a request of the old one is nothing. */
  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  push(chunk: Uint8Array): void {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= HEAD_BYTES) {
      const head = this.#peek();
      const length = head[0] === FIRST && head[1] === SECOND ? new DataView(head.buffer).getUint32(6) : MOST_BYTES + 1;
      if (length > MOST_BYTES) {
        this.#take(1);
        continue;
      }
      if (this.#bytes < HEAD_BYTES + length) return;
      const message = this.#take(HEAD_BYTES + length);
      this.#onRequest({ number: new DataView(message.buffer).getUint16(2), body: message.subarray(HEAD_BYTES) });
    }
  }

  #peek(): Uint8Array<ArrayBuffer> {
    const [first] = this.#parts;
    if (first === undefined || first.length < HEAD_BYTES) this.#parts = [concatBytes(...this.#parts)];
    return Uint8Array.from((this.#parts[0] ?? new Uint8Array(0)).subarray(0, HEAD_BYTES));
  }

  #take(bytes: number): Uint8Array<ArrayBuffer> {
    const all = concatBytes(...this.#parts);
    this.#parts = [all.subarray(bytes)];
    this.#bytes -= bytes;
    return all.slice(0, bytes);
  }
}

/** An answer of the carrier. */
export function carriedAnswer(number: number, httpStatus: number, body: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  head.set([FIRST, SECOND]);
  view.setUint16(2, number);
  view.setUint16(4, httpStatus);
  view.setUint32(6, body.length);
  return concatBytes(head, body);
}
