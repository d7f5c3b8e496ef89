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
  /** A shot of the camera may be rejected this often before the window is the way. */
  faceShots: 3,
  /** The camera's device judges figures from its memory; whoever takes longer is not waited for. */
  figuresMs: 1_500,
  /** A card may be put in wrong this often. */
  cardTries: 3,
  /** A declined payment may be tried this often. */
  payTries: 3,
  /** Reminders while a card waits at the gate. */
  takeReminderMs: 10_000,
  takeCardMs: 40_000,
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
