/** Results and codes of this kind, as README.md lists them. */
export const MAKER_RESULT = {
  nothingThere: 0x20,
  jam: 0x21,
  coverOpen: 0x22,
  licenceInside: 0x23,
  otherBlank: 0x24,
  notTaken: 0x25,
  ribbonOut: 0x26,
  mismatch: 0x27,
  headHot: 0x28,
  binFull: 0x29,
  exchangeActive: 0x2a,
  noExchange: 0x2b,
  countedWrongly: 0x2c,
  doubleFeed: 0x2d,
  laminateOut: 0x2e,
} as const;

/** Kinds of evidence, and who can reach what it tells of. */
export const EVIDENCE = { presented: 0, taken: 1, retracted: 2, position: 3, countDelta: 4, readBack: 5 } as const;
export const ACCESS = { customer: 0, none: 1 } as const;

/** Milliseconds, as a citizen sees them. */
export const MAKER_TIMES = {
  make: 60_000,
  verify: 1_800,
  present: 2_500,
  retract: 2_500,
  slot: 600,
  drawIn: 2_000,
  lock: 800,
  selfTest: 8_000,
  reset: 5_000,
  cooling: 20_000,
} as const;
