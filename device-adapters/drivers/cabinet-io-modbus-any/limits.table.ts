/** Every bound and delay of this driver. Times in milliseconds of monotonic time. Ours, to be tuned on hardware. */
export const CABINET_LIMITS = {
  openMs: 3_000,
  /** An answer: 8 bytes there and up to 37 back take 50 ms at 9600, and a board thinks for a few; a serial server adds
   *  its own. On a slower line the bytes' time is added. */
  answerMs: 500,
  /** After a missing answer: what comes within this is of the request before, and RTU has no number that says so. */
  lateMs: 500,
  /** Silence between an answer and the next request: 3.5 characters at 9600 are 4 ms. On a slower line it is longer. */
  turnaroundMs: 5,
  /** Silence inside a frame. The standard's 3.5 characters, and what a driver, a serial server and a busy machine add. */
  gapMs: 30,
  /** How often contacts and latches are looked at while nothing else is asked: about 70 ms of the bus. */
  pollMs: 250,
  /** Temperature and charge change slowly: with every so many polls. */
  slowPolls: 8,
  /** A contact's new value counts after so many equal reads. */
  equalReads: 2,
  /** Reads without so many equal ones, after which a contact is unsteady: nobody knows where it is. */
  unsteadyReads: 4,
  /** Between two reads of one look. Longer than a contact bounces. */
  lookAgainMs: 20,
  /** A temperature that was outside the model's range is inside again by this much before it is called so. */
  hysteresisC: 2,
  /** A bolt has moved by then; between two looks at its contact. */
  boltMs: 2_000,
  boltLookMs: 100,
  /** One look at the cabinet from a closed line on: opened, identified, everything read twice, one block silent. */
  inspectMs: 12_000,
  /** One poll, of which one request is repeated. */
  pollEndsMs: 4_000,
  /** `low` promises this much at the least, when the UPS does not say and the model does not either. Within it a terminal
   *  ends a motion, returns property and shuts down. */
  lowMinutes: 3,
  /** A model: its file, its rows, addresses in one request (a frame could take 125 registers; boards take fewer). */
  modelFileBytes: 65_536,
  modelRows: 128,
  blockAddresses: 64,
} as const;
