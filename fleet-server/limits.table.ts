/** Every bound of the api, the staff room and the composition, each with its reason (architecture rule 9). The broker,
 *  ingest and alarm rooms keep theirs beside their own contracts. Times in milliseconds unless the name says otherwise. */
export const limits = {
  // -- HTTP -------------------------------------------------------------------------------------------------------
  /** Nothing the dashboard sends is larger; uploads get a route of their own (trust design §7.3). */
  bodyBytes: 256 * 1024,
  /** A violation report is a few hundred bytes; browsers may batch a handful. */
  cspReportBytes: 16 * 1024,
  /** Longest id in a path: a terminal id has 32 characters, an alarm id is a composition of three codes. */
  paramLength: 200,
  /** Whole headers of a request; a cookie of 43 characters and a normal browser need under 4 KiB. */
  headerBytes: 16 * 1024,
  /** Headers and body must have arrived: cuts slow senders (slowloris). */
  requestMs: 10_000,
  /** A handler that does not answer by then answers 503; the slowest read is a day's rollup (<10 ms). */
  handlerMs: 10_000,
  /** Silent sockets are closed; a live stream speaks every `heartbeatMs`, so it never is silent this long. */
  socketIdleMs: 60_000,
  /** Open sockets in all: 200 live streams and the parallel requests of as many pages. */
  connections: 2_000,
  /** Requests of one person (without a session: of one address) in a minute (trust design §7.3). */
  requestsPerMinute: 600,
  /** Sign-in tries of one address in a minute, right or wrong (trust design §7.3). */
  signInPerMinute: 20,
  /** Reports of broken page policy taken from one address in a minute; more would only fill the log. */
  cspReportsPerMinute: 60,
  /** Kinds of violation counted apart; further kinds are counted as `other`. */
  cspKinds: 64,
  /** Addresses and persons whose request counts are held at a time. */
  rateKeys: 5_000,
  /** Rows of one answer. */
  eventRows: 500,
  alarmRows: 500,
  varianceRows: 500,
  /** Why somebody decided, in their own words: a sentence or two. */
  reasonLength: 200,

  /** Acceptances that a terminal is told at a time; it asks again. */
  acceptances: 200,

  // -- Live feed --------------------------------------------------------------------------------------------------
  /** Changes are gathered this long, so that a busy second is one message; a fault shows within 300 ms. */
  liveGatherMs: 50,
  /** More waiting changes than this are replaced by "read everything again". */
  livePendingChanges: 1_000,
  /** Server time is told this often; pages call the feed stale after `liveStaleMs`. */
  heartbeatMs: 15_000,
  liveStaleMs: 40_000,
  /** A reader that is this far behind is cut; it reconnects and reads the snapshot. */
  liveWaitingBytes: 256 * 1024,
  liveStreams: 200,
  liveStreamsPerPerson: 12,

  // -- Freshness --------------------------------------------------------------------------------------------------
  /** A terminal whose last beat is older shows grey: the age at which `terminal.offline` is suspected. */
  beatStaleMs: 150_000,

  // -- Sign-in and sessions (trust design §7.3) -------------------------------------------------------------------
  codeLifeMs: 15 * 60_000,
  sessionIdleMs: 30 * 60_000,
  sessionLifeMs: 12 * 3_600_000,
  /** Sessions of one person; the oldest ends when another begins. */
  sessionsPerPerson: 3,
  /** "Last seen" is written at most this often, so that a page's reads are not writes. */
  sessionTouchMs: 60_000,
  /** Wrong codes from one address before it has to wait; then the wait doubles from the first to the longest. */
  signInFailures: 5,
  signInWaitMs: 15_000,
  signInWaitMaxMs: 15 * 60_000,
  /** Addresses with failures that are remembered; the oldest is forgotten first. */
  signInAddresses: 1_000,

  // -- Starting and stopping --------------------------------------------------------------------------------------
  /** Everything is down by then, or the process leaves without the rest (issue: "stops within 3 s"). */
  stopMs: 2_000,
  /** One part may take so much of it. */
  stopPartMs: 1_200,
  /** The store, broker and gateway each have to be up by then. */
  startPartMs: 15_000,
  configBytes: 64 * 1024,
} as const;
