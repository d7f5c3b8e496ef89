/** Every wait and bound of the reference protocols' host side, in milliseconds unless named otherwise. The device's
 *  own bounds are in the protocol (README.md of drivers/endorsement-printer-yimen-ref1, "Timing"); the host waits
 *  longer than the device may take. */
export const REF1_LIMITS = {
  /** A device accepts or refuses within 500 ms, also while it moves. */
  acceptMs: 1_000,
  /** A read that moves nothing is answered within 1 s. */
  readMs: 2_000,
  /** How often a read is sent when it is not even accepted. An effect is sent once, ever. */
  readSends: 2,
  /** Kept back from an effect's deadline for asking what became of it (command 04). */
  settleMs: 1_500,
  /** Kept back for ending a wait for a person (command 06) before the deadline: money must not move after it. */
  stopMs: 1_500,
  /** Between two questions after an effect that is still running, or about a line that is still down. */
  askAgainMs: 500,
  /** A device that was not heard for this long while it was asked is not waited for until the deadline: what became of
   *  the effect is `unknown`, and can be asked later. */
  giveUpMs: 10_000,
  /** Self-test and reset: a whole cycle of every motor. */
  selfTestMs: 30_000,
  resetMs: 20_000,
  /** Unlocking and locking units, taking over what was counted. */
  exchangeMs: 5_000,
  /** While a hand is waited for: how long after the last word the device is asked what it remembers. */
  handAskMs: 5_000,
  /** Part of a frame that stays alone this long is noise: 8 KB at 115200 baud take 0.7 s, but without such a gap. */
  quietMs: 200,
  /** Opening the channel, when the caller leaves more time. */
  openMs: 3_000,
  /** Commands under way at once on one line: a waiting charge, its cancel, a query, a stop. */
  pendingCommands: 8,
  /** How long the host waits beyond a read's own seconds (field 36) before it ends the wait itself: who came at the last
   *  moment is not sent away. */
  waitGraceMs: 1_600,
  /** Field 36: the longest wait that can be said, in seconds. */
  waitMostS: 300,
  /** Kept back from the deadline of a read that waits: that grace, and time for ending the wait. */
  waitStopMs: 3_000,
  /** Bytes of a chunk of a larger object (field 33); only the last may be shorter. */
  chunkBytes: 7_500,
  /** Effects whose order is kept beside their id, as many as a device remembers. */
  rememberedOrders: 64,
} as const;
