import type { Action, Fault } from '@yimen/contracts/device';
import { hex4 } from './hid-address.ts';

/** A fault of a HID line; the message is cut to what a fault may carry. */
export function hidFault(code: string, message: string, action: Action): Fault {
  return { code, message: `hid: ${message}`.slice(0, 200), action };
}

/** Which device is meant; the ids where they are known. */
export interface HidTarget {
  readonly path: string;
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
}

type Row = readonly [said: RegExp, code: string, action: Action, remedy: (target: HidTarget) => string];

/** What the library says when a device does not open, and what that means for a person. It has no codes, only the C
 *  library's sentences. */
const ROWS: readonly Row[] = [
  [/No such file|No such device/, 'offline', 'reset', ({ path }) => `no device ${path}; look with lsusb what is there`],
  [
    /Permission denied|not permitted/,
    'configuration',
    'configuration',
    (target) => `no permission for ${target.path}; add the udev rule ${udevRule(target)} and plug it in again`,
  ],
  [
    /not a HIDRAW|Inappropriate ioctl/,
    'configuration',
    'configuration',
    ({ path }) => `${path} is no HID device; check the name`,
  ],
  [/busy/i, 'deviceBusy', 'configuration', ({ path }) => `${path} is in use by another program; stop it`],
];

/** Why a device could not be opened, with what to do about it.
 *  @param said the library's words */
export function hidOpenFault(target: HidTarget, said: string): Fault {
  const row = ROWS.find(([pattern]) => pattern.test(said));
  if (row === undefined) return hidFault('offline', `${target.path}: ${said}`, 'reset');
  const [, code, action, remedy] = row;
  return hidFault(code, remedy(target), action);
}

/** The native library itself is missing or broken.
 *  @param said its words */
export function hidLoadFault(said: string): Fault {
  return hidFault('configuration', `node-hid does not load (libudev1 is needed): ${said}`, 'configuration');
}

/** Whether the library's words mean that the device refused this one report, and not that it is gone. */
export function isRefusedReport(said: string): boolean {
  return /Broken pipe|Invalid argument|Value too large|Message too long/.test(said);
}

/** What lets the program's user, a member of dialout, use such a device. */
function udevRule({ vendorId, productId }: HidTarget): string {
  const ids =
    vendorId === undefined || productId === undefined
      ? ''
      : `ATTRS{idVendor}=="${hex4(vendorId)}", ATTRS{idProduct}=="${hex4(productId)}", `;
  return `SUBSYSTEM=="hidraw", ${ids}GROUP="dialout", MODE="0660"`;
}
