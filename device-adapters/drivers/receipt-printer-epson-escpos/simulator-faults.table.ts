/** Faults of the matrix and of this device; those of the cable are in `WIRE_FAULTS`. */
export const OWN_FAULTS = [
  /** Port alive, printer dead. */
  'F12',
  /** Another printer hangs on this cable. */
  'F22',
  /** The roll is near its end. */
  'F23',
  /** The roll is at its end. */
  'F24',
  /** The roll ends in the middle of the next slip. */
  'F25',
  /** What comes from the receive buffer is swallowed: no paper moves, no answer; real-time status stays clean. */
  'F28',
  /** Everything is answered as if printed; no paper moves. */
  'false-ok',
  /** The blade jams at the next cut; the slip stays uncut. */
  'F29',
  /** The head is too hot to print. */
  'F30',
  /** The cover opens in the middle of the next slip. */
  'F31',
  /** The cover stands open. */
  'cover-open',
  /** The blade is jammed now. */
  'cutter-jammed-at-rest',
  /** The next cut fails, and the blade is free again at once: DLE ENQ alone ends the error. */
  'cutter-jam-once',
  /** An error that no command ends. */
  'hardware-broken',
  /** Takes bytes, prints none of them, and says nothing is wrong. */
  'stuck-busy',
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];
