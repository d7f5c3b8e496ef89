/** Every bound of the gateway, each with its reason (architecture rule 9). Times in milliseconds. */
export const GATEWAY_LIMITS = {
  /** The largest request (a bill of 16 items) is under 4 KiB; pictures never come this way, only their digests. */
  bodyBytes: 64 * 1024,
  /** Headers and body must have arrived by then: cuts slow senders. */
  receiveMs: 10_000,
  /** A mutual-TLS handshake with a TPM key takes well under a second. */
  handshakeMs: 10_000,
  /** Silent sockets are closed; a terminal makes a new one in milliseconds. */
  idleMs: 60_000,
  /** Sockets in all: 1,000 terminals, a session and core each. */
  connections: 2_048,
  /** Requests being answered in all, and of one terminal: a terminal serves one citizen at a time. */
  requestsInFlight: 512,
  requestsPerTerminal: 8,
  /** The allow-list must answer by then, else the request is refused. */
  allowListMs: 3_000,
  /** An office that has not answered by then counts as silent. */
  officeAskMs: 10_000,
  /** The terminal is answered by then, whatever the offices do (confirm and cancel ask two of them). */
  answerWithinMs: 12_000,
  /** Bytes of an office's answer: the longest, 64 allowed endorsements, is 8 KiB. */
  officeAnswerBytes: 64 * 1024,
  /** First and longest pause between questions about an operation whose end is not known. */
  settleFirstMs: 1_000,
  settleLongestMs: 60_000,
  /** Operations asked about at the same time, so that a returning office is not overrun. */
  settleAtOnce: 8,
  /** Operations of earlier runs taken up at a time; the rest follow at the next look. */
  settleBatch: 500,
  /** Unsettled operations of earlier runs are looked for this often. */
  settleLookMs: 60_000,
  /** An operation unknown for so long is a warning in the log (fault design §4.3: alarm at 15 min). */
  settleWarnMs: 15 * 60_000,
  /** “Paid” notices are fetched this often: the hold must be extended long before it ends. */
  noticesMs: 1_000,
  /** While the provider does not answer, so often. */
  noticesAwayMs: 5_000,
  noticesAtOnce: 100,
  /** Operations of one case; a case with more is stuck in a loop and gets no further effect. */
  operationsPerCase: 400,
  /** A sealed answer is kept this long after its operation ended, for repeats; then only the outcome stays. */
  answersKeptMs: 72 * 3_600_000,
  answersForgottenAtOnce: 200,
  answersForgetEveryMs: 3_600_000,
  /** The list of halls is put together this often at most. */
  hallsMs: 10_000,
  /** A terminal whose last heartbeat is older says nothing about what works there. */
  hallsFreshMs: 150_000,
  /** What is running may end by itself this long when the gateway closes. */
  closeMs: 1_000,
} as const;
