/** Times and bounds of the reference fingerprint collector beside those of the protocol (`ref1-limits.table.ts`). */
export const FINGERPRINT_LIMITS = {
  /** Kept back from a capture's deadline for fetching the image: its 10 chunks take 1 to 2 s over a line of 921600 baud. */
  imageMs: 3_000,
  /** The largest image, in bytes: as base64 it is the 400000 characters of the port. */
  imageBytes: 300_000,
  widthMost: 640,
  heightMost: 480,
  /** The only resolution of the port. */
  dpi: 500,
  /** While a finger lies there: how often it is looked, should the status change be lost. */
  removalPollMs: 1_000,
} as const;
