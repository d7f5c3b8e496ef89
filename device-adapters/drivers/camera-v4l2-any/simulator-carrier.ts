/** A request as the camera's side hears it. */
export interface HeardRequest {
  readonly kind: number;
  readonly number: number;
}

const HEAD = 10;
const SHORT = 0x1_00;

/** Cuts requests out of what comes: head of ten bytes, payload behind it (README.md, "The carrier"). What begins with
 *  anything else is passed over byte by byte. */
export class RequestEar {
  #held: number[] = [];
  readonly #onRequest: (request: HeardRequest) => void;

  constructor(onRequest: (request: HeardRequest) => void) {
    this.#onRequest = onRequest;
  }

  push(chunk: Uint8Array): void {
    this.#held.push(...chunk);
    for (;;) {
      while (this.#held.length > 1 && !(this.#held[0] === 0x59 && this.#held[1] === 0x56)) this.#held.shift();
      if (this.#held.length < HEAD) return;
      const [, , kind = 0, , high = 0, low = 0, , , long = 0, short = 0] = this.#held;
      const whole = HEAD + long * SHORT + short;
      if (this.#held.length < whole) return;
      this.#held.splice(0, whole);
      this.#onRequest({ kind, number: high * SHORT + low });
    }
  }

  reset(): void {
    this.#held = [];
  }
}

/** One answer's bytes. */
export function answerBytes(kind: number, number: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = [0x59, 0x56, kind, 0, number >> 8, number & 0xff, 0, (length >> 16) & 0xff, (length >> 8) & 0xff];
  return Uint8Array.from([...head, length & 0xff, ...payload]);
}
