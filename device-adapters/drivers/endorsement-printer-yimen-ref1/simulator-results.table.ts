/** Results and codes of this kind, as README.md lists them. */
export const PRINTER_RESULT = {
  noCard: 0x20,
  jam: 0x21,
  coverOpen: 0x22,
  cardInside: 0x23,
  headHot: 0x24,
  printQuality: 0x25,
  encodeFail: 0x26,
  passageStuck: 0x27,
} as const;

/** Kinds of evidence, and where: nobody reaches into this device. */
export const EVIDENCE = { position: 3, readBack: 5, inside: 1 } as const;

/** Milliseconds, as a citizen sees them. */
export const PRINTER_TIMES = {
  transport: 1_500,
  erase: 6_000,
  print: 25_000,
  scan: 1_200,
  selfTest: 4_000,
  reset: 3_000,
  cooling: 20_000,
} as const;
