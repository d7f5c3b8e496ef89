/** Times and bounds of the reference licence printer beside those of the protocol (`ref1-limits.table.ts`). The device's
 *  own figures are in README.md; after these waits it is asked what it remembers, nothing is given up. */
export const LICENCE_PRINTER_LIMITS = {
  /** Make: print, laminate, read back, ~60 s. */
  makeMs: 70_000,
  /** A make with less time than this would surely end `unknown` with a good licence inside: it is not begun. */
  makeLeastMs: 65_000,
  /** Verify: ≤ 3 s, the camera moves. */
  verifyMs: 5_000,
  /** Verify position to exit, or a slot that opens: what is kept of a caller's time before a hand can be waited for. */
  wayMs: 5_000,
  /** Verify position or exit to the retract bin, with one retry by the device itself. */
  retractMs: 10_000,
  /** The end of an exchange locks and counts nothing. */
  endExchangeMs: 5_000,
  /** Form fields of one licence, and bytes of each text. */
  formFields: 24,
  textBytes: 200,
  /** Serial numbers beside the asked one that a record names: 8 of 24 characters fill one text of it. */
  alsoSpoiled: 8,
} as const;
