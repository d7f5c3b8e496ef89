/** Faults of the matrix and of this reader; those of the cable are in `WIRE_FAULTS`. */
export const SDT_FAULTS = [
  /** Two cards in the field: one answers *find*, none can be selected (81). */
  'F08',
  /** Port alive, reader dead. */
  'F12',
  /** Another reader hangs on this cable. */
  'F22',
  /** The antenna sees nothing, whatever lies there. */
  'no-card',
  /** Text and photo cannot be read (41). */
  'read-fails',
  /** Self-test failed (60): to everything. */
  'sam-broken',
  /** Login of the SAM failed (61): to everything. */
  'sam-login-failed',
  /** The SAM is not authorised (66): to everything. */
  'sam-not-authorised',
  /** The card is lifted in the middle of the next read. */
  'lifted-mid-read',
  /** The next request arrives broken at the SAM (10), once. */
  'checksum-at-sam',
  /** A layout that nobody knows: `X` at byte offset 248. */
  'unknown-type',
  /** This reader may not read cards (23). */
  'not-permitted',
  /** The card gives no random number (47). */
  'random-failed',
  /** The reader loses its power for a moment in the next read: no answer, everything forgotten, once. */
  'power-dip',
] as const;
export type SdtFault = (typeof SDT_FAULTS)[number];

/** What a SAM says of itself instead of obeying. */
export const SAM_WORDS = [
  ['sam-broken', 0x60],
  ['sam-login-failed', 0x61],
  ['sam-not-authorised', 0x66],
] as const satisfies readonly (readonly [SdtFault, number])[];

/** Whether the reader has this switch. */
export function isSdtFault(name: string): name is SdtFault {
  return (SDT_FAULTS as readonly string[]).includes(name);
}
