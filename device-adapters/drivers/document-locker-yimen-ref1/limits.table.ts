/** Times and bounds of the reference document locker beside those of the protocol (`ref1-limits.table.ts`). The device's
 *  own figures are in README.md; after these waits it is asked what it remembers, nothing is given up. */
export const DOCUMENT_LOCKER_LIMITS = {
  /** Fetching one document and reading it: what is kept of a caller's time before a hand can be waited for. */
  fetchMs: 6_000,
  /** Exit to the retract bin, with one retry by the device itself. */
  retractMs: 10_000,
  /** Read back: ≤ 3 s. */
  readBackMs: 5_000,
  /** The end of an exchange reads every place, ~20 s for a full stack. */
  endExchangeMs: 30_000,
  /** Documents of one inventory (contracts/device/ports/document-locker.ts). */
  documents: 2_000,
  /** Pages of one inventory: ten full ones hold that many documents, a device may fill them less. */
  pages: 64,
  /** How often an inventory is begun anew because the locker changed while it was read. */
  inventoryReads: 3,
} as const;
