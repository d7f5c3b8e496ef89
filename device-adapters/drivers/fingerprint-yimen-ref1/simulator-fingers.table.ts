import type { RidgeLook } from './simulator-ridges.ts';

/** README.md, field 45. */
const HINT = { none: 0, dry: 1, wet: 2, partial: 3, tooFast: 4, dirty: 5 } as const;

export interface SyntheticFinger {
  readonly seed: number;
  readonly look: RidgeLook['look'];
  readonly quality: number;
  readonly hint: number;
  /** Milliseconds after which it is gone by itself; without it, it stays until it is lifted. */
  readonly leavesMs?: number;
}

/** Fingers by thing. Their ridges are computed: nobody has them. */
export const FINGERS: ReadonlyMap<string, SyntheticFinger> = new Map<string, SyntheticFinger>([
  ['finger-li-na-thumb', { seed: 11, look: 'clear', quality: 88, hint: HINT.none }],
  ['finger-li-na-index', { seed: 12, look: 'clear', quality: 83, hint: HINT.none }],
  ['finger-dry', { seed: 11, look: 'dry', quality: 34, hint: HINT.dry }],
  ['finger-wet', { seed: 11, look: 'wet', quality: 29, hint: HINT.wet }],
  ['finger-partial', { seed: 11, look: 'partial', quality: 23, hint: HINT.partial }],
  ['finger-too-fast', { seed: 11, look: 'smeared', quality: 9, hint: HINT.tooFast, leavesMs: 200 }],
]);

/** Whoever lifts a finger before its image is taken. */
export const LIFTED = { look: 'smeared', quality: 9, hint: HINT.tooFast } as const;
/** What stains leave of any image. */
export const STAINED = { quality: 30, hint: HINT.dirty } as const;
