import { concatBytes, type CancelTimer, type Clock } from '@yimen/contracts/base';

/** One whole request as the board hears it: `unit | function | data | CRC`. */
export interface HeardRequest {
  readonly unit: number;
  readonly function: number;
  readonly data: Uint8Array;
}

/** Silence that ends a frame (README.md, "The line"). */
const SILENCE_MS = 30;
const LONGEST_FRAME = 256;
const SHORTEST_FRAME = 4;
const READ_OR_ONE_COIL = 8;
/** Unit, function, address, count and byte count before the registers, CRC behind them. */
const AROUND_REGISTERS = 9;

/** `unit | PDU | CRC`, low byte first. */
export function rtuFrame(unit: number, pdu: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concatBytes(Uint8Array.of(unit), pdu);
  const crc = checkOf(body);
  return concatBytes(body, Uint8Array.of(crc & 0xff, crc >> 8));
}

/** The board's ear. A request is heard as soon as it is whole, one of an unknown function when silence ends it. After a
 *  wrong CRC, or more than a frame can hold, nothing is heard until the line was silent. */
export class RtuEar {
  readonly #clock: Clock;
  readonly #hear: (request: HeardRequest) => void;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #isDeaf = false;
  #cancelSilence: CancelTimer | undefined;

  constructor(clock: Clock, hear: (request: HeardRequest) => void) {
    this.#clock = clock;
    this.#hear = hear;
  }

  push(chunk: Uint8Array): void {
    this.#cancelSilence?.();
    this.#held = this.#isDeaf ? this.#held : concatBytes(this.#held, chunk);
    while (this.#held.length >= this.#wanted) this.#take(this.#wanted);
    if (this.#held.length > LONGEST_FRAME) this.#goDeaf();
    this.#cancelSilence = this.#clock.after(SILENCE_MS, () => this.#silence());
  }

  /** What was half said is forgotten. */
  forget(): void {
    this.#cancelSilence?.();
    this.#held = new Uint8Array(0);
    this.#isDeaf = false;
  }

  /** How long the frame at the front is; beyond every frame where nobody can know yet. */
  get #wanted(): number {
    const [, code = 0, , , , , byteCount] = this.#held;
    if (code >= 1 && code <= 5) return READ_OR_ONE_COIL;
    return code === 16 && byteCount !== undefined ? AROUND_REGISTERS + byteCount : Number.POSITIVE_INFINITY;
  }

  #take(length: number): void {
    const frame = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    if (isSound(frame)) this.#tell(frame);
    else this.#goDeaf();
  }

  #silence(): void {
    const frame = this.#held;
    this.forget();
    if (frame.length >= SHORTEST_FRAME && isSound(frame)) this.#tell(frame);
  }

  #goDeaf(): void {
    this.#held = new Uint8Array(0);
    this.#isDeaf = true;
  }

  #tell(frame: Uint8Array): void {
    const [unit = 0, code = 0] = frame;
    this.#hear({ unit, function: code, data: frame.slice(2, -2) });
  }
}

/** Over a frame with its own CRC behind it, low byte first, nothing remains. */
function isSound(frame: Uint8Array): boolean {
  return checkOf(frame) === 0;
}

/** x^16 + x^15 + x^2 + 1, least significant bit first; what four bits do to it. */
const NIBBLES = Uint16Array.from({ length: 16 }, (_, nibble) => {
  let rest = nibble;
  for (let bit = 0; bit < 4; bit += 1) rest = rest % 2 === 1 ? (rest >>> 1) ^ 0xa001 : rest >>> 1;
  return rest;
});

/** CRC-16/MODBUS, half a byte at a time (MODBUS over Serial Line V1.02, 2.5.1.2). */
function checkOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (const half of [byte & 15, byte >>> 4]) crc = (crc >>> 4) ^ (NIBBLES[(crc ^ half) & 15] ?? 0);
  return crc;
}
