import { fromHex, toHex } from '@yimen/contracts/base';
import { unitSchema } from '@yimen/contracts/device';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, type Ref1Field, type Ref1Fields } from './ref1-fields.ts';
import {
  decodeRef1Exchange,
  decodeRef1Stacks,
  decodeRef1Units,
  encodeRef1Counted,
  type Ref1UnitNames,
} from './ref1-units.ts';

const OF: Ref1UnitNames = { names: { 1: 'stack', 2: 'bin', 3: 'ribbon' }, serialised: [1] };

const fieldsOf = (list: readonly Ref1Field[]): Ref1Fields => decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
const unit = (id: number, type: number, count: number, threshold: number, status = 0): Ref1Field => [
  0x48,
  Uint8Array.of(id, type, 0, 100, 0, 90, 0, count, 0, 7, 0, threshold, status),
];
const serial = (id: number, text: string): Ref1Field => [0x4b, Uint8Array.of(id, ...new TextEncoder().encode(text))];

describe('units', () => {
  it('are told whole, in the port’s words', () => {
    const { units, isWhole } = decodeRef1Units(fieldsOf([[0x48, fromHex('01 00 012C 0118 00CC 0002 0014 04')]]), OF);
    expect(isWhole).toBe(true);
    expect(units).toEqual({
      stack: {
        type: 'dispense',
        capacity: 300,
        initialCount: 280,
        count: 204,
        retainCount: 2,
        threshold: 20,
        status: 'manipulated',
        replenishment: 'ok',
      },
    });
    expect(unitSchema.safeParse(units['stack']).success).toBe(true);
  });

  it.each([
    [0, 0, 10, 'empty'],
    [0, 10, 10, 'low'],
    [0, 11, 10, 'ok'],
    [0, 100, 10, 'ok'],
    [3, 0, 0, 'empty'],
    [3, 1, 0, 'ok'],
    [3, 50, 50, 'low'],
    [1, 0, 80, 'ok'],
    [1, 79, 80, 'ok'],
    [1, 80, 80, 'high'],
    [1, 100, 80, 'full'],
    [2, 120, 80, 'full'],
    [2, 99, 0, 'ok'],
    [2, 100, 0, 'full'],
  ])('type %i with %i of 100, threshold %i, is %s', (type, count, threshold, word) => {
    expect(decodeRef1Units(fieldsOf([unit(2, type, count, threshold)]), OF).units['bin']?.replenishment).toBe(word);
  });

  it.each([
    [0, 'ok'],
    [1, 'inoperative'],
    [2, 'missing'],
    [3, 'notConfigured'],
    [4, 'manipulated'],
    [5, 'inoperative'],
    [255, 'inoperative'],
  ])('status %i is %s', (raw, word) => {
    expect(decodeRef1Units(fieldsOf([unit(2, 1, 0, 0, raw)]), OF).units['bin']?.status).toBe(word);
  });

  it('one that cannot be read is left out and told; one without a name has its number', () => {
    const cut: Ref1Field = [0x48, new Uint8Array(12)];
    for (const unread of [cut, unit(2, 4, 1, 0)])
      expect(decodeRef1Units(fieldsOf([unit(1, 0, 1, 0), unread]), OF)).toMatchObject({
        isWhole: false,
        units: { stack: { count: 1 } },
      });
    expect(decodeRef1Units(fieldsOf([unit(9, 0, 1, 0)]), OF)).toMatchObject({
      isWhole: true,
      units: { 'unit-9': { count: 1 } },
    });
    expect(decodeRef1Units(fieldsOf([]), OF)).toEqual({ isWhole: false, units: {} });
    expect(decodeRef1Units(fieldsOf([unit(1, 0, 1, 0), unit(1, 0, 2, 0)]), OF).isWhole).toBe(false);
  });

  it('have their serial numbers from the first to the last; a stack without a piece has an empty list', () => {
    const list = [unit(1, 0, 2, 0), unit(2, 1, 0, 0)];
    const { units, isWhole } = decodeRef1Stacks(fieldsOf([serial(1, 'B0002'), ...list, serial(1, 'B0001')]), OF);
    expect(isWhole).toBe(true);
    expect(units['stack']?.serialised).toEqual(['B0002', 'B0001']);
    expect(units['bin']).not.toHaveProperty('serialised');
    expect(decodeRef1Stacks(fieldsOf(list), OF).units['stack']?.serialised).toEqual([]);
    for (const strange of [serial(2, 'B0001'), serial(1, 'b0001'), serial(1, ''), [0x4b, new Uint8Array()] as const])
      expect(decodeRef1Stacks(fieldsOf([...list, strange]), OF).isWhole).toBe(false);
  });

  it.each([
    ['4A 0001 00', 'inactive'],
    ['4A 0001 01', 'active'],
    ['4A 0001 02', 'unknown'],
    ['', 'unknown'],
  ])('exchange %s is %s', (hex, word) => {
    expect(decodeRef1Exchange(decodeRef1Fields(fromHex(hex)) ?? new Map())).toBe(word);
  });

  it('whatever the fields hold, reading them does not throw and gives units of the port', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0x48, max: 0x4b }), fc.uint8Array({ maxLength: 14 })), { maxLength: 12 }),
        (list) => {
          const { units } = decodeRef1Stacks(fieldsOf(list), OF);
          for (const one of Object.values(units)) expect(unitSchema.safeParse(one).success).toBe(true);
          decodeRef1Exchange(fieldsOf(list));
        },
      ),
    );
  });
});

describe('what was counted', () => {
  it('is told by number, serial numbers behind their count', () => {
    const fields = encodeRef1Counted({ stack: { count: 258, serialised: ['B002', 'B001'] }, bin: { count: 0 } }, OF);
    expect(toHex(encodeRef1Fields(fields.ok ? fields.value : []))).toBe(
      toHex(fromHex('49 0003 01 0102 4B 0005 01 42303032 4B 0005 01 42303031 49 0003 02 0000')),
    );
  });

  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `B${String(i).padStart(23, '0')}`);
  it.each([
    ['no unit', {}, 'no unit is named'],
    ['an unknown unit', { shelf: { count: 1 } }, 'there is no unit shelf'],
    ['a name of every object', { toString: { count: 1 } }, 'there is no unit toString'],
    ['more than any unit holds', { bin: { count: 65_536 } }, 'bin: no unit holds 65536'],
    ['serials of a bin', { bin: { count: 1, serialised: ['B0001'] } }, 'bin: its serial numbers cannot be set'],
    ['no serial', { stack: { count: 1, serialised: ['b-1'] } }, 'stack: no such serial number can be'],
    ['a serial twice', { stack: { count: 2, serialised: ['B0001', 'B0001'] } }, 'a serial number is named twice'],
    [
      'more than a frame',
      { stack: { count: 285, serialised: many(285) } },
      'more serial numbers than one command holds',
    ],
  ])('%s cannot be told', (_, counted, error) => {
    const fields = encodeRef1Counted(counted, OF);
    expect(fields.ok ? undefined : fields.error).toContain(error);
  });

  it('as many serial numbers as fit beside the operation id go out', () => {
    expect(encodeRef1Counted({ stack: { count: 284, serialised: many(284) } }, OF).ok).toBe(true);
  });
});
