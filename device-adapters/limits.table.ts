/** Every wait and every bound of the device program that is not a fact of one device model, in one place.
 *  What belongs to a model (its reply times, its motions) stands in that driver's own `limits.table.ts`. */
export const LIMITS = {
  /** Bytes that wait unread on one channel. The largest frame of any driver is under 9 KB; a device that floods is
   *  slowed down (TCP) or cut off (memory) before it costs more than this. */
  channelQueueBytes: 65_536,
  /** A local TCP carrier takes bytes in microseconds; a write that hangs this long is a dead line. */
  channelWriteMs: 5_000,
  /** Opening a port, when the caller gives no shorter time. */
  channelOpenMs: 3_000,
  /** From giving a channel up to going on without it: a kernel may hold a dead port for half a minute. */
  channelCloseMs: 1_000,
  /** How often a silent serial line is looked at. An unplug that the kernel does not tell is to be known within 2 s. */
  serialCheckMs: 500,
  /** One wait for a HID report. Writes and the close wait for it, so it is short; the library's own reader uses the same. */
  hidReadMs: 50,
  /** As `serialCheckMs`, of a HID device. */
  hidCheckMs: 500,
  /** From asking a channel's program to end to ending it and what it started. */
  processStopMs: 500,
  /** A program has ended, and something it started still holds its output open. */
  processDrainMs: 200,
  /** What is kept in the log of a program's stderr, per line and in all. */
  processLogLine: 200,
  processLogBytes: 16_384,
  /** One IPP request: a document of 16 MiB (the port's bound) and its attributes. */
  ippRequestBytes: 16_777_216 + 65_536,
  /** One IPP answer: a hundred jobs are some 30 KB, all that a printer can say of itself under 200 KB. */
  ippAnswerBytes: 1_048_576,
  /** A whole document over a local network and a print server that stores it. Drivers ask for less. */
  ippRequestMs: 60_000,

  /** Longest word of scanimage that it is there: it only prints its version. */
  saneVersionMs: 3_000,
  /** From asking scanimage to stop to ending it: a backend stops at its next bytes. */
  saneCancelMs: 2_000,
  /** From scanimage's last word to its end: some backends hang when they are closed after an error. */
  saneExitMs: 1_000,
  /** How often the bytes of a running scan are counted. */
  saneCountMs: 100,
  /** All files of one run: twenty letter-like pages in colour have 40 to 100 MB, noise would have 500. */
  saneRunBytes: 268_435_456,
  /** Files are overwritten in pieces of this size. */
  saneWipeBytes: 1_048_576,

  /** As `serialCheckMs`, of a camera's node. */
  v4l2CheckMs: 500,
  /** How long nobody counts as having a camera open: looking through every process costs up to 20 ms. */
  v4l2OwnersMs: 3_000,
  /** One picture by ffmpeg: a camera takes a second or two to begin. */
  v4l2GrabMs: 8_000,
  /** A JPEG of 640 × 480 has 20 to 120 KB. */
  v4l2PictureBytes: 1_048_576,
  /** One piece of it: a carrier in memory holds 64 KiB. */
  v4l2PieceBytes: 32_768,

  /** pcscd names its readers one by one and never says that it is through; this long after the start it is. It takes 2 ms. */
  pcscNamedMs: 300,
  /** How long an earlier owner of a card reader may take to let go before the reader counts as in use. */
  pcscBusyMs: 1_000,
  /** One call to pcscd that carries no command: waking a card takes a reader up to a second. */
  pcscCallMs: 5_000,
  /** One command to a chip. Longer than a driver waits; a reader that needs more hangs, and the line is given up. */
  pcscTransmitMs: 10_000,
  /** From a card that leaves to pcscd's word of it (10–350 ms with its virtual reader). */
  pcscGoneMs: 800,
  /** From asking a bridge to let go of its card to ending it. */
  pcscStopMs: 1_000,
  /** Longest message of the carrier: its length has two bytes. */
  pcscMessageBytes: 65_535,

  /** Public calls that may wait for one device; more is a caller in a loop. */
  queuedCommands: 16,
  /** Beyond its own deadline a driver gets this long to settle before its operation is called `unknown`. */
  driverGraceMs: 2_000,
  /** Asking a device what it remembers of an operation, or what its sensors show instead. */
  recallMs: 5_000,
  /** Closing a driver that does not answer must not keep the host alive. */
  driverCloseMs: 1_500,

  /** Claims that may wait for one device. */
  leaseWaiters: 8,
  /** A lease nobody used for this long is over: longer than any wait for approval, shorter than a forgotten night. */
  leaseIdleMs: 15 * 60_000,
  /** Operation records kept: a year of one busy terminal is about 200,000 effects, a restart asks for the last few. */
  operationRecords: 20_000,
  /** Rows removed at once when the file is over its bound, so that trimming is rare. */
  operationTrimRows: 1_000,

  /** How often an idle, healthy device is asked how it is. */
  statusPollMs: 2_000,
  /** The same of one in or on which something lies: a card that was forgotten tells its number at each question, and its
   *  owner is gone only when it is. */
  heldPollMs: 1_000,
  /** Status asked for by the poll may be this old. */
  statusPollMaxAgeMs: 1_000,
  /** First and longest pause between attempts to reach a device that does not answer. An attempt only opens a line and
   *  asks; a cable that was put back is noticed within the second one. */
  reconnectFirstMs: 250,
  reconnectLongestMs: 2_000,
  /** Changes between well and not well within the window, above which a device counts as flapping. */
  flapsAllowed: 6,
  flapWindowMs: 60_000,

  /** One message between processes: the largest is a document with its picture (under 300 KB as base64). */
  ipcFrameBytes: 1_048_576,
  /** Connections to the host: core, a session and its successor, a technician's tool. */
  rpcConnections: 8,
  /** Requests of one connection that may be under way at once. */
  rpcPending: 32,
  /** A connection that has not said hello by then is closed. */
  rpcHelloMs: 5_000,
  /** Unsent bytes to one client; one that reads nothing is closed. */
  rpcBacklogBytes: 2_097_152,
  /** From a session's end to overwriting what its devices said: what was under way has wound down by then, and the next
   *  citizen has not come yet. */
  forgetAfterMs: 700,
  forgetAgainMs: 250,
  /** From a session's end to replacing a process of drivers in which an effect's end is unknown: core looks into it at once. */
  unsettledMs: 3_000,
  /** From a session's end to replacing its process of drivers by one that has yet to load, because none is held ready. */
  spareWaitMs: 2_000,
  /** From telling for which key to seal to what was sealed for it: a caller needs a millisecond. */
  sealedWithinMs: 1_000,
  /** How long a driver's successor may take to its device before the device counts as gone: longer than any inspection. */
  successorMs: 3_000,
  /** Sessions admitted at once: the running one, the warm one, and one being replaced. */
  rpcSessions: 4,
  /** What a client waits beyond the deadline that it sent along. Longer than `driverGraceMs`. */
  rpcSlackMs: 5_000,
  /** What a client waits for calls that carry no deadline of their own. */
  rpcCallMs: 15_000,

  /** A child says `ready` within this, or it is ended: so long at most a device is `starting` for its sake. */
  childReadyMs: 5_000,
  /** The same of one that runs many drivers, and of a successor for which nobody waits: loading takes 0.6 s, and ten times
   *  that on a machine with too much to do. */
  sharedReadyMs: 20_000,
  /** Pause after a successor that could not load. */
  spareAgainMs: 1_000,
  /** Pause before a dead child is started again; it doubles with each death. */
  childRestartFirstMs: 250,
  /** With this death within the window a child is kept down (the ladder allows a host three in ten minutes too). */
  childCrashesAllowed: 3,
  childCrashWindowMs: 600_000,
  /** Calls under way in one child. */
  childPending: 32,
  /** From asking a child to end to ending it. Shorter than `driverCloseMs`: the host must not be gone before a hung one. */
  childStopMs: 1_000,

  /** From SIGTERM to the end of the host process, whatever still runs. */
  hostStopMs: 2_500,
} as const;
