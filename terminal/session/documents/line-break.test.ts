import { describe, expect, it } from 'vitest';
import { breakLines, cleanText, latinText, type Measure } from './line-break.ts';

/** Chinese one em wide, Latin half. */
const measure: Measure = (text, size) => Array.from(text).reduce((sum, one) => sum + (one <= '~' ? size / 2 : size), 0);
const lines = (text: string, ems: number): readonly string[] => breakLines(text, 10, ems * 10, measure);

describe('breaking lines', () => {
  it('breaks Chinese between any two characters, characters beyond the basic plane whole', () => {
    expect(lines('佛山市顺德区大良𬭎𠮷', 4)).toEqual(['佛山市顺', '德区大良', '𬭎𠮷']);
  });

  it('never begins a line with a closing mark or ends one with an opening mark', () => {
    expect(lines('一二三四，五六', 4)).toEqual(['一二三', '四，五六']);
    expect(lines('一二三（四五）六', 4)).toEqual(['一二三', '（四五）', '六']);
  });

  it('keeps words, numbers and dates whole, and cuts what is wider than a line', () => {
    expect(lines('编号2026-11-27完', 6)).toEqual(['编号', '2026-11-27完']);
    expect(lines('one two three', 4)).toEqual(['one two', 'three']);
    expect(lines('ABCDEFGHIJ', 2)).toEqual(['ABCD', 'EFGH', 'IJ']);
  });

  it('keeps the line breaks of the text, and an empty text is one empty line', () => {
    expect(lines('一\n二', 4)).toEqual(['一', '二']);
    expect(lines('', 4)).toEqual(['']);
  });
});

describe('text as it can be set', () => {
  it('takes out what turns a line around or has no shape, and normalises no character', () => {
    expect(cleanText('张\u202E三\u0007\u{E0100}\u00A0四\r\n五')).toBe('张三 四\n五');
    // The compatibility ideograph of 凞 would be another character after NFC.
    expect(cleanText('\uF900')).toBe('\uF900');
  });

  it('has plain quotation marks in English', () => {
    expect(latinText('the People’s “Court”')).toBe(`the People's "Court"`);
  });
});
