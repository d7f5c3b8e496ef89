/** SANE_Status (SANE 1.06 §4.2.7, table 1), which is scanimage's exit code. */
export const SANE = {
  good: 0,
  unsupported: 1,
  cancelled: 2,
  busy: 3,
  inval: 4,
  eof: 5,
  jammed: 6,
  noDocs: 7,
  coverOpen: 8,
  ioError: 9,
  accessDenied: 11,
} as const;
export type SaneStatus = (typeof SANE)[keyof typeof SANE];

/** What `sane_strstatus` says of each. */
export const SANE_WORDS: Readonly<Record<SaneStatus, string>> = {
  0: 'Success',
  1: 'Operation not supported',
  2: 'Operation was canceled',
  3: 'Device busy',
  4: 'Invalid argument',
  5: 'End of file reached',
  6: 'Document feeder jammed',
  7: 'Document feeder out of documents',
  8: 'Scanner cover is open',
  9: 'Error during device I/O',
  11: 'Access to resource has been denied',
};

/** Signals that end a run. */
export const SIGNAL = { int: 2, abort: 6, kill: 9 } as const;

/** What the scanner can: its own words, millimetres, dots per inch. A little more than A4, as flatbeds are. */
export const ABILITIES = {
  sources: ['Flatbed', 'ADF Front'],
  modes: ['Gray', 'Color'],
  dpi: { least: 50, most: 600, first: 300 },
  widthMm: 215.9,
  lengthMm: 297.2,
} as const;

/** How long it takes. Colour takes twice as long. */
export const PACE = { listMs: 800, openMs: 300, glassMs: 4_000, feederMs: 1_500, stopMs: 300, killMs: 2_000 } as const;
