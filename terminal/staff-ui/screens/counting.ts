import { serialsOf, type CountedByHand, type OpenExchange, type SerialRange } from '@yimen/contracts/terminal';

type OpenUnit = OpenExchange['units'][number];

/** What was typed for one unit so far. Empty: it is not counted. */
export interface TypedUnit {
  readonly counted: string;
  readonly after: string;
  readonly ranges: readonly { readonly first: string; readonly count: string }[];
}

export type Typed = Readonly<Record<string, TypedUnit>>;

/** Before anything is typed: nothing is counted, and the numbers are those that the device knows. */
export function untyped(units: readonly OpenUnit[]): Typed {
  return Object.fromEntries(
    units.map(({ name, serials }) => [
      name,
      { counted: '', after: '', ranges: (serials ?? []).map(({ first, count }) => ({ first, count: String(count) })) },
    ]),
  );
}

/** Units that were counted, as core is told. */
export function countedUnits(units: readonly OpenUnit[], typed: Typed): Record<string, CountedByHand> {
  const counted: Record<string, CountedByHand> = {};
  for (const unit of units) {
    const text = typed[unit.name];
    if (text === undefined || text.counted === '') continue;
    const after = text.after === '' ? Number(text.counted) : Number(text.after);
    counted[unit.name] = {
      counted: Number(text.counted),
      after,
      ...(unit.serials === null ? {} : { serials: rangesOfTyped(text) }),
    };
  }
  return counted;
}

/** Whether what was typed for a unit can be told: within its capacity, and as many numbers as pieces. */
export function isFit(unit: OpenUnit, typed: TypedUnit | undefined): boolean {
  if (typed === undefined || typed.counted === '') return true;
  const after = typed.after === '' ? Number(typed.counted) : Number(typed.after);
  if (unit.capacity > 0 && after > unit.capacity) return false;
  return unit.serials === null || serialsOf(rangesOfTyped(typed))?.length === after;
}

function rangesOfTyped({ ranges }: TypedUnit): SerialRange[] {
  return ranges
    .map(({ first, count }) => ({ first, count: Number(count) }))
    .filter(({ first, count }) => /^[A-Z0-9]{4,24}$/u.test(first) && count > 0);
}
