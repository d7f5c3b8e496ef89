/** Times and bounds of the reference signature pad beside those of the protocol (`ref1-limits.table.ts`). */
export const SIGNATURE_PAD_LIMITS = {
  /** Kept back from a capture's deadline for fetching the points: 1000 of them take 0.9 s at 115200 baud. */
  pointsMs: 2_000,
  /** Field 40, in UTF-16 units: never more than 180 bytes. */
  promptUnits: 60,
  widthMostMm: 300,
  heightMostMm: 200,
  strokesMost: 200,
  strokePoints: 2_000,
  /** Points of all strokes. */
  pointsMost: 8_000,
  pressureMost: 1_023,
  /** From the first point to the last. */
  timeMostMs: 600_000,
} as const;
