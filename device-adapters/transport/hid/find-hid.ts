import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { idsText, type HidAddress } from './hid-address.ts';
import type { ListedHid } from './hid-binding.ts';
import { hidFault, type HidTarget } from './hid-faults.ts';

/** Usage page of barcode scanners in the HID Point of Sale Usage Tables. */
export const SCANNER_PAGE = 0x8c;

/** What a found device is, as far as the machine can tell. */
export interface FoundHid extends HidTarget {
  readonly listed?: ListedHid;
}

/** The one device that an address means. Of several interfaces of one plug the scanner counts: the others are its
 *  keyboard and its settings. A path that is not listed is tried all the same.
 *  @fault offline no such device; configuration several fit, named in the sentence */
export function findHid(all: readonly ListedHid[], address: HidAddress): Result<FoundHid, Fault> {
  if ('path' in address) {
    const listed = all.find(({ path }) => path === address.path);
    return ok(listed === undefined ? { path: address.path } : found(listed));
  }
  const fitting = all.filter(
    ({ vendorId, productId, serial }) =>
      vendorId === address.vendorId &&
      productId === address.productId &&
      (address.serial === undefined || serial === address.serial),
  );
  const scanners = fitting.filter(isScanner);
  const [device, ...more] = scanners.length > 0 ? scanners : fitting;
  if (device === undefined) return err(missing(address));
  return more.length === 0 ? ok(found(device)) : err(several([device, ...more]));
}

export function isScanner({ usages }: ListedHid): boolean {
  return usages.some(({ page }) => page === SCANNER_PAGE);
}

function found(listed: ListedHid): FoundHid {
  const { path, vendorId, productId } = listed;
  return { path, vendorId, productId, listed };
}

function missing(address: Exclude<HidAddress, { path: string }>): Fault {
  const which = address.serial === undefined ? '' : ` with serial ${address.serial}`;
  return hidFault(
    'offline',
    `no device ${idsText(address)}${which}; check cable and power; if lsusb shows it, it needs a /dev/hidraw node and a udev rule for it`,
    'reset',
  );
}

function several(devices: readonly [ListedHid, ...ListedHid[]]): Fault {
  const list = devices.map(({ path, serial }) => `${path} (${serial === '' ? 'no serial' : serial})`).join(', ');
  return hidFault(
    'configuration',
    `${devices.length} devices ${idsText(devices[0])}, write hid:VID:PID#SERIAL or hid:PATH: ${list}`,
    'configuration',
  );
}
