const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const M = 36;

/** The check character of a receipt number: one wrong or swapped character does not pass.
 *  @source ISO/IEC 7064:2003, hybrid system MOD 37,36 */
export function receiptCheck(receiptNo: string): string {
  let p = M;
  for (const character of receiptNo) {
    const sum = (p + ALPHABET.indexOf(character)) % M;
    p = ((sum === 0 ? M : sum) * 2) % (M + 1);
  }
  return ALPHABET[(M + 1 - p) % M] ?? '';
}

/** What the code on a slip says: the random slip or incident number, the receipt number, its check character, and of a
 *  stop its state. Nothing of the person. */
export function receiptCode(slipId: string, receiptNo: string, stop: string | null = null): string {
  const number = receiptNo === '' ? '' : `${receiptNo};${receiptCheck(receiptNo)}`;
  return `yimen:${slipId};${number}${stop === null ? '' : `;${stop}`}`;
}

/** The receipt number of a slip's code; undefined when it is none, or was changed on the way. */
export function receiptOfCode(code: string): string | undefined {
  const [, receiptNo, check] =
    /^yimen:[A-Z0-9-]{1,20};([A-Z0-9]{6,30})(?:;([A-Z0-9]))?(?:;[a-z-]{1,30})?$/u.exec(code) ?? [];
  if (receiptNo === undefined) return undefined;
  // Slips of before had no check character.
  return check === undefined || check === receiptCheck(receiptNo) ? receiptNo : undefined;
}
