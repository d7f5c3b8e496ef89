import { concatBytes, type CancelTimer, type Clock } from '@yimen/contracts/base';

/** One whole command as the reader hears it: `7E 00 | type | len | addr | data | CRC`. */
export interface Gm65Command {
  readonly type: number;
  readonly address: number;
  readonly data: Uint8Array;
}

const HEAD = [0x7e, 0x00] as const;
/** Head, type, length, address. */
const FRONT_BYTES = 6;
const CRC_BYTES = 2;
/** A command that is not whole after this long is forgotten. */
const GAP_MS = 400;

/** `02 00 | 00 | len | data | CRC`, the CRC over type…data (README.md, "The line"). */
export function gm65Answer(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concatBytes(Uint8Array.of(0x00, data.length), data);
  const crc = crcOf(body);
  return concatBytes(Uint8Array.of(0x02, 0x00), body, Uint8Array.of(crc >> 8, crc & 0xff));
}

/** The reader's ear: whole commands with a right CRC, or with `AB CD`, which means "not checked"; anything else is
 *  dropped byte by byte without a word. */
export class Gm65Ear {
  readonly #clock: Clock;
  readonly #hear: (command: Gm65Command) => void;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #cancelGap: CancelTimer | undefined;

  constructor(clock: Clock, hear: (command: Gm65Command) => void) {
    this.#clock = clock;
    this.#hear = hear;
  }

  push(chunk: Uint8Array): void {
    this.#cancelGap?.();
    this.#held = concatBytes(this.#held, chunk);
    this.#cut();
    if (this.#held.length > 0) this.#cancelGap = this.#clock.after(GAP_MS, () => this.forget());
  }

  /** What was half said is forgotten. */
  forget(): void {
    this.#cancelGap?.();
    this.#held = new Uint8Array(0);
  }

  #cut(): void {
    for (;;) {
      this.#held = this.#held.slice(headIn(this.#held));
      const [, , type = 0, length = 0, high = 0, low = 0] = this.#held;
      if (this.#held.length < FRONT_BYTES) return;
      const end = FRONT_BYTES + (length === 0 ? 256 : length);
      if (this.#held.length < end + CRC_BYTES) return;
      const frame = this.#held.slice(0, end + CRC_BYTES);
      const isHeard = isChecked(frame);
      this.#held = this.#held.slice(isHeard ? frame.length : 1);
      if (isHeard) this.#hear({ type, address: (high << 8) | low, data: frame.slice(FRONT_BYTES, end) });
    }
  }
}

/** Where a command begins, or could still begin at the end. */
function headIn(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at += 1)
    if (bytes[at] === HEAD[0] && (at + 1 === bytes.length || bytes[at + 1] === HEAD[1])) return at;
  return bytes.length;
}

function isChecked(frame: Uint8Array): boolean {
  const said = ((frame.at(-2) ?? 0) << 8) | (frame.at(-1) ?? 0);
  return said === 0xabcd || said === crcOf(frame.subarray(HEAD.length, -CRC_BYTES));
}

/** CRC-16/XMODEM: polynomial 1021, begins with 0, nothing reflected. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return crc;
}
