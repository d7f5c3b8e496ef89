import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** Kinds of message: requests of the host, and the answers to them. */
export const V4L2_KIND = {
  look: 0x01,
  grab: 0x02,
  take: 0x03,
  seen: 0x81,
  grabbed: 0x82,
  piece: 0x83,
} as const;

/** One message of the camera's carrier. */
export interface V4l2Message {
  /** One of `V4L2_KIND`; others are carried and mean nothing. */
  readonly kind: number;
  /** 1…65535; an answer carries its request's. */
  readonly number: number;
  /** JSON in UTF-8; of `take` an offset; of `piece` bytes of a picture. */
  readonly payload: Uint8Array;
}

/** "YV". */
const MAGIC = [0x59, 0x56] as const;
/** Magic (2), kind (1), zero (1), number (2), length of the payload (4), all big-endian. */
const HEAD_BYTES = 10;
const ZERO_AT = 3;
/** Longest payload; a picture goes in pieces. */
const PAYLOAD_MOST = 49_152;

/** Bytes of one message.
 *  @source drivers/camera-v4l2-any/README.md, "The carrier"
 *  @throws RangeError for what the fields cannot hold: no caller can mean that. */
export function encodeV4l2Message({ kind, number, payload }: V4l2Message): Uint8Array<ArrayBuffer> {
  if (kind > 0xff || number > 0xffff || payload.length > PAYLOAD_MOST) throw new RangeError('not a camera message');
  const head = new Uint8Array(HEAD_BYTES);
  head.set([...MAGIC, kind]);
  const view = viewOf(head);
  view.setUint16(4, number);
  view.setUint32(6, payload.length);
  return concatBytes(head, payload);
}

/** A cutter of carrier messages. A frame owns its payload. */
export function createV4l2MessageCutter(): Cutter<V4l2Message> {
  return createCutter({ firstByte: MAGIC[0], limitBytes: HEAD_BYTES + PAYLOAD_MOST, look });
}

function look(bytes: Uint8Array): Look<V4l2Message> {
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
