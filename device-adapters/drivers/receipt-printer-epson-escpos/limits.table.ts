/** Times and bounds of an ESC/POS receipt printer. The manual gives no times: all are ours, to be tuned on hardware. */
export const ESCPOS_LIMITS = {
  /** One real-time answer: it needs no motor; a serial server adds some 20 ms. */
  realtimeMs: 300,
  /** Before the four questions are asked again: a late answer must not be taken for the next question's. */
  drainMs: 300,
  /** GS I and a process id with nothing before it. The buffer may still be at work on ESC @. */
  replyMs: 1_000,
  /** Clear response. A line that is being printed ends first. */
  clearMs: 1_000,
  /** After DLE ENQ 2 the blade goes home. */
  recoverMs: 1_000,
  /** Between two looks at the printer while a process id is out, and while it heals. */
  pollMs: 500,
  /** Clean status and no process id for this long: nothing moves (as long as in fault F28). A chunk of text, 20 lines
   *  at 150 mm/s, takes under a second. */
  stallMs: 5_000,
  /** Kept back from an effect's deadline for clearing the buffers and telling. */
  settleMs: 1_500,
  /** Silence inside an answer: at 9600 baud a byte takes 1 ms. */
  gapMs: 100,
  openMs: 3_000,
  /** Looks in a row when the four answers do not fit each other (something changed in between). */
  looks: 3,
  /** Bytes between two process ids. The smallest receive buffer of these models holds 4 KB. */
  chunkBytes: 1_024,
  /** Bytes of answered questions in an off-line printer's buffer: half of the smallest. */
  keptBytes: 2_048,
  /** Half-width characters of font A in a line: default (576 dots), least (58 mm paper), most. */
  columns: 48,
  columnsLeast: 32,
  columnsMost: 64,
  /** Dots of a QR module: below two no scanner reads it. */
  moduleDotsLeast: 2,
  moduleDotsMost: 8,
} as const;
