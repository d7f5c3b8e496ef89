import { expect, it } from 'vitest';
import { CATALOGUE } from '../registry/catalogue.ts';
import { didYouMean, nearestWord } from './nearest-word.ts';

const DRIVERS = Object.keys(CATALOGUE);

it.each([
  ['crt591', 'card-unit-creator-crt591'],
  ['GM65', 'qr-reader-hikvision-gm65'],
  ['sdt', 'id-card-reader-gb-sdt'],
  ['card-unit', 'card-unit-creator-crt591'],
  ['fingerprint-yimen-ref2', 'fingerprint-yimen-ref1'],
  ['recipt-printer-epson-escpos', 'receipt-printer-epson-escpos'],
  ['travel-document-icao9303', 'travel-document-icao-9303'],
])('%s was meant as %s', (typed, meant) => {
  expect(nearestWord(typed, DRIVERS)).toBe(meant);
  expect(didYouMean(typed, DRIVERS)).toBe(` (did you mean ${meant}?)`);
});

it.each(['', 'x', 'toaster', 'ref1', 'qr-reader', 'x'.repeat(10_000), 'printer'])(
  '%.20s is near to none, or to several',
  (typed) => {
    expect(nearestWord(typed, DRIVERS)).toBeUndefined();
    expect(didYouMean(typed, DRIVERS)).toBe('');
  },
);

it('every word is nearest to itself with one letter wrong, missing or too many', () => {
  for (const word of DRIVERS)
    for (const typed of [`${word}s`, word.slice(1), `x${word.slice(1)}`, word.slice(0, -1)])
      expect(nearestWord(typed, DRIVERS)).toBe(word);
});
