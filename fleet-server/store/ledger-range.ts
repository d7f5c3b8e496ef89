/** A closed range of sequence numbers. */
export interface Hole {
  readonly from: number;
  readonly to: number;
  /** When it was first seen missing. */
  readonly since: number;
}

export interface Coverage {
  readonly upTo: number;
  /** Missing ranges below `upTo`, ascending, not touching each other. */
  readonly holes: readonly Hole[];
}

/** The coverage after everything in `from…to` has arrived (stored or quarantined). A jump over numbers opens a hole;
 *  what arrives inside a hole shrinks or splits it. Doing it twice changes nothing. */
export function coverRange(before: Coverage, from: number, to: number, now: number): Coverage {
  const holes = before.holes.flatMap((hole) => withoutRange(hole, from, to));
  if (from > before.upTo + 1) holes.push({ from: before.upTo + 1, to: from - 1, since: now });
  return { upTo: Math.max(before.upTo, to), holes };
}

function withoutRange(hole: Hole, from: number, to: number): Hole[] {
  if (to < hole.from || from > hole.to) return [hole];
  const parts: Hole[] = [];
  if (hole.from < from) parts.push({ ...hole, to: from - 1 });
  if (hole.to > to) parts.push({ ...hole, from: to + 1 });
  return parts;
}

/** `[a, b]` ranges of ascending numbers. */
export function rangesOf(numbers: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
