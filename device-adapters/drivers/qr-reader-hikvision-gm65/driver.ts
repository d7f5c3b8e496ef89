import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { CreateDriver, DriverContext } from '../../driver-kit/driver.ts';
import { ScanDriver } from '../../driver-kit/scan-driver.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { Gm65Reader, type Gm65Settings } from './reader.ts';
import { optionFault, statusOf } from './status.ts';

const ID = 'qr-reader-hikvision-gm65';
/** Register E0 of a GM65 (assumed, README.md). */
const MODEL_CODE = 0x41;

function settingsOf(options: DriverContext['options']): Result<Gm65Settings, Fault> {
  const { modelCode = MODEL_CODE, aimId = false } = options;
  const isByte = typeof modelCode === 'number' && Number.isInteger(modelCode) && modelCode >= 0 && modelCode <= 0xff;
  if (!isByte) return err(optionFault('option modelCode: expected a number from 0 to 255'));
  if (typeof aimId !== 'boolean') return err(optionFault('option aimId: expected true or false'));
  return ok({ modelCode, isAim: aimId });
}

/** Driver of a GM65 QR and barcode reader (README.md). Every verb is a read.
 *  Faults: noMedia, invalidMedia (what was shown); deviceNotReady, deviceBusy (dark, taken); hardwareError;
 *  timeOut, offline, canceled, configuration. Options `modelCode`, `aimId`: README.md. */
export const createGm65: CreateDriver = (context) => {
  const settings = settingsOf(context.options);
  return new ScanDriver({
    id: ID,
    context,
    reader: new Gm65Reader(ID, context, settings.ok ? settings.value : { modelCode: MODEL_CODE, isAim: false }),
    lookMs: GM65_LIMITS.lookMs,
    wrong: settings.ok ? undefined : { fault: settings.error, status: statusOf(settings.error) },
  });
};
