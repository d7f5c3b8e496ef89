import { concatBytes } from '@yimen/contracts/base';
import { createCutter, type Cutter, type Look } from './cutter.ts';

/** One message of the IPP carrier: half an HTTP exchange. */
export interface IppMessage {
  /** 1…65535; an answer carries its request's. */
  readonly number: number;
  /** 0 in a request, the HTTP status in an answer. */
  readonly status: number;
  readonly payload: Uint8Array;
}

/** "YI". */
const MAGIC = [0x59, 0x49] as const;
/** Magic (2), number (2), status (2), length of the payload (4), all big-endian. */
const HEAD_BYTES = 10;

/** Bytes of one message.
 *  @source drivers/document-printer-cups-ipp/README.md, "The carrier"
 *  @throws RangeError for numbers that the fields cannot hold: no caller can mean that. */
export function encodeIppMessage({ number, status, payload }: IppMessage): Uint8Array<ArrayBuffer> {
  return concatBytes(encodeIppHead({ number, status }, payload.length), payload);
}

/** The ten bytes before a payload of `payloadBytes`: for a sender that does not want a second copy of a document. */
export function encodeIppHead(
  { number, status }: Pick<IppMessage, 'number' | 'status'>,
  payloadBytes: number,
): Uint8Array<ArrayBuffer> {
  if (number > 0xffff || status > 0xffff || payloadBytes > 0xffff_ffff) throw new RangeError('not an IPP message');
  const head = new Uint8Array(HEAD_BYTES);
  head.set(MAGIC);
  const view = viewOf(head);
  view.setUint16(2, number);
  view.setUint16(4, status);
  view.setUint32(6, payloadBytes);
  return head;
}

/** A cutter of carrier messages. A frame owns its payload.
 *  @param limitBytes longest payload that is believed */
export function createIppMessageCutter(limitBytes: number): Cutter<IppMessage> {
  return createCutter({
    firstByte: MAGIC[0],
    limitBytes: HEAD_BYTES + limitBytes,
    look: (bytes) => look(bytes, limitBytes),
  });
}

function look(bytes: Uint8Array, limitBytes: number): Look<IppMessage> {
  if (MAGIC.some((byte, at) => at < bytes.length && bytes[at] !== byte)) return { see: 'drop' };
  if (bytes.length < HEAD_BYTES) return { see: 'more', needBytes: HEAD_BYTES };
  const view = viewOf(bytes);
  const payloadBytes = view.getUint32(6);
  if (payloadBytes > limitBytes) return { see: 'drop' };
  const length = HEAD_BYTES + payloadBytes;
  if (bytes.length < length) return { see: 'more', needBytes: length };
  // Not `slice`: of a Buffer that would be a view.
  const payload = Uint8Array.from(bytes.subarray(HEAD_BYTES, length));
  return { see: 'frame', length, frame: { number: view.getUint16(2), status: view.getUint16(4), payload } };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
