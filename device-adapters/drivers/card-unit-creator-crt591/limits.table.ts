/** Times and bounds of the CRT-591. The maker's own figures are named; the others are ours, to be tuned on hardware. */
export const CRT591_LIMITS = {
  /** "The host repeats after 300 ms without ACK" (transcription, chapter on the line). */
  ackMs: 300,
  /** How often one command is sent at most. */
  sends: 3,
  /** Answers that need no motor. At 9600 baud the longest takes 60 ms. */
  replyMs: 1_000,
  /** A motor may retry by itself; a bin drop measured in public logs is about 2 s. */
  motionMs: 10_000,
  /** After a motion was sent and not even acknowledged: one that began all the same has ended by then, and only then do
   *  the sensors tell whether it may be sent again. */
  settleMs: 2_500,
  /** Silence inside a frame: at 9600 baud a byte takes 1 ms. */
  gapMs: 100,
  openMs: 3_000,
  /** While waiting for a citizen to insert a card. */
  entryPollMs: 250,
  /** A card was seen at the gate: it is being drawn. A question during the grab can interrupt it. */
  drawMs: 1_500,
  /** While waiting for a citizen to take a card. */
  gatePollMs: 200,
  /** A card at the open entry is drawn within a second; after this, something holds it (fault F21). Half a minute is an
   *  ordinary verb's time, so it must be told before that. */
  enteringMs: 20_000,
  /** The same at a closed entry, where a citizen may lean a card against it and look for glasses first. */
  foreignAtGateMs: 120_000,
  /** Cards the bin holds unless the option `binCapacity` says otherwise, and the share at which it is `high`. */
  binCapacity: 50,
  binHighShare: 0.8,
  /** Longest stacks on the market hold some three hundred. */
  stackCapacityMost: 1_000,
} as const;
