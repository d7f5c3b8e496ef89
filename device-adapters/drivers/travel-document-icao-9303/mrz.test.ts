import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PEOPLE, permitMrzLine } from '@yimen/contracts/testing';
import { checkDigit, readMrz } from './mrz.ts';

// ICAO 9303-4 and 9303-5, appendix: the invented Eriksson of Utopia.
const TD3 = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' + 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';
const TD1 = 'I<UTOD231458907<<<<<<<<<<<<<<<' + '7408122F1204159UTO<<<<<<<<<<<6' + 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<';
const LONG_TD1 = 'I<UTOD23145890<AB112234566<<<<' + '7408122F1204159UTO<<<<<<<<<<<6' + 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<';

describe('machine-readable zones', () => {
  it('computes the check digit of the published example', () => {
    expect(checkDigit('520727')).toBe('3');
    expect(checkDigit('AB2134<<<')).toBe('5');
  });

  it('reads a passport’s two lines', () => {
    expect(readMrz(TD3)).toEqual({
      ok: true,
      value: {
        documentCode: 'P',
        issuer: 'UTO',
        nationality: 'UTO',
        documentNumber: 'L898902C3',
        name: 'ERIKSSON<<ANNA<MARIA',
        sex: 'F',
        birth: '740812',
        expiry: '120415',
      },
    });
  });

  it('reads a card’s three lines, also with a number that is longer than its field', () => {
    expect(readMrz(TD1)).toMatchObject({
      ok: true,
      value: { documentCode: 'I', documentNumber: 'D23145890', name: 'ERIKSSON<<ANNA<MARIA', sex: 'F' },
    });
    expect(readMrz(LONG_TD1)).toMatchObject({ ok: true, value: { documentNumber: 'D23145890AB11223456' } });
  });

  it('reads the permit’s one line for every synthetic person', () => {
    for (const person of PEOPLE) {
      const { documentNumber, birth, expiry } = person;
      expect(readMrz(permitMrzLine(person))).toMatchObject({
        ok: true,
        value: { documentCode: 'CS', documentNumber, birth, expiry, name: '', sex: '<' },
      });
    }
  });

  it.each([
    ['TD3', TD3, [44, 53, 57, 63, 65, 71, 72, 86, 87]],
    ['TD1', TD1, [5, 14, 30, 36, 38, 44, 59]],
    [
      'permit line',
      permitMrzLine({ documentNumber: 'C50000011', birth: '900412', expiry: '350610' }),
      [3, 11, 13, 19, 21, 27, 29],
    ],
  ])('refuses a changed character of a %s', (_, zone, places) => {
    for (const at of places) {
      const bent = zone.slice(0, at) + (zone[at] === '7' ? '8' : '7') + zone.slice(at + 1);
      expect(readMrz(bent), `place ${at}`).toMatchObject({ ok: false, error: { code: 'MRZ_CHECK_DIGIT' } });
    }
  });

  it.each(['', 'CS', TD3.toLowerCase(), `${TD3}<`, TD3.replace('L', 'é')])('refuses %j', (text) => {
    expect(readMrz(text)).toMatchObject({ ok: false, error: { code: 'MRZ_FORM' } });
  });

  it('never throws', () => {
    const zone = fc
      .constantFrom(30, 88, 90)
      .chain((length) =>
        fc.string({ unit: fc.constantFrom(...Array.from('0123456789ACSX<')), minLength: length, maxLength: length }),
      );
    fc.assert(
      fc.property(fc.oneof(zone, fc.string({ maxLength: 100 })), (text) => void readMrz(text)),
      { numRuns: 1000 },
    );
  });
});
