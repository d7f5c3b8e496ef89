import type { CaseRandom } from './random.ts';

/** One parser under fire. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Takes one damaged piece; keeps its state from case to case, as a line does.
   *  @throws FuzzFinding when a promise is broken; any other error is a finding too */
  readonly run: (damaged: Uint8Array, random: CaseRandom) => void;
}

/** A promise that was broken. */
class FuzzFinding extends Error {
  override readonly name = 'FuzzFinding';
}

/** @throws FuzzFinding */
export function promise(holds: boolean, says: string): asserts holds {
  if (!holds) throw new FuzzFinding(says);
}
