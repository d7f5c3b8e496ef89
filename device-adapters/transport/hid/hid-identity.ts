import { HID_MESSAGE } from '../../framing/hid-message.ts';
import { hex4, idsText } from './hid-address.ts';
import { SCANNER_PAGE, type FoundHid } from './find-hid.ts';

/** Longest text of one USB string descriptor that is passed on. */
const TEXT_CHARACTERS = 60;

/** What the carrier says of the device: `ids;usage;release;manufacturer;product;serial`, UTF-8, what is not known empty
 *  (drivers/qr-reader-any-hidpos/README.md, "The carrier"). */
export function hidIdentity({ listed }: FoundHid): Uint8Array {
  if (listed === undefined) return new TextEncoder().encode(';;;;;');
  const usage = listed.usages.find(({ page }) => page === SCANNER_PAGE) ?? listed.usages[0];
  const fields = [
    idsText(listed),
    usage === undefined ? '' : `${hex4(usage.page)}:${hex4(usage.usage)}`,
    hex4(listed.release),
    ...[listed.manufacturer, listed.product, listed.serial].map(clean),
  ];
  return new TextEncoder().encode(fields.join(';')).subarray(0, HID_MESSAGE.parts * HID_MESSAGE.textBytes);
}

/** A field ends with `;`, and what a device says of itself is shown to people. */
function clean(text: string): string {
  return text
    .replaceAll(/[\p{Cc};]/gu, ' ')
    .trim()
    .slice(0, TEXT_CHARACTERS);
}
