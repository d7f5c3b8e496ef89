import { describe, expect, it } from 'vitest';
import { receiptCheck, receiptCode, receiptOfCode } from './receipt-check.ts';

describe('the check character of a receipt number', () => {
  it('is that of the standard’s own example', () => {
    // ISO/IEC 7064 MOD 37,36: A12425GABC1234002 has the check character M.
    expect(receiptCheck('A12425GABC1234002')).toBe('M');
  });

  it('finds every single wrong character and every swap of neighbours', () => {
    const number = '440620261101900011';
    for (let at = 0; at < number.length; at += 1) {
      for (const wrong of '0123456789ABCXYZ') {
        const other = number.slice(0, at) + wrong + number.slice(at + 1);
        if (other !== number) expect(receiptCheck(other), other).not.toBe(receiptCheck(number));
      }
      const swapped = number.slice(0, at) + (number[at + 1] ?? '') + (number[at] ?? '') + number.slice(at + 2);
      if (at + 1 < number.length && swapped !== number)
        expect(receiptCheck(swapped), swapped).not.toBe(receiptCheck(number));
    }
  });

  it('goes with the number into the code, and is asked for when it is read', () => {
    const code = receiptCode('R7K2-9QXM', '440620261101900011');
    expect(receiptOfCode(code)).toBe('440620261101900011');
    expect(receiptOfCode(code.replace('900011', '900021'))).toBeUndefined();
    expect(receiptOfCode('https://pay.example/')).toBeUndefined();
  });
});
