/** Bytes of an unfinished frame, in one buffer that is used again: a frame that comes in many pieces is not copied anew
 *  with each of them. What leaves it is overwritten at once. */
export class HeldBytes {
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;
  readonly #usualBytes: number;

  /** @param usualBytes the largest frame; a buffer that a large chunk made larger shrinks to it again */
  constructor(usualBytes: number) {
    this.#usualBytes = usualBytes;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, Math.min(this.#usualBytes, this.#buffer.length * 2)));
      larger.set(this.bytes);
      this.#buffer.fill(0);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  dropFront(count: number): void {
    if (count === 0) return;
    this.#buffer.copyWithin(0, count, this.#length);
    this.#buffer.fill(0, this.#length - count, this.#length);
    this.#length -= count;
    // A large chunk made it large; what a frame needs is less.
    if (this.#buffer.length > 2 * this.#usualBytes && this.#length <= this.#usualBytes) {
      const kept = Uint8Array.from(this.bytes);
      this.#buffer.fill(0);
      this.#buffer = kept;
    }
  }
}
