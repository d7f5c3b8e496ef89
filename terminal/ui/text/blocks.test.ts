import { describe, expect, it } from 'vitest';
import { PAGE_LIMITS } from '../limits.table.ts';
import { leadAndRest, textBlocks } from './blocks.ts';

describe('text cut into blocks', () => {
  it('ends a block at the end of a sentence, in both languages', () => {
    expect(textBlocks('先看条件。再看费用！可以吗？')).toEqual(['先看条件。', '再看费用！', '可以吗？']);
    expect(textBlocks('Look first. Then pay; or leave.')).toEqual(['Look first.', 'Then pay;', 'or leave.']);
    expect(textBlocks('It costs 15.50 yuan')).toEqual(['It costs 15.50 yuan']);
  });

  it('cuts a long sentence at a space, and loses no word', () => {
    const sentence = Array.from({ length: 80 }, (_, n) => `word${n}`).join(' ');
    const blocks = textBlocks(sentence);
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.join(' ')).toBe(sentence);
    expect(blocks.every((block) => block.length <= PAGE_LIMITS.blockWidth)).toBe(true);
  });

  it('counts Chinese characters twice, rare ones too, and never cuts one in half', () => {
    const sentence = '𬭎'.repeat(150);
    const blocks = textBlocks(sentence);
    expect(blocks.join('')).toBe(sentence);
    expect(blocks.map((block) => Array.from(block).length)).toEqual([100, 50]);
  });

  it('keeps what is short together, and gives a long text a beginning', () => {
    expect(leadAndRest('第一句。第二句。')).toEqual({ lead: '第一句。第二句。', rest: [] });
    const long = '这是一句话。'.repeat(20);
    expect(leadAndRest(long).lead).toBe('这是一句话。');
    expect(leadAndRest(long).rest).toHaveLength(19);
  });
});
