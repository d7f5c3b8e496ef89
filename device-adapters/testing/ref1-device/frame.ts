import { concatBytes, type CancelTimer, type Clock } from '@yimen/contracts/base';

/** One whole frame of the reference protocol, as the device hears it. */
export interface DeviceFrame {
  readonly seq: number;
  readonly command: number;
  readonly data: Uint8Array;
  /** All of it, to know a repeated one by. */
  readonly raw: Uint8Array;
}

const PREAMBLE = Uint8Array.of(0x59, 0x4d, 0x52, 0x31);
/** Preamble, seq, command, length. */
const HEAD_BYTES = 9;
const CRC_BYTES = 2;
const LONGEST_DATA = 8_000;
const GAP_MS = 200;

/** `59 4D 52 31 | seq | command | length | data | CRC-16/XMODEM over seq…data`, big-endian (README.md, "Frame"). */
export function deviceFrame(seq: number, command: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = concatBytes(Uint8Array.of(seq >> 8, seq, command, data.length >> 8, data.length), data);
  const check = crcXmodem(body);
  return concatBytes(PREAMBLE, body, Uint8Array.of(check >> 8, check));
}

/** CRC-16/XMODEM: polynomial 1021, begins with 0, nothing reflected; "123456789" gives 31C3. */
export function crcXmodem(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

/** The device's ear: gives whole frames, drops what is none byte by byte, and ends a frame in which 200 ms nothing came.
 *  Never holds more than one longest frame and a chunk. */
export class FrameEar {
  readonly #clock: Clock;
  readonly #hear: (frame: DeviceFrame) => void;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #stopWaiting: CancelTimer | undefined;

  constructor(clock: Clock, hear: (frame: DeviceFrame) => void) {
    this.#clock = clock;
    this.#hear = hear;
  }

  push(chunk: Uint8Array): void {
    this.#stopWaiting?.();
    this.#held = concatBytes(this.#held, chunk);
    this.#cut();
    if (this.#held.length > 0) this.#stopWaiting = this.#clock.after(GAP_MS, () => this.#giveUp());
  }

  /** What was half said is forgotten: another host, or no power. */
  forget(): void {
    this.#stopWaiting?.();
    this.#held = new Uint8Array(0);
  }

  /** The rest of this frame will not come; a whole one may still stand behind its false beginning. */
  #giveUp(): void {
    while (this.#held.length > 0) {
      this.#held = this.#held.slice(1);
      this.#cut();
    }
  }

  #cut(): void {
    for (;;) {
      this.#held = this.#held.slice(preambleIn(this.#held));
      const [, , , , seqHigh = 0, seqLow = 0, command = 0, high = 0, low = 0] = this.#held;
      const length = (high << 8) | low;
      if (this.#held.length < HEAD_BYTES) return;
      if (length <= LONGEST_DATA && this.#held.length < HEAD_BYTES + length + CRC_BYTES) return;
      const raw = this.#held.slice(0, HEAD_BYTES + length + CRC_BYTES);
      if (length > LONGEST_DATA || !isChecked(raw)) {
        this.#held = this.#held.slice(1);
        continue;
      }
      this.#held = this.#held.slice(raw.length);
      this.#hear({ seq: (seqHigh << 8) | seqLow, command, data: raw.slice(HEAD_BYTES, -CRC_BYTES), raw });
    }
  }
}

/** Where a preamble begins, or could still begin at the end. */
function preambleIn(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === PREAMBLE[0] && PREAMBLE.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte))
      return at;
  }
  return bytes.length;
}

function isChecked(raw: Uint8Array): boolean {
  const check = crcXmodem(raw.subarray(PREAMBLE.length, -CRC_BYTES));
  return raw.at(-2) === check >> 8 && raw.at(-1) === (check & 0xff);
}
