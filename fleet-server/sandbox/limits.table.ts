/** Every bound of the sandbox, each with its reason (architecture rule 9). Times in milliseconds. */
export const SANDBOX_LIMITS = {
  /** The largest request is a begin with pictures: two scanned pages, or a photo, two prints and a signature. */
  bodyBytes: 4 * 1024 * 1024,
  /** Headers and body must have arrived by then: no half request holds a socket. */
  receiveMs: 10_000,
  /** Sockets in all; a gateway opens one per question and one for notices. */
  connections: 512,
  /** An answer that a switch withholds keeps its socket at most this long. */
  silenceMs: 10 * 60_000,
  /** The longest delay a switch may ask for. */
  delayMs: 10 * 60_000,
  /** `past-deadline`: longer than any asker waits for one answer. */
  pastDeadlineMs: 30_000,
  /** Bytes of an answer that is too long on purpose: above every reader's limit, small enough to send. */
  oversizeBytes: 2 * 1024 * 1024,
  /** Switches that may stand at a time. */
  switches: 200,
  /** Rows of each list in `GET /state` and on the page. */
  stateRows: 200,
  /** Blanks that `GET /state` looks at: the stacks of a demonstration's terminals. */
  blankRows: 5_000,
  /** Cases that a search by person looks through, newest first. */
  searchedCases: 2_000,
  /** Notices handed out by one question. */
  notices: 100,
  /** Without payment the right to produce is held this long: paying takes a person 2–3 minutes at most. */
  holdUnpaidMs: 10 * 60_000,
  /** Once paid: until the next day but two, so that a broken terminal does not cost the citizen the case. */
  holdPaidMs: 72 * 3_600_000,
  /** A bill can be paid this long, and never longer than its case is held. */
  billMs: 5 * 60_000,
  /** Lapsed holds and bills and owed refunds are looked at this often. */
  sweepMs: 2_000,
  /** The clock may be moved this far in one step. */
  clockMoveMs: 3_660 * 86_400_000,
  /** Everything is down by then after SIGTERM. */
  closeMs: 1_500,
} as const;
