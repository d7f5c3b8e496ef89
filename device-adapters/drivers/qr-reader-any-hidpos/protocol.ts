import { encodeHidOrder, HID_MESSAGE, HID_ORDER } from '../../framing/hid-message.ts';

/** What the carrier says of the reader (README.md, "The carrier"). What is not known is empty. */
export interface RawIdentity {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly usagePage: string;
  readonly usage: string;
  /** Four binary coded decimal digits: `0110` is 1.10. */
  readonly release: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
}

const FORM =
  /^(?:([0-9a-f]{4}):([0-9a-f]{4}))?;(?:([0-9a-f]{4}):([0-9a-f]{4}))?;([0-9a-f]{4})?;([^;]*);([^;]*);([^;]*)$/;

/** @returns `undefined`: no identity */
export function decodeIdentity(bytes: Uint8Array): RawIdentity | undefined {
  const match = FORM.exec(new TextDecoder().decode(bytes));
  if (match === null) return undefined;
  const [, vendorId = '', productId = '', usagePage = '', usage = '', release = '', ...texts] = match;
  const [manufacturer = '', product = '', serial = ''] = texts;
  return { vendorId, productId, usagePage, usage, release, manufacturer, product, serial };
}

/** "Who are you?" */
export const ASK_IDENTITY = encodeHidOrder(HID_ORDER.askIdentity);

/** The order to send a report, its id in front. */
export function reportOrder(report: Uint8Array, isFeature: boolean): Uint8Array {
  return encodeHidOrder(isFeature ? HID_ORDER.feature : HID_ORDER.output, report);
}

/** A report as a manual prints it: `04 01`.
 *  @returns `undefined`: no hexadecimal digits, more than an order holds, or a report id of 00 */
export function decodeReport(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(' ', '');
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) return undefined;
  const report = Uint8Array.from(Buffer.from(digits, 'hex'));
  return report.length > HID_MESSAGE.reportBytes || report[0] === 0 ? undefined : report;
}
