/** What a series of figures comes to. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @param figures at least one */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
  return { min: sorted[0] ?? Number.NaN, median, max: sorted.at(-1) ?? Number.NaN };
}

/** The figure that a share of all does not exceed (nearest rank). @param figures at least one @param share above 0, up to 1 */
export function shareOf(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Runs both sides `rounds` times in turns, which one first changing with each round, and gives their milliseconds. */
export async function takeTurns(
  rounds: number,
  ours: () => Promise<number> | number,
  peer: () => Promise<number> | number,
): Promise<{ readonly ours: readonly number[]; readonly peer: readonly number[] }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    if (isOursFirst) times.ours.push(await ours());
    times.peer.push(await peer());
    if (!isOursFirst) times.ours.push(await ours());
  }
  return times;
}

/** Milliseconds that `work` takes. */
export function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
