import type { Units } from './units.ts';

type SavedUnits = ReturnType<Units['save']>;

/** What does not balance: every serial number in exactly one place; of a stack `initialCount = count + inside + taken +
 *  retained + rejected`, of a bin `count = initialCount + retained`, of a ribbon `initialCount = count + used`. A unit is a
 *  bin when it was named so. */
export function unbalanced({ units, inside, away }: SavedUnits, bins: readonly number[]): readonly string[] {
  const places = new Map<string, string[]>();
  const note = (serial: string, place: string): void => void places.set(serial, [...(places.get(serial) ?? []), place]);
  for (const { id, pieces } of units) for (const { serial } of pieces) note(serial, `unit ${id}`);
  for (const { serial } of inside) note(serial, 'inside');
  for (const { serial, how } of away) note(serial, how);
  const twice = [...places]
    .filter(([, where]) => where.length !== 1)
    .map(([serial, where]) => `${serial}: ${where.join(', ')}`);
  const wrong = units.flatMap(({ id, initialCount, pieces, loose, retainCount, taken, rejected, used }) => {
    const count = pieces.length + loose;
    const drawn = inside.filter(({ from }) => from === id).length;
    const isWell = bins.includes(id)
      ? count === initialCount + retainCount
      : initialCount === count + drawn + taken + retainCount + rejected + used;
    return isWell ? [] : [`unit ${id}: ${initialCount} was, ${count} is`];
  });
  return [...twice, ...wrong];
}

/** Every serial number that a device knows of. */
export function serialsOf({ units, inside, away }: SavedUnits): ReadonlySet<string> {
  const pieces = [...units.flatMap((unit) => unit.pieces), ...inside, ...away];
  return new Set(pieces.map(({ serial }) => serial));
}
