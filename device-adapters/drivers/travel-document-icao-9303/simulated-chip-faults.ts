/** What can be wrong with a chip itself; the reader's and the cable's faults are apart. */
export const CHIP_FAULTS = [
  /** The chip opens with the printed page, and everything in it is somebody else's, genuinely signed. */
  'F47',
  /** The printed page and card access number are not this chip's; wrong tries are counted and slow the next ones. */
  'wrong-password',
  'pace-wrong-token',
  'pace-mapping-off-curve',
  'pace-key-off-curve',
  /** The chip sends the terminal's own ephemeral key and token back, and so needs no password (9303-11 §4.4.1). */
  'pace-same-key',
  /** EF.CardAccess offers only what nobody knows. */
  'pace-unknown',
  /** The chip refuses Basic Access Control. */
  'bac-refused',
  /** DG2 is another person's, put in after the document was signed. */
  'foreign-face',
  /** The document is signed by an authority of the right name with another key. */
  'foreign-signer',
  'expired-signer',
  /** Every file is copied, the secret keys are not. */
  'cloned-chip',
  /** DG11 is signed as it stands, and is no sound object. */
  'dg11-malformed',
  /** EF.SOD is not there, though its files are. */
  'no-security-object',
] as const;
export type ChipFault = (typeof CHIP_FAULTS)[number];
