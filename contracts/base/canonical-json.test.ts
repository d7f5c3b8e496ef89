import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type CanonicalValue } from './canonical-json.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts keys by code unit and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [true, null], '€': 'x', '\r': 'y', c: undefined })).toBe(
      '{"\\r":"y","a":[true,null],"b":1,"€":"x"}',
    );
  });

  it('refuses what has no single form', () => {
    for (const value of [1.5, Number.NaN, 2 ** 53, '\ud800', (() => 0) as never, 1n as never])
      expect(() => canonicalJson(value)).toThrow(RangeError);
    expect(canonicalJson(-0)).toBe('0');
  });

  it('is the same for the same value in any order, and reads back', () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ unit: 'grapheme' }));
    const value = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      fc.oneof(leaf, fc.array(leaf)),
    );
    fc.assert(
      fc.property(value, (object) => {
        const text = canonicalJson(object as CanonicalValue);
        expect(canonicalJson(Object.fromEntries(Object.entries(object).toReversed()) as CanonicalValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object).replaceAll('-0', '0')));
      }),
      { numRuns: 300 },
    );
  });
});
