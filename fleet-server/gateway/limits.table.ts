/** Every bound of the gateway, each with its reason (architecture rule 9). Times in milliseconds. */
export const GATEWAY_LIMITS = {
  /** The largest request, a vehicle inspection with two scanned pages of 1,000,000 characters each, is 2.0 MiB; a photo,
   *  two fingerprints and a signature are 1.4 MiB. Twice the largest, so that one page more is no new release. */
  bodyBytes: 4 * 1024 * 1024,
  /** Bodies held at a time, received and not yet answered, in all and of one terminal. Bytes, text, object, canonical
   *  form and the office's copy are about five times as much memory: 320 MiB at worst. Sixteen of the largest, or all
   *  `requestsInFlight` small ones; of one terminal two of the largest, so that none takes the place of the others. */
  bodyBytesInFlight: 64 * 1024 * 1024,
  bodyBytesPerTerminal: 8 * 1024 * 1024,
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
  /** Bytes of an office's answer: the longest, a photo of 400,000 base64 characters, is under half of it. */
  officeAnswerBytes: 1024 * 1024,
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
  /** Decided reviews are fetched this often: they take days, and no citizen stands there. */
  reviewsMs: 5_000,
  reviewsAwayMs: 30_000,
  /** Open compensations told at once; more at a time are a matter for people, who begin with the oldest. */
  compensationsAtOnce: 500,
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
