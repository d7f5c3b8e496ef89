import { concatBytes } from '@yimen/contracts/base';

/** One frame of the reference protocols (`…-yimen-ref1`). */
export interface Ymr1Frame {
  /** 0–65535; an answer carries its command's number, a status change its own running number. */
  readonly seq: number;
  /** 0–255 */
  readonly command: number;
  /** At most `YMR1.dataBytes` bytes. */
  readonly data: Uint8Array;
}

/** What the cutter found, in stream order. Discarded bytes are told, so that a noisy cable is counted. */
export type Ymr1Item =
  | { readonly kind: 'frame'; readonly frame: Ymr1Frame }
  | { readonly kind: 'discarded'; readonly bytes: Uint8Array };

/** Sizes of the frame, in bytes. `frameBytes` is the largest whole frame and so the cutter's memory. */
export const YMR1 = { dataBytes: 8000, headBytes: 9, crcBytes: 2, frameBytes: 8011 } as const;

const PREAMBLE = [0x59, 0x4d, 0x52, 0x31] as const;

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc & 0xffff;
});

/** CRC-16/XMODEM: polynomial 1021, initial value 0, not reflected, no final XOR; `123456789` gives 31C3. */
export function crc16Xmodem(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0);
  return crc;
}

/** `59 4D 52 31 | seq u16 | command u8 | length u16 | data | CRC-16/XMODEM over seq…data`, big-endian.
 *  @throws RangeError when a number or the data does not fit its field: the caller's broken promise, not the wire's. */
export function encodeYmr1(frame: Ymr1Frame): Uint8Array<ArrayBuffer> {
  const { seq, command, data } = frame;
  if (data.length > YMR1.dataBytes) throw new RangeError(`frame data of ${data.length} bytes`);
  if (!Number.isInteger(seq) || seq < 0 || seq > 0xffff) throw new RangeError(`sequence number ${seq}`);
  if (!Number.isInteger(command) || command < 0 || command > 0xff) throw new RangeError(`command ${command}`);
  const body = concatBytes(
    Uint8Array.of(seq >> 8, seq & 255, command, data.length >> 8, data.length & 255),
    data,
  );
  const crc = crc16Xmodem(body);
  return concatBytes(Uint8Array.from(PREAMBLE), body, Uint8Array.of(crc >> 8, crc & 255));
}

type Look =
  | { readonly kind: 'frame'; readonly frame: Ymr1Frame; readonly bytes: number }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'needMore' };

/** Cuts frames out of a byte stream. The frame ends where its own length says; on a bad length or checksum one byte
 *  is dropped and the rest looked at again, never the window. Memory stays below one largest frame between calls.
 *  Nothing here throws, whatever the bytes are.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Frame" */
export class Ymr1Cutter {
  #held: Uint8Array = new Uint8Array(0);
  #discardedBytes = 0;

  /** All bytes given up since the cutter was made. */
  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Bytes that wait for the rest of their frame. */
  get heldBytes(): number {
    return this.#held.length;
  }

  push(chunk: Uint8Array): Ymr1Item[] {
    this.#held = this.#held.length === 0 ? chunk.slice() : concatBytes(this.#held, chunk);
    return this.#cut(false);
  }

  /** The line was quiet too long: what is held is no frame. Frames hidden behind a false preamble still come out. */
  flush(): Ymr1Item[] {
    return this.#cut(true);
  }

  #cut(quiet: boolean): Ymr1Item[] {
    const items: Ymr1Item[] = [];
    const held = this.#held;
    let at = 0;
    let garbageFrom = 0;
    while (at < held.length) {
      const look = lookAt(held, at);
      if (look.kind === 'needMore' && !quiet) break;
      if (look.kind !== 'frame') {
        at += 1;
        continue;
      }
      this.#discard(held, garbageFrom, at, items);
      items.push({ kind: 'frame', frame: look.frame });
      at += look.bytes;
      garbageFrom = at;
    }
    this.#discard(held, garbageFrom, at, items);
    this.#held = held.slice(at);
    return items;
  }

  #discard(held: Uint8Array, from: number, to: number, items: Ymr1Item[]): void {
    if (to <= from) return;
    this.#discardedBytes += to - from;
    items.push({ kind: 'discarded', bytes: held.slice(from, to) });
  }
}

function lookAt(held: Uint8Array, at: number): Look {
  for (let i = 0; i < PREAMBLE.length; i += 1) {
    if (at + i >= held.length) return { kind: 'needMore' };
    if (held[at + i] !== PREAMBLE[i]) return { kind: 'garbage' };
  }
  if (held.length < at + YMR1.headBytes) return { kind: 'needMore' };
  const length = u16(held, at + 7);
  if (length > YMR1.dataBytes) return { kind: 'garbage' };
  const bytes = YMR1.headBytes + length + YMR1.crcBytes;
  if (held.length < at + bytes) return { kind: 'needMore' };
  const crcAt = at + YMR1.headBytes + length;
  if (crc16Xmodem(held.subarray(at + PREAMBLE.length, crcAt)) !== u16(held, crcAt)) return { kind: 'garbage' };
  const data = held.slice(at + YMR1.headBytes, crcAt);
  return { kind: 'frame', frame: { seq: u16(held, at + 4), command: held[at + 6] ?? 0, data }, bytes };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
