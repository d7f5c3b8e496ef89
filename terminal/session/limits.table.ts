/** Every bound and delay of the session process, with its reason. Milliseconds and bytes. */
export const SESSION_LIMITS = {
  /** A package file is text; the largest real one (a workflow) is a few KB. */
  packageFileBytes: 256 * 1024,
  /** Core answers from memory or after one fsync; longer means core is gone and its restart will end this process. */
  coreAnswerMs: 10_000,
  /** A claim may wait for a technician to let go of a device. */
  claimMs: 5_000,
  /** A device host that fell is back within 5 s, looked at within a few more; the citizen does not wait longer than this. */
  hostBackMs: 20_000,
  hostAgainMs: 250,
  /** Gateway connection and answer; the gateway's own deadline for an office is shorter. */
  gatewayAnswerMs: 15_000,
  gatewayBodyBytes: 256 * 1024,
  /** How often a pending review or an unproved bill is asked again. */
  pollMs: 2_000,
  /** How long a bill that the payment device could not settle is asked about before the bill is closed. */
  billSettleMs: 60_000,
  /** How long an unanswered effect is asked for by its id inside the session. */
  officeSettleMs: 30_000,
  /** And in a recovery, which keeps the next citizen out: what is not answered by then is asked for behind. */
  recoverySettleMs: 8_000,
  /** A shot of the camera may be rejected this often before the window is the way. */
  faceShots: 3,
  /** The camera's device judges figures from its memory; whoever takes longer is not waited for. */
  figuresMs: 1_500,
  /** A card may be put in wrong this often. */
  cardTries: 3,
  /** A declined payment may be tried this often. */
  payTries: 3,
  /** An ID card that cannot be read, a code that does not fit, a poor image of one finger, a rejected photo, a set of
   *  pages that came out wrong: each so often. */
  idTries: 3,
  codeTries: 3,
  fingerTries: 3,
  photoShots: 3,
  scanTries: 3,
  /** After a wait in which nobody came the device is asked again, never faster than this: a broken one must not spin. */
  lookAgainMs: 1_000,
  /** A card that lies on the reader is read in about two seconds; a weak one is tried for longer by the reader itself. */
  idReadMs: 10_000,
  /** Equal codes within this are one scan (F44). */
  codeWindowMs: 2_000,
  /** Dark, emptied, called off: devices do these at once; the citizen does not wait for one that does not. */
  tidyMs: 3_000,
  /** Quality of a finger image from which it is accepted, 0–100 by the collector's judgement. */
  fingerQuality: 60,
  /** A finger lies on the glass no longer than a breath after its image is told; longer: it is asked for (F43). */
  fingerLiftMs: 4_000,
  /** Answers "not ready" in a row without a finger to lift: then it is the collector, not the citizen. */
  fingerNotReady: 3,
  /** The field on the screen as if it were a pad of this size, and a pen's pressure where none is measured. */
  signWidthMm: 150,
  signHeightMm: 60,
  signPressure: 512,
  /** Points of a signature that are kept: as JSON and base64 they stay within 200,000 characters (contracts/back-office). */
  signPoints: 5_000,
  /** Mean light (0..255) below which, or variance below which, nothing can be seen: no try. Then the bounds of a photo. */
  blackLuminance: 12,
  flatVariance: 60,
  photoDark: 50,
  photoBright: 235,
  /** A set of pages; the slowest sheet-fed scanner takes about ten seconds a page at 150 dpi. */
  scanMs: 90_000,
  scanPieceMs: 10_000,
  /** The office takes no larger page (contracts/back-office/vehicle.ts), as base64. */
  scanPageChars: 1_000_000,
  /** Reminders while a card waits at the gate. */
  takeReminderMs: 10_000,
  takeCardMs: 40_000,
  /** A sheet goes to the printer's memory in pieces of at most 512 KiB (port). */
  sheetPieceBytes: 384 * 1024,
  sheetPieceMs: 10_000,
  /** The doors close on 已清除. */
  farewellMs: 6_000,
  refusedScreenMs: 60_000,
  /** One page message; pictures are the largest. */
  pageMessageBytes: 512 * 1024,
  pagePingMs: 5_000,
  pageSilentMs: 15_000,
  /** Inputs waiting for the machine; more means something floods. */
  inputQueue: 256,
} as const;
