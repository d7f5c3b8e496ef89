/** Numbers that one seed always gives in the same order (mulberry32: small, and good enough to draw tests with). */
export interface Seeded {
  /** 0 ≤ x < 1 */
  next(): number;
  /** from ≤ n ≤ to */
  int(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  chance(share: number): boolean;
}

/** @param parts what the stream is for: a campaign's seed, then a session's number */
export function seeded(...parts: readonly number[]): Seeded {
  let state = parts.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e37_79b1) + 0x85eb_ca6b, 0x1234_5678) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: <T>(list: readonly T[]): T => {
      const one = list[Math.floor(next() * list.length)];
      if (one === undefined) throw new RangeError('nothing to choose from');
      return one;
    },
    chance: (share) => next() < share,
  };
}
