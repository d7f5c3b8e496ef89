/** Every bound of `npm test` beside the lanes' budgets (lanes.table.ts), with its reason. */
export const limits = {
  /** A proof starts one program once; a browser on a busy machine takes some seconds. */
  proofDeadlineMs: 60_000,
  /** apt-get waits this long for another apt to release its lock. */
  aptLockSeconds: 600,
  /** Download and unpacking of some 200 MB over a slow line, the wait for the lock included. */
  aptDeadlineMs: 1_800_000,
  /** From the first signal to the children to the one that cannot be refused. */
  stopGraceMs: 2_000,
  /** What is kept of a command's output for the reason of its failure. */
  commandOutputBytes: 1_000_000,
  /** Slowest files told per lane. */
  slowestFiles: 5,
  /** Failures told per lane in the summary; the runner has already shown all of them. */
  failuresTold: 50,
} as const;
