/** Every wait and bound of the bench process. */
export const BENCH_LIMITS = {
  /** The largest request is `{"thing":"…"}`. */
  bodyBytes: 4_096,
  requestMs: 5_000,
  /** Pages that follow the state at once. */
  followers: 16,
  /** Changes within this become one message: one read of a chip changes the state sixty times. */
  gatherMs: 60,
  /** A silent line is kept open by a comment. */
  heartbeatMs: 15_000,
  /** A follower that does not read is let go. */
  backlogBytes: 262_144,
  /** The state file holds a dozen cards, the paper that hangs out (100 KB at most), 200 charges and the effects that
   *  devices remember, blanks and documents by serial number; anything larger is not ours. */
  stateBytes: 524_288,
  /** Lines kept of a card's panel. */
  panelLines: 32,
} as const;
