/** Times and bounds of the reference payment terminal beside those of the protocol (`ref1-limits.table.ts`). */
export const PAYMENT_TERMINAL_LIMITS = {
  /** While a customer pays: how long after the last word the terminal is asked what it remembers, so that a lost answer
   *  costs the customer no more than this. */
  chargeAskMs: 5_000,
  /** Cancel waits for nothing but the display; the provider's answer to a payment under way included. */
  cancelMs: 10_000,
  /** Refund: one conversation with the provider. */
  refundMs: 20_000,
  /** Field 45: the shortest and the longest wait that can be said, in seconds. */
  waitsLeastS: 1,
  waitsMostS: 600,
  /** Bytes of fields 40 and 42. */
  billBytes: 40,
  qrBytes: 300,
} as const;
