import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { RawIdentity } from './protocol.ts';

const SCANNER_PAGE = '008c';
const KEYBOARD = '0001:0006';
const TEXT_CHARACTERS = 60;

/** The status in the port's words. A reader has no medium, supplies or units.
 *  @param fault of the reader itself; a code that is not valid is none */
export function statusOf(fault?: Fault): SeenStatus {
  if (fault === undefined) return { device: 'online', supplies: {}, units: {} };
  return { device: 'hardwareError', supplies: {}, units: {}, fault, action: fault.action };
}

/** What people call it: its own name, else its USB ids, else what it speaks. */
export function modelOf({ product, vendorId, productId }: RawIdentity): string {
  if (product !== '') return product.slice(0, TEXT_CHARACTERS);
  return vendorId === '' ? 'HID-POS' : `${vendorId}:${productId}`;
}

/** `1.10`; null where it is not known. */
export function firmwareOf({ release }: RawIdentity): string | null {
  return release === '' ? null : `${Number(release.slice(0, 2)) || 0}.${release.slice(2)}`;
}

/** Something answers, and it is no carrier of ours. */
export function noCarrierFault(): Fault {
  return deviceFault('configuration', 'what answers is no HID carrier', 'configuration');
}

/** It is for something else. `undefined`: a barcode scanner, or it cannot be known. */
export function usageFault({ usagePage, usage }: RawIdentity): Fault | undefined {
  if (usagePage === SCANNER_PAGE || usagePage === '') return undefined;
  const code = `${usagePage}:${usage}`;
  const sentence =
    code === KEYBOARD
      ? 'the reader is set up as a keyboard; scan its set-up code for HID-POS'
      : 'this device is no barcode scanner';
  return deviceFault('configuration', sentence, 'configuration', code);
}

/** Another model than the configuration names. `undefined`: the right one, or none is named. */
export function idsFault(
  { vendorId, productId }: RawIdentity,
  expected: { readonly vendorId?: string | undefined; readonly productId?: string | undefined },
): Fault | undefined {
  const isRight =
    (expected.vendorId === undefined || expected.vendorId === vendorId) &&
    (expected.productId === undefined || expected.productId === productId);
  if (isRight) return undefined;
  const wanted = `${expected.vendorId ?? '*'}:${expected.productId ?? '*'}`;
  const code = `${vendorId}:${productId}`;
  return deviceFault('configuration', `device ${wanted} expected, ${code} answers`, 'configuration', code);
}

/** An option of the terminal's configuration that is not what it should be. */
export function optionFault(sentence: string): Fault {
  return deviceFault('configuration', sentence, 'configuration');
}

/** The caller's time was over before the reader's: nothing is said of the reader. */
export function lateFault(): Fault {
  return deviceFault('timeOut', 'no time left to ask the reader', 'suspend');
}
