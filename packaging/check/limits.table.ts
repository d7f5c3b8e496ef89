/** Every bound of the check program, with its reason. */
export const limits = {
  /** Two cores: more children at once only take turns and hide each part's own time. */
  partsAtOnce: 2,
  /** The slowest tool takes some ten seconds on the whole tree; beyond this it hangs. */
  toolDeadlineMs: 300_000,
  /** A tool that prints more than this has run wild; the beginning holds the reason. */
  toolOutputBytes: 8_000_000,
  /** One source file; the largest table is far below. A larger one is generated or not source. */
  sourceFileBytes: 2_000_000,
  /** Files of the whole tree: bounds the walk if it is pointed at a wrong folder. */
  sourceFiles: 20_000,
  /** Reasons printed per part; `--json` carries all of them. */
  reasonsPrinted: 60,
} as const;
