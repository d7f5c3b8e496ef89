import { err, ok, type Result } from '@yimen/contracts/base';

/** A HID device of this machine: by its USB ids, by its serial number too, or by its node. */
export type HidAddress =
  | { readonly vendorId: number; readonly productId: number; readonly serial?: string }
  /** Absolute. `/dev/hidraw0` is whoever came first: better a name that a udev rule gives. */
  | { readonly path: string };

const HID_FORM = 'hid:VID:PID, hid:VID:PID#SERIAL or hid:/dev/PATH';

const BY_IDS = /^hid:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?:#([!-~]{1,60}))?$/;
const BY_PATH = /^hid:(\/dev\/[^\s]{1,180})$/;

/** Reads `hid:0c2e:0b61`, `hid:0C2E:0B61#SN123` or `hid:/dev/hidraw0`.
 *  @returns the error is the sentence that says what was expected */
export function parseHidAddress(text: string): Result<HidAddress, string> {
  const [, path] = BY_PATH.exec(text) ?? [];
  if (path !== undefined) return ok({ path });
  const [, vendor, product, serial] = BY_IDS.exec(text) ?? [];
  if (vendor === undefined || product === undefined) return err(`expected ${HID_FORM}, not "${text.slice(0, 60)}"`);
  const ids = { vendorId: Number.parseInt(vendor, 16), productId: Number.parseInt(product, 16) };
  return ok(serial === undefined ? ids : { ...ids, serial });
}

/** `0c2e:0b61` */
export function idsText({ vendorId, productId }: { readonly vendorId: number; readonly productId: number }): string {
  return `${hex4(vendorId)}:${hex4(productId)}`;
}

/** Four hexadecimal digits, lower case. */
export function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
