/** Watches MQTT packets pass and says when one is announced larger than allowed. Reads only fixed headers (MQTT 3.1.1
 *  §2.2): type byte, then 1–4 bytes of remaining length, 7 bits each, lowest first. */
export class PacketSizeGuard {
  readonly #limitBytes: number;
  /** Body bytes of the present packet still to pass. */
  #body = 0;
  /** Bytes of the present fixed header seen so far. */
  #header = 0;
  #length = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes the next bytes. @returns false when a packet is too large, or its length is malformed; then nothing more
   *  should be fed. */
  passes(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const step = Math.min(this.#body, chunk.length - at);
        this.#body -= step;
        at += step;
        continue;
      }
      if (!this.#takeHeaderByte(chunk[at] ?? 0)) return false;
      at += 1;
    }
    return true;
  }

  #takeHeaderByte(byte: number): boolean {
    this.#header += 1;
    if (this.#header === 1) {
      this.#length = 0;
      return true;
    }
    if (this.#header > 5) return false;
    this.#length += (byte & 0x7f) * 128 ** (this.#header - 2);
    if (this.#length + this.#header > this.#limitBytes) return false;
    if ((byte & 0x80) !== 0) return true;
    this.#body = this.#length;
    this.#header = 0;
    return true;
  }
}
