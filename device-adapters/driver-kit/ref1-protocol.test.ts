import { fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, type Ref1Fields } from './ref1-fields.ts';
import {
  destinationField,
  operationField,
  rawEndOf,
  rawIdentityOf,
  rawMemoryOf,
  rawStatusOf,
} from './ref1-protocol.ts';

const ID = '019ab000-0000-7000-8000-0000000000ff';

function fields(hex: string): Ref1Fields {
  return decodeRef1Fields(fromHex(hex)) ?? new Map();
}

describe('an end', () => {
  it('has result, motion and evidence', () => {
    expect(rawEndOf(fields('02 0001 21 03 0001 01 04 0006 03 01 67617465'))).toMatchObject({
      result: 0x21,
      motion: 'something',
      evidence: [{ kind: 3, access: 1, detail: 'gate' }],
    });
  });

  it.each([
    ['02 0001 00', 'cannotTell'],
    ['02 0001 00 03 0001 00', 'nothing'],
    ['02 0001 00 03 0001 01', 'something'],
    ['02 0001 00 03 0001 02', 'cannotTell'],
    ['02 0001 00 03 0001 09', 'cannotTell'],
    ['02 0001 00 03 0000', 'cannotTell'],
  ])('%s: %s', (hex, motion) => {
    expect(rawEndOf(fields(hex))?.motion).toBe(motion);
  });

  it('without a result is none', () => {
    expect(rawEndOf(fields('03 0001 00'))).toBeUndefined();
  });
});

describe('the memory of an operation', () => {
  it.each([
    ['00', 'neverSeen'],
    ['01', 'running'],
    ['02', 'ended'],
    ['03', 'interrupted'],
  ])('phase %s is %s', (raw, phase) => {
    expect(rawMemoryOf(fields(`05 0001 ${raw} 06 0001 12`))).toMatchObject({ phase, command: 0x12 });
  });

  it('a phase that is missing or in no table is no memory', () => {
    expect(rawMemoryOf(fields('02 0001 00'))).toBeUndefined();
    expect(rawMemoryOf(fields('05 0001 04'))).toBeUndefined();
  });

  it('has the effect’s own result, the last one should there be two', () => {
    expect(rawMemoryOf(fields('02 0001 21 05 0001 02'))?.result).toBe(0x21);
    expect(rawMemoryOf(fields('02 0001 00 05 0001 02 02 0001 21'))?.result).toBe(0x21);
    expect(rawMemoryOf(fields('05 0001 01'))?.result).toBe(0);
  });

  it('says which id it forgot last', () => {
    const forgotten = '08 0010 019AB00000007000 80000000000000FF';
    expect(rawMemoryOf(fields(`05 0001 00 ${forgotten}`))?.highestForgotten).toBe(ID);
    expect(rawMemoryOf(fields('05 0001 00'))?.highestForgotten).toBeUndefined();
    expect(rawMemoryOf(fields('05 0001 00 08 0002 0001'))?.highestForgotten).toBeUndefined();
  });
});

describe('status and identity', () => {
  it('read every field, and are nothing without state, number, kind, edition or serial', () => {
    expect(
      rawStatusOf(fields('10 0001 03 11 0001 21 12 0001 02 13 0002 0001 13 0002 0102 14 0002 0102 15 0002 0003')),
    ).toMatchObject({
      state: 3,
      fault: 0x21,
      media: 2,
      supplies: [
        { id: 0, level: 1 },
        { id: 1, level: 2 },
      ],
      changeNumber: 0x102,
      bootCount: 3,
    });
    expect(rawStatusOf(fields('10 0001 00'))).toBeUndefined();
    expect(rawStatusOf(fields('14 0002 0001'))).toBeUndefined();
    expect(rawIdentityOf(fields('20 0001 41 22 0001 53 26 0001 01'))).toEqual({
      kind: 'A',
      edition: 1,
      serial: 'S',
      model: '',
      firmware: '',
      mediaAtPowerOff: 255,
      evidenceKinds: [],
    });
    expect(rawIdentityOf(fields('20 0001 41 22 0001 53'))).toBeUndefined();
  });

  it('whatever the fields hold, reading them does not throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x30), fc.uint8Array({ maxLength: 20 })), { maxLength: 30 }), (list) => {
        const any = decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
        rawEndOf(any);
        rawMemoryOf(any);
        rawStatusOf(any);
        rawIdentityOf(any);
      }),
    );
  });
});

describe('what the host writes', () => {
  it('operation id and destination', () => {
    expect(operationField(ID)).toEqual([1, fromHex('019AB00000007000 80000000000000FF')]);
    expect(['exit', 'retain', 'stay'].map((to) => destinationField(to as 'exit')[1][0])).toEqual([1, 2, 3]);
  });
});
