/** What is on the keys, row by row. Layouts never move (screens design A4). */

/** The short names of the provinces on plates (GA 36), ours first, then in the order of the administrative codes. */
export const PROVINCES: readonly (readonly string[])[] = [
  Array.from('粤京津冀晋蒙辽吉'),
  Array.from('黑沪苏浙皖闽赣鲁'),
  Array.from('豫鄂湘桂琼渝川贵'),
  Array.from('云藏陕甘青宁新'),
];

const DIGITS = Array.from('1234567890');

/** As on a typewriter, in the order that phones have. */
export const LETTERS: readonly (readonly string[])[] = [
  DIGITS,
  Array.from('QWERTYUIOP'),
  Array.from('ASDFGHJKL'),
  Array.from('ZXCVBNM'),
];

/** The same, one after another: fewer and larger keys a row for large print. */
export const LETTERS_LARGE: readonly (readonly string[])[] = [
  Array.from('12345678'),
  Array.from('90ABCDEF'),
  Array.from('GHIJKLMN'),
  Array.from('OPQRSTUV'),
  Array.from('WXYZ'),
];

/** Plates have no I and no O, which look like 1 and 0 (GA 36). */
export const PLATE_LETTERS: readonly (readonly string[])[] = [
  DIGITS,
  Array.from('QWERTYUP'),
  Array.from('ASDFGHJKL'),
  Array.from('ZXCVBNM'),
];

export const PLATE_LETTERS_LARGE: readonly (readonly string[])[] = [
  Array.from('12345678'),
  Array.from('90ABCDEF'),
  Array.from('GHJKLMNP'),
  Array.from('QRSTUVWX'),
  Array.from('YZ'),
];
