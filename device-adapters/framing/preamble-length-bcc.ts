import { createCutter, type Cutter, type Look } from './cutter.ts';

/** One piece of a preamble-length-BCC line: a frame, or a control byte that stands alone between frames. */
export type BccPiece =
  | { readonly kind: 'block'; readonly address: number; readonly body: Uint8Array }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'eot' };

const STX = 0xf2;
const ETX = 0x03;
const ACK = 0x06;
const NAK = 0x15;
const EOT = 0x04;
const CONTROLS: Readonly<Record<number, BccPiece>> = {
  [ACK]: { kind: 'ack' },
  [NAK]: { kind: 'nak' },
  [EOT]: { kind: 'eot' },
};
/** STX, address, two length bytes before the body; ETX and BCC behind it. */
const HEAD_BYTES = 4;
const TAIL_BYTES = 2;
const HIGHEST_ADDRESS = 0x0f;

/** Largest body (data after the length field). The specification allows more; no card-unit command comes near. */
export const BCC_BODY_LIMIT_BYTES = 512;

/** XOR of all bytes: the block check character. */
export function blockCheck(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum ^= bytes[at] ?? 0;
  return sum;
}

/** Bytes of one block: `F2 | address 00–0F | LenH LenL | body | 03 | BCC`, BCC = XOR of F2…03.
 *  @source the CRT-591 layout, drivers/card-unit-creator-crt591/README.md */
export function encodeBlock(address: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + body.length + TAIL_BYTES);
  bytes.set([STX, address, body.length >> 8, body.length & 0xff]);
  bytes.set(body, HEAD_BYTES);
  bytes[bytes.length - 2] = ETX;
  bytes[bytes.length - 1] = blockCheck(bytes.subarray(0, -1));
  return bytes;
}

/** Cuts blocks and control bytes from a line. The block ends where its own length says, never at an `03` that
 *  happens to fit. Address, length, ETX and BCC are each checked; a miss drops one byte. A damaged block may thus
 *  show an ACK, NAK or EOT that is really one of its bytes: who waits for one must treat it as a hint, not proof. */
export function createBccCutter(): Cutter<BccPiece> {
  return createCutter({ limitBytes: HEAD_BYTES + BCC_BODY_LIMIT_BYTES + TAIL_BYTES, firstByte: mayBegin, look });
}

function mayBegin(byte: number): boolean {
  return byte === STX || byte === ACK || byte === NAK || byte === EOT;
}

function look(bytes: Uint8Array): Look<BccPiece> {
  const [first = 0, address = 0, high = 0, low = 0] = bytes;
  const control = CONTROLS[first];
  if (control !== undefined) return { see: 'frame', frame: control, length: 1 };
  if (first !== STX || address > HIGHEST_ADDRESS) return { see: 'drop' };
  if (bytes.length < HEAD_BYTES) return { see: 'more' };
  const bodyBytes = (high << 8) | low;
  if (bodyBytes === 0 || bodyBytes > BCC_BODY_LIMIT_BYTES) return { see: 'drop' };
  const length = HEAD_BYTES + bodyBytes + TAIL_BYTES;
  if (bytes.length < length) return { see: 'more', needBytes: length };
  const isWhole = bytes[length - 2] === ETX && bytes[length - 1] === blockCheck(bytes.subarray(0, length - 1));
  if (!isWhole) return { see: 'drop' };
  return {
    see: 'frame',
    length,
    frame: { kind: 'block', address, body: Uint8Array.from(bytes.subarray(HEAD_BYTES, HEAD_BYTES + bodyBytes)) },
  };
}
