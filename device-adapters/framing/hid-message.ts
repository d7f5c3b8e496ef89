import { concatBytes } from '@yimen/contracts/base';

/** Sizes in bytes. Every message of the HID carrier has the size of a full-speed report. `reportBytes`: the longest
 *  report that an order holds; `textBytes`: text of one part of an identity. `parts`: of an identity, at most. */
export const HID_MESSAGE = { bytes: 64, reportBytes: 61, textBytes: 59, parts: 8 } as const;

/** First byte of what the carrier itself says: no numbered report has it (HID 1.11, 6.2.2.7). */
export const HID_OWN = 0x00;

/** Orders of the host. */
export const HID_ORDER = { output: 0x01, feature: 0x02, askIdentity: 0x05 } as const;

const ORDER_HEAD_BYTES = 3;
const PART_HEAD_BYTES = 5;

/** One order: `00 | order | length | data | zeros`, 64 bytes.
 *  @param data a whole report with its id for `output` and `feature`, at most `reportBytes`; nothing for `askIdentity`
 *  @source drivers/qr-reader-any-hidpos/README.md, "The carrier" */
export function encodeHidOrder(order: number, data: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HID_MESSAGE.bytes);
  message.set([HID_OWN, order, data.length]);
  message.set(data, ORDER_HEAD_BYTES);
  return message;
}

/** @param message 64 bytes
 *  @returns `undefined`: no order that anyone knows */
export function decodeHidOrder(message: Uint8Array): { order: number; data: Uint8Array } | undefined {
  const [own, order = 0, length = 0] = message;
  if (message.length !== HID_MESSAGE.bytes || own !== HID_OWN || length > HID_MESSAGE.reportBytes) return undefined;
  const isReport = order === HID_ORDER.output || order === HID_ORDER.feature;
  const isKnown = isReport ? length > 0 : order === HID_ORDER.askIdentity && length === 0;
  return isKnown ? { order, data: message.slice(ORDER_HEAD_BYTES, ORDER_HEAD_BYTES + length) } : undefined;
}

/** The answer to "who are you": its text in parts, `00 | 05 | part | parts | length | text | zeros`, 64 bytes each. What
 *  does not fit into the parts is cut off. */
export function encodeHidIdentity(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const { bytes, textBytes, parts: most } = HID_MESSAGE;
  const parts = Math.max(1, Math.min(most, Math.ceil(text.length / textBytes)));
  return concatBytes(
    ...Array.from({ length: parts }, (_, part) => {
      const piece = text.subarray(part * textBytes, (part + 1) * textBytes);
      const message = new Uint8Array(bytes);
      message.set([HID_OWN, HID_ORDER.askIdentity, part, parts, piece.length]);
      message.set(piece, PART_HEAD_BYTES);
      return message;
    }),
  );
}

/** One part of an identity. */
export interface HidIdentityPart {
  readonly part: number;
  readonly parts: number;
  readonly text: Uint8Array;
}

/** @returns `undefined`: no part of an identity */
export function decodeHidIdentityPart(message: Uint8Array): HidIdentityPart | undefined {
  const [own, order, part = 0, parts = 0, length = 0] = message;
  if (message.length !== HID_MESSAGE.bytes || own !== HID_OWN || order !== HID_ORDER.askIdentity) return undefined;
  if (parts > HID_MESSAGE.parts || part >= parts || length > HID_MESSAGE.textBytes) return undefined;
  return { part, parts, text: message.slice(PART_HEAD_BYTES, PART_HEAD_BYTES + length) };
}
