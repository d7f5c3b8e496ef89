import { decodeText, type DeviceFields } from './fields.ts';

/** What staff counted in one unit, as command 17 tells it. */
export interface CountedUnit {
  readonly id: number;
  readonly count: number;
  /** From the first that comes out to the last; none told is not the same as an empty list that was counted. */
  readonly serials: readonly string[];
}

/** Fields 49 of command 17, and 4B of the kinds that have it. `undefined` when they do not fit: none or more than `most`, a
 *  unit twice, a serial that is none. A serial of a unit that was not counted stands under that unit with a count of -1. */
export function countedUnits(
  fields: DeviceFields,
  most: number,
  hasSerials: boolean,
): readonly CountedUnit[] | undefined {
  const counts = fields.all(0x49);
  if (counts.length === 0 || counts.length > most || counts.some(({ length }) => length !== 3)) return undefined;
  const counted = new Map(counts.map(([id = 0, high = 0, low = 0]) => [id, high * 256 + low]));
  if (counted.size !== counts.length) return undefined;
  const serials = new Map<number, string[]>();
  for (const [id = 0, ...ascii] of hasSerials ? fields.all(0x4b) : []) {
    const serial = decodeText(Uint8Array.from(ascii), 24);
    if (serial === undefined || !isSerial(serial)) return undefined;
    serials.set(id, [...(serials.get(id) ?? []), serial]);
  }
  const ids = new Set([...counted.keys(), ...serials.keys()]);
  return [...ids].map((id) => ({ id, count: counted.get(id) ?? -1, serials: serials.get(id) ?? [] }));
}

/** `A–Z 0–9`, 4–24. */
export function isSerial(text: string | undefined): text is string {
  return text !== undefined && /^[A-Z0-9]{4,24}$/.test(text);
}
