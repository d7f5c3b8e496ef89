import { describe, expect, it } from 'vitest';
import { problemText, WORDS } from './words-of.ts';

const zh = WORDS['zh-CN'];

describe('what is told of an error code', () => {
  it('is what the screen says of it, else what the table says, else a plain sentence', () => {
    expect(problemText('noMedia', zh, zh.scanCode.problems)).toBe('没有扫到条码，请再试一次');
    expect(problemText('noMedia', zh)).toContain('没有检测到证件');
    expect(problemText('noMedia', WORDS.en)).toContain('No document was found');
    expect(problemText('cardCollision', zh, zh.scanCode.problems)).toContain('只放一张');
  });

  it('is never the code itself', () => {
    expect(problemText('storageUnitError', zh)).toBe(zh.unknownProblem);
    expect(problemText('toString', zh, zh.signature.problems)).toBe(zh.unknownProblem);
  });
});
