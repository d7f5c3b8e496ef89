/** Every bound and delay of this driver. Times in milliseconds of monotonic time. Ours, to be tuned on hardware. */
export const SDT_LIMITS = {
  openMs: 3_000,
  /** Answers that need no card, and *find*. The time of the bytes on the wire is added (`replyMs`). */
  answerMs: 1_000,
  /** A SAM that starts again runs its self-test. */
  resetMs: 2_000,
  /** Reading a card: authentication and one to two kilobytes over the air, about a second in public logs. */
  readMs: 3_000,
  /** Silence inside a frame: 96 bytes at the slowest speed; a serial server may send its pieces this far apart. */
  gapMs: 100,
  /** Between two looks while waiting for a hand. */
  pollMs: 300,
  /** What the last look of a wait may take beyond the wait's deadline; below the host's `driverGraceMs`. */
  lastLookMs: 1_500,
  /** One look at the reader from a closed line on: open, identify, reset, status, find. */
  lookMs: 9_000,
  /** How often one card is tried, from *select* on, before its fault is told. */
  cardTries: 2,
  /** A picture decoder is foreign code: it gets this long, and its picture may be this large (102×126 BMP: 38,610). */
  decodeMs: 2_000,
  shownBytes: 45_000,
} as const;

/** The speeds of the line, in the order of `60 0x`. */
export const SDT_BAUDS: readonly number[] = [115_200, 57_600, 38_400, 19_200, 9_600];

/** Longest wait for an answer of `bytes` bytes at `baud` (8N1: ten bits a byte). */
export function replyMs(waitMs: number, bytes: number, baud: number): number {
  return waitMs + Math.ceil((bytes * 10_000) / baud);
}
