import type { Cutter } from './cutter.ts';
import { createServiceMessageCutter, encodeServiceMessage, type ServiceMessage } from './service-message.ts';

/** Kinds of message: requests of the host, and the answers to them. */
export const V4L2_KIND = {
  look: 0x01,
  grab: 0x02,
  take: 0x03,
  seen: 0x81,
  grabbed: 0x82,
  piece: 0x83,
} as const;

/** One message of the camera's carrier, "YV". Payload: JSON in UTF-8; of `take` an offset; of `piece` bytes of a picture. */
export type V4l2Message = ServiceMessage;

const LETTER = 0x56;

/** @source drivers/camera-v4l2-any/README.md, "The carrier"
 *  @throws as encodeServiceMessage */
export function encodeV4l2Message(message: V4l2Message): Uint8Array<ArrayBuffer> {
  return encodeServiceMessage(LETTER, message);
}

export function createV4l2MessageCutter(): Cutter<V4l2Message> {
  return createServiceMessageCutter(LETTER);
}
