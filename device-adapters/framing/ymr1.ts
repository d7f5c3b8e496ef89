import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** One frame of the reference protocols (`…-yimen-ref1`). */
export interface Ymr1Frame {
  /** 0–65535; an answer carries its command's number, a status change its own running number. */
  readonly seq: number;
  /** 0–255 */
  readonly command: number;
  /** At most `YMR1.dataBytes` bytes. */
  readonly data: Uint8Array;
}

/** Sizes of the frame, in bytes. */
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
  for (let at = 0; at < bytes.length; at += 1)
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}

/** `59 4D 52 31 | seq u16 | command u8 | length u16 | data | CRC-16/XMODEM over seq…data`, big-endian.
 *  @throws RangeError when a number or the data does not fit its field: the caller's broken promise, not the wire's. */
export function encodeYmr1(frame: Ymr1Frame): Uint8Array<ArrayBuffer> {
  const { seq, command, data } = frame;
  if (data.length > YMR1.dataBytes) throw new RangeError(`frame data of ${data.length} bytes`);
  if (!Number.isInteger(seq) || seq < 0 || seq > 0xffff) throw new RangeError(`sequence number ${seq}`);
  if (!Number.isInteger(command) || command < 0 || command > 0xff) throw new RangeError(`command ${command}`);
  const body = concatBytes(Uint8Array.of(seq >> 8, seq & 255, command, data.length >> 8, data.length & 255), data);
  const crc = crc16Xmodem(body);
  return concatBytes(Uint8Array.from(PREAMBLE), body, Uint8Array.of(crc >> 8, crc & 255));
}

/** Cuts the frames out of a byte stream. The length is judged before it is waited for; a bad length or checksum costs
 *  one byte and the rest is looked at again, never the window.
 *  @source README.md of drivers/endorsement-printer-yimen-ref1, "Frame" */
export function createYmr1Cutter(): Cutter<Ymr1Frame> {
  return createCutter({ limitBytes: YMR1.frameBytes, firstByte: PREAMBLE[0], look });
}

function look(bytes: Uint8Array): Look<Ymr1Frame> {
  for (let i = 0; i < PREAMBLE.length; i += 1) {
    if (i >= bytes.length) return { see: 'more' };
    if (bytes[i] !== PREAMBLE[i]) return { see: 'drop' };
  }
  if (bytes.length < YMR1.headBytes) return { see: 'more' };
  const crcAt = YMR1.headBytes + u16(bytes, 7);
  const length = crcAt + YMR1.crcBytes;
  if (length > YMR1.frameBytes) return { see: 'drop' };
  if (bytes.length < length) return { see: 'more', needBytes: length };
  if (crc16Xmodem(bytes.subarray(PREAMBLE.length, crcAt)) !== u16(bytes, crcAt)) return { see: 'drop' };
  const frame = {
    seq: u16(bytes, 4),
    command: bytes[6] ?? 0,
    data: Uint8Array.from(bytes.subarray(YMR1.headBytes, crcAt)),
  };
  return { see: 'frame', frame, length };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
