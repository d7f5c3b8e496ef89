/** Bounds of every reader of codes, whatever it speaks. */
export const SCAN_LIMITS = {
  /** The port's cap on a code's content. */
  codeBytes: 2_048,
  /** Codes that wait for someone to ask; the eldest go. */
  waitingCodes: 4,
  /** Contents that are remembered at once, as digests. */
  sameCodes: 16,
} as const;
