/** Results and codes of this kind, as README.md lists them. */
export const LOCKER_RESULT = {
  noDocument: 0x20,
  jam: 0x21,
  coverOpen: 0x22,
  atExit: 0x23,
  notTaken: 0x25,
  mismatch: 0x27,
  binFull: 0x29,
  exchangeActive: 0x2a,
  noExchange: 0x2b,
  countedWrongly: 0x2c,
  countsDiffer: 0x2d,
} as const;

/** Kinds of evidence, and who can reach what it tells of. */
export const EVIDENCE = { presented: 0, taken: 1, retracted: 2, position: 3, countDelta: 4, readBack: 5 } as const;
export const ACCESS = { customer: 0, none: 1 } as const;

/** Milliseconds, as a citizen sees them; `look` of one place, so that a full stack takes about 20 s. */
export const LOCKER_TIMES = {
  fetch: 6_000,
  retract: 3_000,
  read: 900,
  look: 66,
  lock: 800,
  selfTest: 8_000,
  reset: 5_000,
} as const;
