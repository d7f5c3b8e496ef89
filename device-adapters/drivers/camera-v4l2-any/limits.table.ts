/** Times and bounds of a camera as this machine sees it. */
export const CAMERA_LIMITS = {
  openMs: 1_000,
  /** sysfs and the open files of all processes are read; nothing waits for the camera. */
  answerMs: 1_500,
  /** Silence inside a message: it comes whole. */
  gapMs: 500,
  /** A look this fresh is not repeated for `health`. */
  lookEveryMs: 1_000,
  /** Beyond the carrier's own time for one picture. */
  grabMs: 10_000,
  /** A JPEG of 640 × 480 has 20 to 120 KB. */
  pictureBytes: 1_048_576,

  /** Mean light below which nothing can be seen, and variance below which a picture is of one colour. Both are the
   *  page's (`blackLuminance`, `flatVariance` in terminal/ui/limits.table.ts): what it refuses to send must not be well
   *  here. */
  blackLuminance: 12,
  flatVariance: 60,
  /** A word is believed when so many figures in a row say it, over so long: the page's eight samples, 250 ms apart, have
   *  seven pauses. Fewer figures, because not every sample comes here. */
  settleFigures: 3,
  settleMs: 1_750,
  /** Figures older than this say nothing of now; so long at most a camera is out for what was seen. */
  figuresMs: 60_000,
  /** Figures kept. */
  figuresKept: 16,
  /** Times that it was blind with no good picture in between, before a technician is asked for: one for each rung that a
   *  camera has (faults F39: L3 to L5). */
  blindTimes: 3,
} as const;
