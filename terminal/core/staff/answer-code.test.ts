import { describe, expect, it } from 'vitest';
import { readAnswer, writeAnswer } from './answer-code.ts';

const signature = Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + 11) % 256);

describe('an answer that is typed', () => {
  it('is 26 groups of four, and comes back as the same bytes', () => {
    const code = writeAnswer(signature);
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){25}[0-9A-HJKMNP-TV-Z]{4}$/u);
    expect(readAnswer(code)).toEqual(signature);
  });

  it('is read alike in small letters, without dashes, with letters for digits', () => {
    const code = writeAnswer(signature);
    expect(readAnswer(code.toLowerCase().replaceAll('-', ' '))).toEqual(signature);
    expect(readAnswer(code.replaceAll('0', 'O').replaceAll('1', 'l'))).toEqual(signature);
  });

  it('with any one wrong character is nearly always known to be mistyped, and never of another length', () => {
    const code = writeAnswer(signature).replaceAll('-', '');
    let passed = 0;
    for (let i = 0; i < code.length; i += 1) {
      const wrong = code[i] === '7' ? '8' : '7';
      if (readAnswer(code.slice(0, i) + wrong + code.slice(i + 1)) !== undefined) passed += 1;
    }
    // One check byte: one in 256 slips through.
    expect(passed).toBeLessThanOrEqual(2);
    for (const text of ['', 'ABCD', code.slice(1), `${code}0`, `${code.slice(0, -1)}U`, '我'])
      expect(readAnswer(text), text).toBeUndefined();
  });
});
