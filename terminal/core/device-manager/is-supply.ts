import type { Unit } from '@yimen/contracts/device';

/** Whether a unit is used up by serving: a stack, a roll, a ribbon. A bin fills instead: an empty one is well, and a full
 *  one is told by its device's own fault (`retainBinFull`). */
export function isSupply(unit: Pick<Unit, 'type'>): boolean {
  return unit.type === 'dispense' || unit.type === 'paper' || unit.type === 'ribbon';
}
