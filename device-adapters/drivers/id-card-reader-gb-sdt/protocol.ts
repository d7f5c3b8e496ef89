import { encodeXorFrame } from '../../framing/preamble-length-xor.ts';
import { SDT_LIMITS } from './limits.table.ts';

/** A command of README.md's table and what a good reply to it looks like. */
export interface RawCommand {
  readonly name: string;
  readonly cmd: number;
  readonly para: number;
  /** SW3 of a good reply. */
  readonly goodSw3: number;
  /** Least and most data bytes of a good reply. A reply names no command: its shape is all that tells them apart. */
  readonly dataBytes: readonly [least: number, most: number];
  /** Longest time the reader may need, without the time of the bytes on the wire. */
  readonly waitMs: number;
}

const TEXT_BYTES = 256;
const PHOTO_BYTES = 1_024;
const PRINT_BYTES = 1_024;
/** SW1 SW2 SW3. */
const STATUS_BYTES = 3;
/** Preamble, length, SW1–SW3, CHK around the data of a reply. */
const FRAME_BYTES = 11;

const OK = 0x90;
const FOUND = 0x9f;

const row = (
  name: string,
  [cmd, para]: readonly [number, number],
  dataBytes: readonly [number, number],
  waitMs: number = SDT_LIMITS.answerMs,
  goodSw3 = OK,
): RawCommand => ({ name, cmd, para, goodSw3, dataBytes, waitMs });

export const COMMANDS = {
  resetSam: row('reset SAM', [0x10, 0xff], [0, 0], SDT_LIMITS.resetMs),
  samStatus: row('SAM status', [0x11, 0xff], [0, 0]),
  samId: row('SAM id', [0x12, 0xff], [16, 16]),
  find: row('find card', [0x20, 0x01], [4, 4], SDT_LIMITS.answerMs, FOUND),
  select: row('select card', [0x20, 0x02], [8, 8]),
  readText: row('read text and photo', [0x30, 0x01], [4, 4 + TEXT_BYTES + PHOTO_BYTES], SDT_LIMITS.readMs),
  readPrints: row(
    'read text, photo and fingerprint',
    [0x30, 0x10],
    [6, 6 + TEXT_BYTES + PHOTO_BYTES + PRINT_BYTES],
    SDT_LIMITS.readMs,
  ),
  readAddress: row('read newest address', [0x30, 0x03], [2, 256], SDT_LIMITS.readMs),
  cardNumber: row('read card-body number', [0x30, 0x05], [1, 256]),
} as const;

/** `60 0x`: the speed at `index` of SDT_BAUDS. */
export function speedCommand(index: number): RawCommand {
  return row('set speed', [0x60, index], [0, 0]);
}

/** What the reader says of a command. `data` is a view into the frame's body: overwrite it after use. */
export type RawReply =
  | { readonly kind: 'good'; readonly data: Uint8Array }
  /** SW3 as two hex digits (`41`); all three status bytes when SW1 SW2 are not 00 00. */
  | { readonly kind: 'failed'; readonly code: string };

/** `AA AA AA 96 69 | LenH LenL | CMD Para | CHK`. */
export function encodeCommand(sent: RawCommand): Uint8Array {
  return encodeXorFrame(Uint8Array.of(sent.cmd, sent.para));
}

/** Bytes of the longest reply on the wire. */
export function longestReplyBytes(sent: RawCommand): number {
  return FRAME_BYTES + sent.dataBytes[1];
}

/** Reads a frame's body as the reply to `sent`; `undefined` when it cannot be one: the good reply of another command,
 *  or a request. Body: SW1 SW2 SW3 [data]; a failure has no data. */
export function decodeReply(body: Uint8Array, sent: RawCommand): RawReply | undefined {
  if (body.length < STATUS_BYTES) return undefined;
  const [sw1 = 0, sw2 = 0, sw3 = 0] = body;
  const data = body.subarray(STATUS_BYTES);
  const isPlain = sw1 === 0 && sw2 === 0;
  if (isPlain && (sw3 === OK || sw3 === FOUND)) {
    const [least, most] = sent.dataBytes;
    const fits = sw3 === sent.goodSw3 && data.length >= least && data.length <= most;
    return fits ? { kind: 'good', data } : undefined;
  }
  if (data.length > 0) return undefined;
  return { kind: 'failed', code: isPlain ? hex(sw3) : hex(sw1) + hex(sw2) + hex(sw3) };
}

/** Text, photo and fingerprint as the card has them: views into `data`. */
export interface RawIdentity {
  readonly text: Uint8Array;
  readonly photo: Uint8Array | null;
  readonly fingerprint: Uint8Array | null;
}

/** The data of a 30 01 (two lengths) or 30 10 (three) reply: lengths of text, photo, fingerprint (u16, BE), then these.
 *  @returns `undefined` when a length is none that a card has, or the data is longer or shorter than they say. */
export function decodeIdentity(data: Uint8Array, sent: RawCommand): RawIdentity | undefined {
  const isWithPrints = sent.para === COMMANDS.readPrints.para;
  const head = isWithPrints ? 6 : 4;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < head) return undefined;
  const textEnd = head + view.getUint16(0);
  const photoEnd = textEnd + view.getUint16(2);
  const printEnd = photoEnd + (isWithPrints ? view.getUint16(4) : 0);
  const text = data.subarray(head, textEnd);
  const photo = data.subarray(textEnd, photoEnd);
  const fingerprint = data.subarray(photoEnd, printEnd);
  const isWhole = data.length === printEnd && text.length === TEXT_BYTES;
  const isKnown = isZeroOr(photo.length, PHOTO_BYTES) && isZeroOr(fingerprint.length, PRINT_BYTES);
  if (!isWhole || !isKnown) return undefined;
  return {
    text,
    photo: photo.length === 0 ? null : photo,
    fingerprint: fingerprint.length === 0 ? null : fingerprint,
  };
}

/** The data of a 12 FF reply (16 bytes): u16 u16 u32 u32 u32, LE, as every vendor prints it. The last word's use is
 *  unclear; it is not printed. */
export function decodeSamId(data: Uint8Array): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [a, b] = [view.getUint16(0, true), view.getUint16(2, true)];
  const [c, d] = [view.getUint32(4, true), view.getUint32(8, true)];
  const digits = (value: number, width: number): string => value.toString().padStart(width, '0');
  return `${digits(a, 2)}${digits(b, 2)}-${digits(c, 8)}-${digits(d, 10)}`;
}

function isZeroOr(length: number, whole: number): boolean {
  return length === 0 || length === whole;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}
