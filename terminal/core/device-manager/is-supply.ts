import type { Unit } from '@yimen/contracts/device';

/** Whether a unit is used up by serving, and counted: a stack, a roll, a ribbon. A bin fills instead: an empty one is well,
 *  and a full one is told by its device's own fault (`retainBinFull`). A capacity of 0 means that the device tells no
 *  number, and its 0 is none. */
export function isSupply(unit: Pick<Unit, 'type' | 'capacity'>): boolean {
  return unit.capacity > 0 && (unit.type === 'dispense' || unit.type === 'paper' || unit.type === 'ribbon');
}
