/** The bar is full only at this many times the usual (or, once it takes longer, the present) time. */
const HEADROOM = 1.15;

/** How much of a bar is filled after `goneMs` when `usualMs` is usual: grows all the time at first, and stays below
 *  0.87 however long it takes. */
export function shareDone(goneMs: number, usualMs: number): number {
  const wholeMs = Math.max(goneMs, usualMs, 1) * HEADROOM;
  return Math.max(0, goneMs) / wholeMs;
}
