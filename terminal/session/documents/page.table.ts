const MM = 72 / 25.4;

/** Measures of our A4 sheets, in points unless the name says otherwise. */
export const PAGE = {
  /** ISO 216 A4. */
  width: 210 * MM,
  height: 297 * MM,
  /** Official papers keep a binding edge (GB/T 9704 asks 28 mm left of a letter); forms of a printer without full bleed 20. */
  marginX: 20 * MM,
  marginTop: 15 * MM,
  /** Where the text must end, and where the footer stands. */
  bottom: 297 * MM - 20 * MM,
  footerY: 297 * MM - 12 * MM,
  /** A person at a window turns over no more. */
  pagesMost: 20,
  qrSide: 25 * MM,
  /** Modules of white around the symbol (ISO/IEC 18004, 9.1). */
  qrQuiet: 4,
  photoWidth: 33 * MM,
  photoHeight: 48 * MM,
  signatureWidth: 70 * MM,
  signatureHeight: 22 * MM,
  labelWidth: 30 * MM,
  cellPadding: 5,
  rowLeast: 30,
} as const;

/** Sizes of type and the distance of their base lines. Chinese characters of 10.5 points are 五号, the size of official forms. */
export const TYPE = {
  title: { size: 20, line: 26 },
  titleLeast: { size: 15, line: 21 },
  titleEn: { size: 10, line: 14 },
  office: { size: 12, line: 16 },
  heading: { size: 11.5, line: 17 },
  body: { size: 10.5, line: 16 },
  english: { size: 7.5, line: 10 },
  footer: { size: 7.5, line: 10 },
} as const;

export const INK = {
  black: 0,
  english: 0.25,
  labelBack: 0.94,
  /** Light enough that a photocopy and a reader lose nothing of the text above it. */
  demonstration: 0.92,
} as const;
