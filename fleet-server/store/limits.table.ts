/** Every bound of the store room, each with its reason (architecture rule 9). */
export const STORE_LIMITS = {
  /** Epochs that a terminal may have opened by itself, one after each damage of its journal, since it was last heard. */
  epochsAhead: 8,
  /** Numbers at the beginning of such an epoch in which a session may be settled that was settled before. */
  settledAgainRows: 500,
  /** Calls that may wait for one worker; a caller above it is told at once that the store is busy. */
  waitingCalls: 20_000,
  /** A call that a worker has not answered by then fails; the longest write (a full group) takes ≈50 ms. */
  callMs: 30_000,
  /** A new connection to a database server: on the same site it takes some milliseconds. */
  connectMs: 3_000,
  /** After one that failed, callers are told at once for this long, instead of each waiting for the same silence. */
  reconnectMs: 500,
  /** The server ends a statement that takes longer, and one that waits longer for a lock. */
  statementMs: 7_000,
  lockMs: 5_000,
  /** A statement that was not answered by then is given up with its connection: the server stands still. Below the time
   *  that the api has for an answer, so that its callers hear a reason. */
  answerMs: 8_000,
  /** Connections that read from a database server at a time. */
  readers: 4,
  /** Opening, migrating and the first read. */
  openMs: 15_000,
  /** SQLite waits this long for a lock of another connection (a backup, a reader's checkpoint). */
  busyMs: 5_000,
  /** Rows of one INSERT: SQLite takes 32,766 parameters, an event has 14. */
  rowsPerInsert: 250,
  /** Rows of one raw INSERT of events that go on, the largest first; each size is one prepared statement. */
  appendRows: [200, 20, 1],
  /** Ledgers of which the writing thread remembers the end, ≈200 bytes each. */
  knownLedgers: 50_000,
  /** Pages of 4 KiB that the write-ahead log grows by before they are moved into the file: 40 MB on the disk. */
  checkpointPages: 10_000,
  /** Pages that the writing connection keeps in memory, KiB. */
  cacheKiB: 65_536,
  /** Prepared statements kept by a connection. */
  statements: 200,
  /** Rows of one read, whatever the caller asks for. */
  rowsPerRead: 1_000,
  /** Ranges of holes kept by (tid, epoch) in an acknowledgement (fleet contract §2.3). */
  ackRanges: 32,
  /** Payloads that could not be read at all, kept by terminal; the oldest goes first. */
  payloadsPerTerminal: 100,
  /** Bytes of one quarantined row or payload. */
  rawBytes: 64 * 1024,
} as const;
