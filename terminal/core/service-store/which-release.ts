import type { ServicePackage } from './read-package.ts';

/** What a terminal knows of the releases of one service. */
export interface KnownReleases {
  /** The one that was brought into force here last; undefined: never any beside the shipped one. */
  readonly active: number | undefined;
  /** The one that `active` took the place of. */
  readonly previous: number | undefined;
  /** The highest that was ever in force; 0: none. */
  readonly floor: number;
  /** Whole ones in the data folder, and the one that came with the software where that is whole. */
  readonly kept: readonly ServicePackage[];
  readonly shipped: ServicePackage | undefined;
}

/** Which release serves. */
export interface WhichRelease {
  /** Undefined: none may, the service is off. */
  readonly serves: ServicePackage | undefined;
  /** The number that should serve and cannot be used; null: everything is as it should be, or its number is unknown. */
  readonly insteadOf: number | null;
}

/** The release that was activated, or the shipped one where that is newer (the software was replaced), and never one below
 *  the highest that was ever in force. One exception: where that highest one was activated here and cannot be used any
 *  more, the one before it serves again (trust §6.4); nothing older than that ever does. */
export function whichRelease({ active, previous, floor, kept, shipped }: KnownReleases): WhichRelease {
  const own = kept.find(({ release }) => release === active);
  const best = own !== undefined && own.release >= (shipped?.release ?? 0) ? own : shipped;
  const least = Math.max(floor, active ?? 0);
  if (best !== undefined && best.release >= least) return { serves: best, insteadOf: null };
  const before = [...kept, ...(shipped === undefined ? [] : [shipped])].find(({ release }) => release === previous);
  return { serves: active === least ? before : undefined, insteadOf: least === 0 ? null : least };
}
