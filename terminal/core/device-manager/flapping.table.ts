/** When a device counts as flapping. The host damps what happens within a minute; this sees the slower kind. */
export interface FlapRow {
  /** More falls from well to not well than this within the window, and it is kept out of use. */
  readonly falls: number;
  readonly windowMs: number;
  /** Without any change for this long it is let back. */
  readonly quietMs: number;
}

const MINUTE = 60_000;

/** By device kind; `*` is every other. */
export const FLAPPING: Readonly<Record<string, FlapRow>> = {
  '*': { falls: 5, windowMs: 10 * MINUTE, quietMs: 5 * MINUTE },
  // A card that is inside when it goes away is a citizen's: fewer chances.
  'card-unit': { falls: 3, windowMs: 10 * MINUTE, quietMs: 5 * MINUTE },
  'endorsement-printer': { falls: 3, windowMs: 10 * MINUTE, quietMs: 5 * MINUTE },
};
