/** Times and bounds of an IPP print server. RFC 8011 gives no times: all are ours, to be tuned on hardware. */
export const IPP_LIMITS = {
  openMs: 3_000,
  /** One answer without a document. CUPS on the same machine takes milliseconds, a printer's own server up to a second. */
  answerMs: 3_000,
  /** An answer to Print-Job, and more for each MiB of the document: it is stored, and by a printer also scanned. */
  printMs: 10_000,
  printMsPerMiB: 1_000,
  /** Between two looks at a job. */
  pollMs: 500,
  /** Kept back from an effect's deadline for cancelling the job and hearing what became of it: one silent look that began
   *  before it, and one after it. */
  settleMs: 7_000,
  /** Silence inside a message: HTTP gives it whole. */
  gapMs: 2_000,
  /** A request goes out in pieces of this size. */
  pieceBytes: 16_384,
  /** The port's bound of a document. */
  documentBytes: 16_777_216,
  /** Longest answer that is believed. */
  answerBytes: 1_048_576,
  /** Jobs asked for at once. */
  jobsListed: 100,
  /** Listing and cancelling, until the queue is given up. Half a second apart: a filter takes some seconds to stop. */
  purgeRounds: 6,
  /** From Cancel-Job to the job's end. CUPS gives a filter some seconds to stop. */
  cancelMs: 3_000,
  /** Job ids remembered, newest last. */
  rememberedJobs: 64,
} as const;
