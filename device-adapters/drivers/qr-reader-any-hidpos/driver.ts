import type { CreateDriver } from '../../driver-kit/driver.ts';
import { ScanDriver } from '../../driver-kit/scan-driver.ts';
import { HIDPOS_LIMITS } from './limits.table.ts';
import { HidposReader } from './reader.ts';
import { settingsOf } from './settings.ts';
import { statusOf } from './status.ts';

const ID = 'qr-reader-any-hidpos';

/** Driver of a HID-POS QR and barcode reader (README.md). Every verb is a read.
 *  Faults: noMedia, invalidMedia (what was shown); deviceNotReady, deviceBusy (stopped, taken); timeOut, offline, canceled,
 *  configuration. Options `vendorId`, `productId`, `startReport`, `stopReport`, `feature`: README.md. */
export const createHidpos: CreateDriver = (context) => {
  const settings = settingsOf(context.options);
  return new ScanDriver({
    id: ID,
    context,
    reader: new HidposReader(ID, context, settings.ok ? settings.value : {}),
    lookMs: HIDPOS_LIMITS.lookMs,
    wrong: settings.ok ? undefined : { fault: settings.error, status: statusOf(settings.error) },
  });
};
