/** Times and bounds of a scanner behind SANE. SANE gives no times: all are ours, to be tuned on hardware. */
export const SANE_LIMITS = {
  /** From asking for a channel to having one: an earlier host's pages are overwritten first. */
  openMs: 5_000,
  /** Every backend that is set up looks for its devices; those of the network take seconds. */
  listMs: 10_000,
  /** The device is opened, asked for its options and closed. */
  lookMs: 5_000,
  /** Between two looks that nobody asked for at once: some scanners move when they are opened. */
  lookEveryMs: 5_000,
  /** Beyond a run's deadline its program is killed and its folder overwritten, then the answer comes. */
  runGraceMs: 1_000,
  /** The same with pages. */
  scanGraceMs: 3_000,
  /** An answer for which nothing is run. */
  answerMs: 1_000,
  /** Silence inside a message: it comes whole. */
  gapMs: 2_000,
  /** Kept back from a scan's deadline for fetching and judging its pages. */
  settleMs: 2_000,
  /** A look after a scan that used up its time. */
  lateLookMs: 500,
  /** One page: 8.7 million pixels of A4 at 300 dpi in colour have 26 MB when nothing can be packed. */
  pageBytes: 33_554_432,
  /** Chunks of one page: libpng makes one of each 8 KB. */
  pageChunks: 20_000,
  /** All pages of one scan. */
  scanBytes: 268_435_456,
  /** The port's piece of a page. */
  pieceBytes: 524_288,
  /** A4. */
  pageWidthMm: 210,
  pageLengthMm: 297,
  /** What a size is believed to be within when nobody can say what it should be; from a feeder also the shortest. */
  pageLeastMm: 50,
  pageMostMm: 300,
  /** How far a size in pixels may be off what was asked for: backends round to the sensor's own steps. */
  sizeTolerance: 0.02,
  sizePixels: 16,
  /** How far a page's own density may be off: it stands in pixels per metre. */
  densityTolerance: 0.01,
} as const;
