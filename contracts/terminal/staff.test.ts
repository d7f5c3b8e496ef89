import { describe, expect, it } from 'vitest';
import { nextSerial, rangesOf, serialsOf, staffWishSchema } from './staff.ts';

describe('serial numbers in a row', () => {
  it.each([
    ['D2026000041', 'D2026000042'],
    ['D2026000099', 'D2026000100'],
    ['A09', 'A10'],
    ['0009', '0010'],
    ['X99', undefined],
    ['NONE', undefined],
    ['V12345678901234567890123', 'V12345678901234567890124'],
  ])('after %s comes %s', (serial, next) => {
    expect(nextSerial(serial)).toBe(next);
  });

  it('come back as the same ranges, also with gaps, another letter and a pack before a lower one', () => {
    const serials = ['D001', 'D002', 'D004', 'V001', 'V002', 'D003'];
    const ranges = rangesOf(serials);
    expect(ranges).toEqual([
      { first: 'D001', count: 2 },
      { first: 'D004', count: 1 },
      { first: 'V001', count: 2 },
      { first: 'D003', count: 1 },
    ]);
    expect(serialsOf(ranges)).toEqual(serials);
    expect(rangesOf([])).toEqual([]);
  });

  it('that run past the last number are none', () => {
    expect(serialsOf([{ first: 'D998', count: 2 }])).toEqual(['D998', 'D999']);
    expect(serialsOf([{ first: 'D998', count: 3 }])).toBeUndefined();
  });
});

describe('a wish of the console', () => {
  it('to hand something out says that the holder was checked', () => {
    expect(staffWishSchema.safeParse({ act: 'handOut', incident: 'AAA-111', checked: true }).success).toBe(true);
    expect(staffWishSchema.safeParse({ act: 'handOut', incident: 'AAA-111', checked: false }).success).toBe(false);
    expect(staffWishSchema.safeParse({ act: 'handOut', incident: 'AAA-111' }).success).toBe(false);
  });

  it('to reset says where a thing inside goes', () => {
    expect(staffWishSchema.safeParse({ act: 'reset', device: 'card-unit' }).success).toBe(false);
  });
});
