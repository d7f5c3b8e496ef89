import { SCAN_LIMITS } from '../../driver-kit/scan-limits.table.ts';

/** Every bound and delay of this driver. Times in milliseconds of monotonic time. Ours, to be tuned on hardware. */
export const GM65_LIMITS = {
  openMs: 3_000,
  /** A register's answer: 13 bytes at 9600 take 14 ms. */
  answerMs: 1_000,
  /** The same while it is lit: 2,048 bytes of a code may come before it, 2,134 ms at 9600. */
  litAnswerMs: 2_500,
  /** Silence inside an answer. Shorter than `codeGapMs`: what was held for an answer belongs to the code after all. */
  gapMs: 50,
  /** Silence that ends a code: 96 bytes at 9600; a serial server may send its pieces this far apart. */
  codeGapMs: 100,
  /** From then on, when the tail has not come: the rest never will. */
  tornMs: 400,
  /** The port's cap on a code, without its tail. */
  codeBytes: SCAN_LIMITS.codeBytes,
  /** A reading lasts 5 s (register 0006); before it is over it begins anew. */
  relightMs: 4_000,
  /** From a code to the next reading: a person moves the paper away meanwhile. */
  nextReadingMs: 200,
  /** One trigger that nobody asked for: its answer, and the look at what is wrong. */
  relightTriesMs: 8_000,
  /** One look at the reader from a closed line on: open, identify, set, verify, dark. */
  lookMs: 12_000,
  /** Going dark when nobody waits for it any more. */
  darkMs: 6_000,
} as const;
