/** Times and bounds of the reference endorsement printer beside those of the protocol (`ref1-limits.table.ts`). The
 *  device's own figures are in README.md; after these waits it is asked what it remembers, nothing is given up. */
export const ENDORSEMENT_PRINTER_LIMITS = {
  /** Take card, hand back: a transport of some 150 mm with one retry by the device itself. */
  transportMs: 6_000,
  /** Erase: ~6 s. */
  eraseMs: 9_000,
  /** Print with chip and read-back: ~25 s. */
  printMs: 30_000,
  /** Read back: ≤ 3 s, the scanner moves. */
  readBackMs: 5_000,
  /** Panel lines one print carries, and bytes of each. */
  panelLines: 8,
  panelLineBytes: 80,
} as const;
