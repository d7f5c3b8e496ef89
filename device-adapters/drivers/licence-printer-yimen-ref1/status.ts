import { numberField } from '../../driver-kit/ref1-fields.ts';
import { ref1MediaAt } from '../../driver-kit/ref1-exit.ts';
import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, type FaultRows } from '../../driver-kit/ref1-status.ts';
import { withRef1Units, type Ref1UnitNames } from '../../driver-kit/ref1-units.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { TAG } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  0x20: ['noMedia', 'No licence where it should be', 'reset'],
  0x21: ['mediaJam', 'A licence is stuck in the printer', 'clear'],
  0x22: ['coverOpen', 'The printer’s cover is open', 'clear'],
  0x23: ['deviceNotReady', 'A licence is inside already', 'reset'],
  0x24: ['invalidUnit', 'Another blank lies first in the stack, or the stack is empty', 'configuration'],
  0x25: ['notTaken', 'The licence was presented and nobody took it', 'reset'],
  0x26: ['ribbonOut', 'The ribbon ran out, the blank is in the reject bin', 'clear'],
  0x27: ['verifyMismatch', 'The camera read something else than was asked', 'maintenance'],
  0x28: ['headHot', 'The print head has to cool down', 'suspend'],
  0x29: ['retainBinFull', 'Reject, retract or recovery bin is full', 'clear'],
  0x2a: ['exchangeActive', 'Staff have the units open', 'clear'],
  0x2b: ['noExchangeActive', 'Units are counted in an exchange only', 'reset'],
  0x2c: ['invalidUnit', 'What was counted does not fit the unit, nothing was set', 'configuration'],
  0x2d: ['doubleFeed', 'Two blanks came at once, both are in the reject bin', 'maintenance'],
  0x2e: ['paperOut', 'The laminate ran out, the blank is in the reject bin', 'clear'],
};

/** The units by the device's numbers. */
export const UNITS: Ref1UnitNames = {
  names: { 1: 'driving', 2: 'vehicle', 3: 'reject', 4: 'retract', 5: 'recovery', 6: 'ribbon' },
  serialised: [1, 2],
};

const SUPPLIES: Readonly<Record<string, string>> = { 'supply-0': 'ribbon', 'supply-1': 'laminate' };

/** The printer's axes: its supplies by name, its units, and where a licence is. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  const axes = withRef1Units(ref1Axes(raw, FAULTS), raw, UNITS);
  const supplies = Object.entries(axes.supplies).map(([name, level]) => [SUPPLIES[name] ?? name, level] as const);
  const media = ref1MediaAt(numberField(raw.fields, TAG.position), axes.media);
  return { ...axes, ...(media !== undefined && { media }), supplies: Object.fromEntries(supplies) };
}
