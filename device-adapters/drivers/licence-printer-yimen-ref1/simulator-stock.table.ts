import type { UnitRow } from '../../testing/ref1-device/units.ts';

/** Ids of the units (README.md). */
export const UNIT = { driving: 1, vehicle: 2, reject: 3, retract: 4, recovery: 5, ribbon: 6 } as const;

export const UNIT_ROWS: readonly UnitRow[] = [
  { id: UNIT.driving, name: 'driving', type: 'dispense', capacity: 100, threshold: 10 },
  { id: UNIT.vehicle, name: 'vehicle', type: 'dispense', capacity: 100, threshold: 10 },
  { id: UNIT.reject, name: 'reject', type: 'reject', capacity: 20, threshold: 15 },
  { id: UNIT.retract, name: 'retract', type: 'retain', capacity: 20, threshold: 15 },
  { id: UNIT.recovery, name: 'recovery', type: 'retain', capacity: 60, threshold: 50 },
  { id: UNIT.ribbon, name: 'ribbon', type: 'ribbon', capacity: 500, threshold: 50 },
];

/** Values of the field `form`, the stack of each, and the first letter of its blanks' serials. */
export const FORMS = {
  1: { name: 'driving', unit: UNIT.driving, other: UNIT.vehicle, letter: 'D', thing: 'driving-licence' },
  2: { name: 'vehicle', unit: UNIT.vehicle, other: UNIT.driving, letter: 'V', thing: 'vehicle-licence' },
} as const;
export type Form = keyof typeof FORMS;

/** Blanks in each stack when the bench begins, and in a pack that staff bring. */
export const FIRST_BLANKS = 40;
export const PACK_BLANKS = 20;

/** Packs of blanks, as a hand brings them. */
export const PACKS: ReadonlyMap<string, Form> = new Map([
  ['blanks-driving', 1],
  ['blanks-vehicle', 2],
]);

/** What a citizen gives back. */
export const OLD_LICENCES: readonly string[] = ['old-driving-licence', 'old-vehicle-licence'];

/** Serials of blanks: `D2026000001`, `D2026000002`, … */
export function blankSerials(form: Form, from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${FORMS[form].letter}2026${String(from + i).padStart(6, '0')}`);
}
