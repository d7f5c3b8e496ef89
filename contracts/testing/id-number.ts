/** Weight of place i, counted from the left: 2 to the power of (17 − i), modulo 11. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
/** Check character by remainder. */
const CHECKS = '10X98765432';

/** Check character of an 18-character identity number, by MOD 11-2 over its first 17 digits.
 *  @throws RangeError when `digits` is anything but 17 digits.
 *  @source GB 11643; ISO/IEC 7064 */
export function idNumberCheck(digits: string): string {
  if (!/^\d{17}$/.test(digits)) throw new RangeError(`17 digits come before the check character: ${digits}`);
  const sum = WEIGHTS.reduce((all, weight, at) => all + weight * Number(digits[at]), 0);
  return CHECKS.charAt(sum % 11);
}

/** A whole identity number: place of first registration (6 digits), birth (YYYYMMDD), sequence (3 digits, odd for men),
 *  check character. */
export function idNumber(place: string, birth: string, sequence: string): string {
  const digits = `${place}${birth}${sequence}`;
  return digits + idNumberCheck(digits);
}
