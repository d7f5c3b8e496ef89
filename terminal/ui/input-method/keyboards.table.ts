/** What is on the keys, row by row. Layouts never move (screens design A4). */

/** The short names of the provinces on plates (GA 36), ours first, then in the order of the administrative codes. */
export const PROVINCES: readonly (readonly string[])[] = [
  [...'粤京津冀晋蒙辽吉'],
  [...'黑沪苏浙皖闽赣鲁'],
  [...'豫鄂湘桂琼渝川贵'],
  [...'云藏陕甘青宁新'],
];

const DIGITS = [...'1234567890'];

/** As on a typewriter, in the order that phones have. */
export const LETTERS: readonly (readonly string[])[] = [
  DIGITS,
  [...'QWERTYUIOP'],
  [...'ASDFGHJKL'],
  [...'ZXCVBNM'],
];

/** The same, one after another: fewer and larger keys a row for large print. */
export const LETTERS_LARGE: readonly (readonly string[])[] = [
  [...'12345678'],
  [...'90ABCDEF'],
  [...'GHIJKLMN'],
  [...'OPQRSTUV'],
  [...'WXYZ'],
];

/** Plates have no I and no O, which look like 1 and 0 (GA 36). */
export const PLATE_LETTERS: readonly (readonly string[])[] = [
  DIGITS,
  [...'QWERTYUP'],
  [...'ASDFGHJKL'],
  [...'ZXCVBNM'],
];

export const PLATE_LETTERS_LARGE: readonly (readonly string[])[] = [
  [...'12345678'],
  [...'90ABCDEF'],
  [...'GHJKLMNP'],
  [...'QRSTUVWX'],
  [...'YZ'],
];
