import { describe, expect, it } from 'vitest';
import { LETTERS, LETTERS_LARGE, PLATE_LETTERS, PLATE_LETTERS_LARGE, PROVINCES } from './keyboards.table.ts';
import { hasFixedLength, hasIdCheck, isComplete, takesKey, type FieldRule } from './typed.ts';

const id: FieldRule = { keyboard: 'id-number', maxLength: 18 };
const plate: FieldRule = { keyboard: 'plate', maxLength: 8 };
const phone: FieldRule = { keyboard: 'phone', maxLength: 11 };
const code: FieldRule = { keyboard: 'code', maxLength: 4 };

/** Types keys as a citizen does: those that are not taken do nothing. */
function type(field: FieldRule, keys: string): string {
  return Array.from(keys).reduce((value, key) => (takesKey(field, value, key) ? value + key : value), '');
}

describe('what keys give', () => {
  it.each([
    ['a phone number', phone, '138-0000-00001234', '13800000000'],
    ['an ID number', id, '44060619900101001X9', '44060619900101001X'],
    ['an X too early', id, '44X0606', '440606'],
    ['a plate', plate, '粤XA1001', '粤XA1001'],
    ['a plate of new energy', plate, '粤XD123456', '粤XD12345'],
    ['a plate without province', plate, 'XA粤XA', '粤XA'],
    ['a digit in the place of the city', plate, '粤1X', '粤X'],
    ['letters that no plate has', plate, '粤IOXIO1', '粤X1'],
    ['a code', code, 'a粤-B12Z9', 'B12Z'],
  ])('%s', (_what, field, keys, value) => {
    expect(type(field, keys)).toBe(value);
  });
});

describe('what can be sent', () => {
  it.each([
    [phone, '1380000000', false],
    [phone, '13800000000', true],
    [id, '44060619900101001', false],
    [id, '440606199001010010', true],
    [plate, '粤XA100', false],
    [plate, '粤XA1001', true],
    [code, '', false],
    [code, 'A', true],
  ])('%o %s: %s', (field, value, can) => {
    expect(isComplete(field, value)).toBe(can);
  });

  it('has one length for numbers, several for plates and codes', () => {
    expect([phone, id, plate, code].map(hasFixedLength)).toEqual([true, true, false, false]);
  });
});

describe('the check character of an ID number', () => {
  it.each([
    ['440606199001010010', true],
    ['810000199706020049', true],
    ['910156198001010015', true],
    ['440606199001010011', false],
    ['440606199001010101', false],
    ['44060619900101001', false],
    ['', false],
  ])('%s: %s', (idNo, fits) => {
    expect(hasIdCheck(idNo)).toBe(fits);
  });

  it('may be an X', () => {
    const checks = Array.from('0123456789X').filter((last) => hasIdCheck(`11010519491231002${last}`));
    expect(checks).toEqual(['X']);
  });
});

describe('the keys', () => {
  it('of plates: 31 provinces, every letter but I and O, every digit, each once', () => {
    expect(new Set(PROVINCES.flat()).size).toBe(31);
    expect(PROVINCES.flat()).toHaveLength(31);
    const all = Array.from('0123456789ABCDEFGHJKLMNPQRSTUVWXYZ');
    expect(PLATE_LETTERS.flat().toSorted()).toEqual(all);
    expect(PLATE_LETTERS_LARGE.flat().toSorted()).toEqual(all);
  });

  it('of codes: every letter and digit, each once', () => {
    const all = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(LETTERS.flat().toSorted()).toEqual(all);
    expect(LETTERS_LARGE.flat().toSorted()).toEqual(all);
  });
});
