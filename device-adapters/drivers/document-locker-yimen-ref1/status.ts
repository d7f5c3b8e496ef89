import { ref1MediaAt } from '../../driver-kit/ref1-exit.ts';
import { numberField } from '../../driver-kit/ref1-fields.ts';
import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, type FaultRows } from '../../driver-kit/ref1-status.ts';
import { withRef1Units, type Ref1UnitNames } from '../../driver-kit/ref1-units.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { RESULT, TAG } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  0x20: ['noMedia', 'No such document, or two of one serial number', 'reset'],
  0x21: ['mediaJam', 'A document is stuck in the locker', 'clear'],
  0x22: ['coverOpen', 'The locker’s cover is open', 'clear'],
  0x23: ['deviceNotReady', 'A document lies at the exit', 'reset'],
  0x25: ['notTaken', 'The document was presented and nobody took it', 'reset'],
  [RESULT.verifyMismatch]: ['verifyMismatch', 'What was fetched is not what was asked for', 'maintenance'],
  0x29: ['retainBinFull', 'Retract or reject bin is full', 'clear'],
  0x2a: ['exchangeActive', 'Staff have the door open', 'clear'],
  0x2b: ['noExchangeActive', 'Units are counted in an exchange only', 'reset'],
  0x2c: ['invalidUnit', 'What was counted does not fit the unit, nothing was set', 'configuration'],
  0x2d: ['storageUnitError', 'What was counted is not what lies there', 'clear'],
};

/** The units by the device's numbers. The stack's serial numbers are in the inventory. */
export const UNITS: Ref1UnitNames = { names: { 1: 'stack', 2: 'retract', 3: 'reject' }, serialised: [] };

/** The locker's axes: its units, and where a document is that was fetched. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  const axes = withRef1Units(ref1Axes(raw, FAULTS), raw, UNITS);
  const media = ref1MediaAt(numberField(raw.fields, TAG.position), axes.media);
  return { ...axes, ...(media !== undefined && { media }) };
}
