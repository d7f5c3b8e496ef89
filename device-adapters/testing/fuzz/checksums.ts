/** Check sums bit by bit, from their definitions: not the tables and loops of the framers. */

/** x¹⁶ + x¹² + x⁵ + 1, initial value 0, most significant bit first. */
export function crc16XmodemByBits(bytes: Uint8Array): number {
  let register = 0;
  for (const byte of bytes)
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      const isOut = (register & 0x8000) !== 0;
      const isIn = (byte & mask) !== 0;
      register = (register << 1) & 0xffff;
      if (isOut !== isIn) register ^= 0x1021;
    }
  return register;
}

export function exclusiveOrOf(bytes: Uint8Array): number {
  return Array.from(bytes).reduce((sum, byte) => sum ^ byte, 0);
}

/** The same generator bit-reflected, initial value FFFF. */
export function crc16ModbusByBits(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((register ^ (byte >> bit)) & 1) === 1;
      register >>= 1;
      if (isOdd) register ^= 0xa001;
    }
  return register;
}
