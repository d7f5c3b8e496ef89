import { describe, expect, it } from 'vitest';
import { identitySchema } from '../device/ports/id-card-reader.ts';
import { idNumber, idNumberCheck } from './id-number.ts';
import { ID_CARDS } from './synthetic-id-cards.table.ts';
import { mrzCheckDigit, PEOPLE } from './synthetic-people.ts';

const cards = new Map(ID_CARDS.map((card) => [card.thing, card]));
const fieldsOf = (thing: string) => cards.get(thing)?.fields;

describe('identity numbers', () => {
  it.each(['440606199001010010', '810000199706020049', '910156198001010015', '11010519491231002X'])(
    'compute the check character of %s',
    (number) => {
      // The last one is the standard's own example, with the check character X.
      expect(idNumberCheck(number.slice(0, 17))).toBe(number.slice(17));
      expect(idNumber(number.slice(0, 6), number.slice(6, 14), number.slice(14, 17))).toBe(number);
    },
  );

  it('every digit counts: one changed digit or two swapped neighbours change the check', () => {
    const digits = '44060619900412002';
    for (let at = 0; at < digits.length; at += 1) {
      const other = String((Number(digits[at]) + 1) % 10);
      expect(idNumberCheck(digits.slice(0, at) + other + digits.slice(at + 1))).not.toBe(idNumberCheck(digits));
    }
    expect(idNumberCheck('44060619900142002')).not.toBe(idNumberCheck(digits));
  });

  it.each(['', '4406061990010100', '440606199001010010', '4406061990010100X'])('refuse %j', (digits) => {
    expect(() => idNumberCheck(digits)).toThrow(RangeError);
  });
});

describe('synthetic ID cards', () => {
  it('have a thing and a number of their own', () => {
    expect(cards.size).toBe(ID_CARDS.length);
    expect(new Set(ID_CARDS.map(({ fields }) => fields.idNumber)).size).toBe(ID_CARDS.length);
    for (const { thing, latinName, note } of ID_CARDS) {
      expect(thing).toMatch(/^id-[a-z0-9-]+$/);
      expect([latinName, note]).not.toContain('');
    }
  });

  it('are what the port lets through', () => {
    for (const { kind, fields } of ID_CARDS)
      expect(identitySchema.safeParse({ kind, fields, photo: null, fingerprint: null })).toMatchObject({
        success: true,
        data: { fields },
      });
  });

  it('have numbers that agree with birth and sex', () => {
    for (const { kind, fields } of ID_CARDS) {
      const { idNumber: number = '', birth = '', sex } = fields;
      if (kind === 'foreigner-2017') {
        expect(number).toMatch(/^[A-Z]{3}\d{12}$/);
        expect(number.slice(7, 13)).toBe(birth.slice(2));
        expect(mrzCheckDigit(number.slice(0, 14))).toBe(number[14]);
        continue;
      }
      expect(number).toMatch(/^\d{17}[\dX]$/);
      expect(number.slice(6, 14)).toBe(birth);
      expect(Number(number[16]) % 2 === 1 ? '1' : '2').toBe(sex);
      expect(idNumberCheck(number.slice(0, 17))).toBe(number[17]);
    }
  });

  it('are of all four kinds, with the numbers that the protocol document names', () => {
    expect(fieldsOf('id-li-ming')?.idNumber).toBe('440606199001010010');
    expect(fieldsOf('id-hmt-resident')?.idNumber).toBe('810000199706020049');
    expect(fieldsOf('id-foreigner-2023')?.idNumber).toBe('910156198001010015');
    expect(fieldsOf('id-foreigner-2017')?.idNumber).toHaveLength(15);
    expect(new Set(ID_CARDS.map(({ kind }) => kind)).size).toBe(4);
    for (const { kind, fields } of ID_CARDS) {
      if (kind === 'hmt-resident') expect(fields.idNumber).toMatch(/^8[123]0000/);
      expect(fields.nation === undefined).toBe(kind !== 'citizen');
    }
  });

  it('bring the cases that a reader must bear', () => {
    const all = (isSo: (card: (typeof ID_CARDS)[number]) => boolean) =>
      ID_CARDS.filter((card) => isSo(card)).map(({ thing }) => thing);
    expect(all((card) => !card.hasFingerprint)).toEqual(['id-wang-wei', 'id-zhao-lei']);
    expect(all((card) => card.addedAddress !== null)).toEqual(['id-chen-jing']);
    expect(all(({ fields }) => fields.validTo === '长期')).toEqual(['id-liang-guoqiang']);
    expect(all(({ fields }) => (fields.validTo ?? '') < '20260101')).toEqual(['id-zhao-lei']);
    expect(all(({ fields }) => fields.name?.length === 15)).toEqual(['id-long-name']);
    expect(all(({ fields }) => (fields.englishName?.length ?? 0) > 35)).toEqual(['id-foreigner-2023']);
    expect(fieldsOf('id-rare-name')?.name).toBe('陈\u4dae');
    expect(fieldsOf('id-surrogate-name')?.name).toBe('周\ud872\udf4e');
  });

  it('agree with the permit of the same person', () => {
    const both = ID_CARDS.filter((card) => card.permit !== null);
    expect(both).toHaveLength(7);
    for (const { permit, latinName, fields } of both) {
      const person = PEOPLE.find(({ thing }) => thing === permit);
      expect([fields.name, fields.birth?.slice(2), latinName, fields.sex]).toEqual([
        person?.chineseName,
        person?.birth,
        person?.mrzName.replace('<<', ' '),
        person?.sex === 'M' ? '1' : '2',
      ]);
    }
  });
});
