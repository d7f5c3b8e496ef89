import { describe, expect, it } from 'vitest';
import { mrzCheckDigit, PEOPLE, permitMrzLine } from './synthetic-people.ts';

describe('synthetic people', () => {
  it('computes the check digits of published samples', () => {
    // Date and number of ICAO 9303-3 §4.9 and 9303-11 Appendix D.2; number of the masked permit sample.
    expect(mrzCheckDigit('520727')).toBe('3');
    expect(mrzCheckDigit('L898902C<')).toBe('3');
    expect(mrzCheckDigit('690806')).toBe('1');
    expect(mrzCheckDigit('C88608477')).toBe('2');
  });

  it('have different things and numbers of the published form, and a line of 30', () => {
    expect(new Set(PEOPLE.map(({ thing }) => thing)).size).toBe(PEOPLE.length);
    expect(new Set(PEOPLE.map(({ documentNumber }) => documentNumber)).size).toBe(PEOPLE.length);
    for (const person of PEOPLE) {
      expect(person.documentNumber).toMatch(/^C\d{8}$/);
      expect(permitMrzLine(person)).toMatch(/^CSC\d{9}<\d{7}<\d{7}<\d$/);
      expect(permitMrzLine(person)).toHaveLength(30);
    }
  });

  it('refuses characters that no zone has', () => {
    expect(() => mrzCheckDigit('a')).toThrow(RangeError);
  });
});
