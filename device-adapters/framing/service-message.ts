import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** One message between a driver and a service of this machine that is no stream of bytes: a program that is run, a camera
 *  that is looked at. A request, or the answer to one. */
export interface ServiceMessage {
  /** The service's own; an unknown one is carried and means nothing. */
  readonly kind: number;
  /** 1…65535; an answer carries its request's. */
  readonly number: number;
  readonly payload: Uint8Array;
}

/** Every service's first byte: "Y". */
const FIRST = 0x59;
/** First byte, the service's letter, kind, zero, number (2), length of the payload (4), all big-endian. */
const HEAD_BYTES = 10;
const ZERO_AT = 3;
/** Longest payload; files go in pieces. */
const PAYLOAD_MOST = 49_152;

/** Bytes of one message.
 *  @param letter the service's, ASCII
 *  @source README.md of the service's driver, "The carrier"
 *  @throws RangeError for what the fields cannot hold: no caller can mean that. */
export function encodeServiceMessage(
  letter: number,
  { kind, number, payload }: ServiceMessage,
): Uint8Array<ArrayBuffer> {
  if (kind > 0xff || number > 0xffff || payload.length > PAYLOAD_MOST) throw new RangeError('not a message');
  const head = new Uint8Array(HEAD_BYTES);
  head.set([FIRST, letter, kind]);
  const view = viewOf(head);
  view.setUint16(4, number);
  view.setUint32(6, payload.length);
  return concatBytes(head, payload);
}

/** A cutter of one service's messages. A frame owns its payload. */
export function createServiceMessageCutter(letter: number): Cutter<ServiceMessage> {
  return createCutter({
    firstByte: FIRST,
    limitBytes: HEAD_BYTES + PAYLOAD_MOST,
    look: (bytes) => look(bytes, letter),
  });
}

function look(bytes: Uint8Array, letter: number): Look<ServiceMessage> {
  if (bytes.length > 1 && bytes[1] !== letter) return { see: 'drop' };
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
