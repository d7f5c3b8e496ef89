import { describe, expect, it } from 'vitest';
import { photoReceiptNoSchema, plateNoSchema, plateTypeSchema, receiptNoSchema } from '../back-office/index.ts';
import { ID_CARDS } from './synthetic-id-cards.table.ts';
import { PEOPLE } from './synthetic-people.ts';
import {
  SYNTHETIC_CARS,
  SYNTHETIC_CASES,
  SYNTHETIC_CODES,
  SYNTHETIC_ENDORSEMENTS,
  SYNTHETIC_LICENCES,
  SYNTHETIC_PHOTO_RECEIPTS,
} from './synthetic-records.table.ts';

const cards = ID_CARDS.map(({ thing }) => thing);
const permits = PEOPLE.map(({ thing }) => thing);
const violations = SYNTHETIC_CARS.flatMap((car) => car.violations);
const unique = (values: readonly (string | null)[]): void => {
  const there = values.filter((value) => value !== null);
  expect(new Set(there).size).toBe(there.length);
};

describe('synthetic records', () => {
  it('bear each number once', () => {
    unique(SYNTHETIC_CASES.map(({ receiptNo }) => receiptNo));
    unique(SYNTHETIC_CASES.map(({ serial }) => serial));
    unique(SYNTHETIC_CASES.map(({ approvalNo }) => approvalNo));
    unique(SYNTHETIC_LICENCES.map(({ holder }) => holder));
    unique(SYNTHETIC_LICENCES.map(({ licenceNo }) => licenceNo));
    unique(SYNTHETIC_CARS.map(({ plateType, plateNo }) => `${plateType} ${plateNo}`));
    unique(violations.map(({ violationId }) => violationId));
    unique(SYNTHETIC_PHOTO_RECEIPTS.map(({ photoReceiptNo }) => photoReceiptNo));
    unique(SYNTHETIC_CODES.map(({ thing }) => thing));
  });

  it('bear numbers that the contract takes', () => {
    // An errand's own number is two characters longer than its case's.
    for (const { receiptNo } of SYNTHETIC_CASES) receiptNoSchema.max(28).parse(receiptNo);
    for (const { plateNo, plateType } of SYNTHETIC_CARS) {
      plateNoSchema.parse(plateNo);
      plateTypeSchema.parse(plateType);
    }
    for (const { engineTail } of SYNTHETIC_CARS) expect(engineTail).toMatch(/^[A-Z0-9]{4}$/);
    for (const { photoReceiptNo } of SYNTHETIC_PHOTO_RECEIPTS) photoReceiptNoSchema.parse(photoReceiptNo);
    for (const { serial } of SYNTHETIC_CASES) if (serial !== null) expect(serial).toMatch(/^[A-Z0-9]{4,24}$/);
  });

  it('are about people who have the papers', () => {
    const holders = [
      ...SYNTHETIC_CASES.map(({ holder }) => holder),
      ...SYNTHETIC_LICENCES.map(({ holder }) => holder),
      ...SYNTHETIC_CARS.map(({ owner }) => owner),
      ...SYNTHETIC_PHOTO_RECEIPTS.map(({ holder }) => holder),
    ];
    expect(holders.filter((holder) => !cards.includes(holder))).toEqual([]);
    const named = [...SYNTHETIC_CASES, ...SYNTHETIC_ENDORSEMENTS].flatMap(({ permit }) => permit ?? []);
    expect(named.filter((permit) => !permits.includes(permit))).toEqual([]);
    for (const { holder, permit } of SYNTHETIC_CASES) {
      if (permit !== null) expect(ID_CARDS.find(({ thing }) => thing === holder)?.permit).toBe(permit);
    }
  });

  it('name finished documents as the lockers of the halls do', () => {
    for (const { office, permit, holder, serial } of SYNTHETIC_CASES) {
      if (serial === null) continue;
      const person = PEOPLE.find(({ thing }) => thing === permit);
      const card = String(cards.indexOf(holder) + 1).padStart(6, '0');
      expect(serial).toBe(office === 'exitEntry' ? `C6${person?.documentNumber.slice(2) ?? ''}` : `S2026${card}`);
    }
  });

  it('are what the codes before the reader say', () => {
    const numbers = [
      ...SYNTHETIC_CASES.map(({ receiptNo }) => receiptNo),
      ...SYNTHETIC_PHOTO_RECEIPTS.map(({ photoReceiptNo }) => photoReceiptNo),
    ];
    expect(SYNTHETIC_CODES.filter(({ text }) => !numbers.includes(text))).toEqual([]);
  });
});
