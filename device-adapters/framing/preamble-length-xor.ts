import { createCutter, type Cutter, type Look } from './cutter.ts';

const FIRST = 0xaa;
const PREAMBLE = Uint8Array.of(FIRST, 0xaa, 0xaa, 0x96, 0x69);
const LENGTH_BYTES = 2;
const HEAD_BYTES = PREAMBLE.length + LENGTH_BYTES;
const CHECK_BYTES = 1;
/** The shortest message of either side: command, parameter. */
const LEAST_BODY_BYTES = 2;

/** Largest body. The longest reply is text, photo and fingerprint: 3 status bytes, 6 length bytes, 256 + 1024 + 1024. */
export const XOR_BODY_LIMIT_BYTES = 2_313;

/** Bytes of one SDT frame: `AA AA AA 96 69 | LenH LenL | body | XOR`. Len counts body and XOR; XOR covers Len and body.
 *  @param body 2 to `XOR_BODY_LIMIT_BYTES` bytes; longer ones are frames that no cutter takes.
 *  @source the SDT layout, drivers/id-card-reader-gb-sdt/README.md */
export function encodeXorFrame(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + body.length + CHECK_BYTES);
  const counted = body.length + CHECK_BYTES;
  bytes.set(PREAMBLE);
  bytes.set([counted >> 8, counted & 0xff], PREAMBLE.length);
  bytes.set(body, HEAD_BYTES);
  bytes[bytes.length - 1] = xorCheck(bytes.subarray(PREAMBLE.length, -1));
  return bytes;
}

/** Cuts the bodies of SDT frames from a line, requests and replies alike. Length and XOR are each checked; a miss drops
 *  one byte. A body owns its bytes: who has read it may overwrite it. */
export function createXorCutter(): Cutter<Uint8Array> {
  return createCutter({ limitBytes: HEAD_BYTES + XOR_BODY_LIMIT_BYTES + CHECK_BYTES, firstByte: FIRST, look });
}

function look(bytes: Uint8Array): Look<Uint8Array> {
  const begun = Math.min(bytes.length, PREAMBLE.length);
  for (let at = 0; at < begun; at += 1) if (bytes[at] !== PREAMBLE[at]) return { see: 'drop' };
  if (bytes.length < HEAD_BYTES) return { see: 'more' };
  const bodyBytes = ((bytes[5] ?? 0) << 8) + (bytes[6] ?? 0) - CHECK_BYTES;
  if (bodyBytes < LEAST_BODY_BYTES || bodyBytes > XOR_BODY_LIMIT_BYTES) return { see: 'drop' };
  const length = HEAD_BYTES + bodyBytes + CHECK_BYTES;
  if (bytes.length < length) return { see: 'more', needBytes: length };
  if (bytes[length - 1] !== xorCheck(bytes.subarray(PREAMBLE.length, length - 1))) return { see: 'drop' };
  // Not `slice`: of a Buffer, which is what a socket gives, that would be a view.
  return { see: 'frame', length, frame: Uint8Array.from(bytes.subarray(HEAD_BYTES, HEAD_BYTES + bodyBytes)) };
}

function xorCheck(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum ^= bytes[at] ?? 0;
  return sum;
}
