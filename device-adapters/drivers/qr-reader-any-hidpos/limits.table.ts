/** Every bound and delay of this driver. Times in milliseconds of monotonic time. Ours, to be tuned on hardware. */
export const HIDPOS_LIMITS = {
  openMs: 3_000,
  /** The answer to order 05, which no reader but only its channel or bridge gives. */
  answerMs: 1_000,
  /** Silence inside a message of a byte stream: the rest will not come. */
  gapMs: 50,
  /** Silence inside a code: a full-speed reader sends a report every 1–10 ms. */
  codeGapMs: 500,
  /** A reading may end by itself; before it has, the start report is sent again. */
  againMs: 4_000,
  /** From a code to the next reading: a person moves the paper away meanwhile. */
  nextReadingMs: 200,
  /** One order that nobody waits for. */
  orderTriesMs: 6_000,
  /** One look at the reader from a closed line on: open, identify, stop. */
  lookMs: 10_000,
} as const;
