import type { Cutter } from './cutter.ts';
import { createServiceMessageCutter, encodeServiceMessage, type ServiceMessage } from './service-message.ts';

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

/** One message of the SANE carrier, "YS": a request about a run of scanimage, or the answer to one. */
export type SaneMessage = ServiceMessage;

const LETTER = 0x53;

/** @source drivers/document-scanner-sane-any/README.md, "The carrier"
 *  @throws as encodeServiceMessage */
export function encodeSaneMessage(message: SaneMessage): Uint8Array<ArrayBuffer> {
  return encodeServiceMessage(LETTER, message);
}

export function createSaneMessageCutter(): Cutter<SaneMessage> {
  return createServiceMessageCutter(LETTER);
}
