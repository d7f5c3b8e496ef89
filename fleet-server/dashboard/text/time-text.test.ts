import { describe, expect, it } from 'vitest';
import { ageText, clockText, momentText, utcText } from './time-text.ts';
import { textsOf } from './words.ts';

const NEARLY_MIDNIGHT = Date.UTC(2026, 10, 24, 15, 59, 58);

describe('times', () => {
  it('are China’s, whatever the machine’s zone; the date stands where it is not today', () => {
    expect(clockText(NEARLY_MIDNIGHT)).toBe('23:59:58');
    expect(momentText(NEARLY_MIDNIGHT, NEARLY_MIDNIGHT + 1_000)).toBe('23:59:58');
    expect(momentText(NEARLY_MIDNIGHT, NEARLY_MIDNIGHT + 3_000)).toBe('2026-11-24 23:59:58');
    expect(clockText(NEARLY_MIDNIGHT + 2_000)).toBe('00:00:00');
    expect(utcText(NEARLY_MIDNIGHT)).toBe('2026-11-24 15:59:58');
  });

  it.each([
    [-5_000, 'just now'],
    [1_999, 'just now'],
    [2_000, '2 s ago'],
    [119_999, '119 s ago'],
    [120_000, '2 min ago'],
    [7_200_000, '2 h ago'],
    [172_800_000, '2 d ago'],
  ])('%d ms is "%s"', (ageMs, text) => {
    expect(ageText(ageMs, textsOf('en'))).toBe(text);
  });
});
