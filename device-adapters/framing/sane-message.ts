import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** Kinds of message: requests of the host, and the answers to it. */
export const SANE_KIND = {
  run: 0x01,
  take: 0x02,
  forget: 0x03,
  cancel: 0x04,
  ended: 0x81,
  piece: 0x82,
  forgotten: 0x83,
} as const;

/** One message of the SANE carrier: a request about a run of scanimage, or the answer to one. */
export interface SaneMessage {
  /** One of `SANE_KIND`; others are carried and mean nothing. */
  readonly kind: number;
  /** 1…65535; an answer carries its request's. */
  readonly number: number;
  readonly payload: Uint8Array;
}

/** "YS". */
const MAGIC = [0x59, 0x53] as const;
/** Magic (2), kind (1), zero (1), number (2), length of the payload (4), all big-endian. */
const HEAD_BYTES = 10;
const ZERO_AT = 3;
/** Longest payload: what a run said, and names of files. Files themselves go in pieces. */
const PAYLOAD_MOST = 49_152;

/** Bytes of one message.
 *  @source drivers/document-scanner-sane-any/README.md, "The carrier"
 *  @throws RangeError for what the fields cannot hold: no caller can mean that. */
export function encodeSaneMessage({ kind, number, payload }: SaneMessage): Uint8Array<ArrayBuffer> {
  if (kind > 0xff || number > 0xffff || payload.length > PAYLOAD_MOST) throw new RangeError('not a SANE message');
  const head = new Uint8Array(HEAD_BYTES);
  head.set([...MAGIC, kind]);
  const view = viewOf(head);
  view.setUint16(4, number);
  view.setUint32(6, payload.length);
  return concatBytes(head, payload);
}

/** A cutter of carrier messages. A frame owns its payload. */
export function createSaneMessageCutter(): Cutter<SaneMessage> {
  return createCutter({ firstByte: MAGIC[0], limitBytes: HEAD_BYTES + PAYLOAD_MOST, look });
}

function look(bytes: Uint8Array): Look<SaneMessage> {
  if (MAGIC.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return { see: 'drop' };
  if (bytes.length > ZERO_AT && bytes[ZERO_AT] !== 0) return { see: 'drop' };
  if (bytes.length < HEAD_BYTES) return { see: 'more', needBytes: HEAD_BYTES };
  const view = viewOf(bytes);
  const payloadBytes = view.getUint32(6);
  if (payloadBytes > PAYLOAD_MOST) return { see: 'drop' };
  const length = HEAD_BYTES + payloadBytes;
  if (bytes.length < length) return { see: 'more', needBytes: length };
  // Not `slice`: of a Buffer that would be a view.
  const payload = Uint8Array.from(bytes.subarray(HEAD_BYTES, length));
  return { see: 'frame', length, frame: { kind: view.getUint8(2), number: view.getUint16(4), payload } };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
