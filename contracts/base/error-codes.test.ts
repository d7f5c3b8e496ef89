import { describe, expect, it } from 'vitest';
import { ERROR_CODES, errorRow, isRetryable } from './error-codes.table.ts';

const AREA_RANGE = { base: 1, device: 2, refusal: 3, gateway: 4, journal: 5, fleet: 6, command: 7 } as const;

describe('the error-code table', () => {
  it('has every code and every number once', () => {
    expect(new Set(ERROR_CODES.map((row) => row.code)).size).toBe(ERROR_CODES.length);
    expect(new Set(ERROR_CODES.map((row) => row.number)).size).toBe(ERROR_CODES.length);
  });

  it('has texts in both languages, and never a Latin text for Chinese readers', () => {
    for (const row of ERROR_CODES) {
      for (const texts of [row.staff, row.citizen]) {
        if (texts === null) continue;
        expect(texts.zh, row.code).toMatch(/[\u4e00-\u9fff]/u);
        expect(texts.en, row.code).toMatch(/^[\x20-\x7e–’]+$/u);
      }
    }
  });

  it('keeps numbers in their area', () => {
    for (const row of ERROR_CODES) expect(Math.floor(row.number / 1000), row.code).toBe(AREA_RANGE[row.area]);
  });

  it('answers by meaning', () => {
    expect(errorRow('mediaJam')?.number).toBe(2002);
    expect(isRetryable({ code: 'noMedia' })).toBe(true);
    expect(isRetryable({ code: 'mediaJam' })).toBe(false);
    expect(isRetryable({ code: 'a makers own' })).toBe(false);
  });
});
