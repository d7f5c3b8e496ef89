const PREAMBLE = [0xaa, 0xaa, 0xaa, 0x96, 0x69] as const;
const HEADER = PREAMBLE.length + 2;
/** CMD, Para, CHK. */
const SHORTEST = 3;
/** No request of a terminal is longer: CMD, Para, one byte of data, CHK; the rest is room. */
const LONGEST = 64;

/** What a reader hears: a request, or that one was spoilt on its way. */
export type SdtHeard =
  | { readonly is: 'request'; readonly command: number; readonly para: number; readonly data: readonly number[] }
  | { readonly is: 'bad-checksum' }
  | { readonly is: 'bad-length' };

/** Hears requests in a stream of bytes: `AA AA AA 96 69 | LenH LenL | CMD Para [data] | CHK`. What precedes a preamble is
 *  passed over; after a spoilt request it listens again from the next byte on.
 *  @source README.md, "The line" */
export class SdtEar {
  #held: number[] = [];

  /** Whether a request has begun and not ended. */
  get isWaiting(): boolean {
    return this.#held.length >= PREAMBLE.length;
  }

  forget(): void {
    this.#held = [];
  }

  push(chunk: Uint8Array): readonly SdtHeard[] {
    const heard: SdtHeard[] = [];
    for (const byte of chunk) {
      this.#held.push(byte);
      this.#skipToPreamble();
      for (let one = this.#whole(); one !== undefined; one = this.#whole()) heard.push(one);
    }
    return heard;
  }

  /** Drops bytes until what is held could be the beginning of a frame. */
  #skipToPreamble(): void {
    const isBeginning = (): boolean => this.#held.slice(0, PREAMBLE.length).every((byte, at) => byte === PREAMBLE[at]);
    while (!isBeginning()) this.#held.shift();
  }

  #whole(): SdtHeard | undefined {
    if (this.#held.length < HEADER) return undefined;
    const length = ((this.#held[5] ?? 0) << 8) | (this.#held[6] ?? 0);
    if (length < SHORTEST || length > LONGEST) return this.#spoilt('bad-length');
    if (this.#held.length < HEADER + length) return undefined;
    const body = this.#held.slice(PREAMBLE.length, HEADER + length);
    if (exclusiveOr(body) !== 0) return this.#spoilt('bad-checksum');
    this.#held.splice(0, HEADER + length);
    this.#skipToPreamble();
    const [, , command = 0, para = 0, ...rest] = body;
    return { is: 'request', command, para, data: rest.slice(0, -1) };
  }

  #spoilt(is: 'bad-checksum' | 'bad-length'): SdtHeard {
    this.#held.shift();
    this.#skipToPreamble();
    return { is };
  }
}

/** A reply: preamble, length, `00 00 SW3`, data, XOR of everything from the length on. */
export function sdtReply(sw3: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  const length = 3 + data.length + 1;
  const body = [length >> 8, length & 0xff, 0, 0, sw3, ...data];
  return Uint8Array.from([...PREAMBLE, ...body, exclusiveOr(body)]);
}

/** Over a whole frame with its check byte it is 0. */
function exclusiveOr(bytes: readonly number[]): number {
  return bytes.reduce((all, byte) => all ^ byte, 0);
}
