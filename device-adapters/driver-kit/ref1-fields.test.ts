import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, numberField, ref1Value, textField, textFields } from './ref1-fields.ts';

describe('reference fields', () => {
  it('are written as published, and read back in any number', () => {
    expect(
      toHex(
        encodeRef1Fields([
          [0x40, ref1Value.text('ABC')],
          [0x45, ref1Value.u16(600)],
        ]),
      ),
    ).toBe('4000034142434500020258');
    const field = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (fields) => {
        const read = decodeRef1Fields(encodeRef1Fields(fields));
        expect(new Set(read?.keys())).toEqual(new Set(fields.map(([tag]) => tag)));
        for (const [tag, values] of read ?? []) {
          const written = fields.filter(([other]) => other === tag);
          expect(values.map(toHex)).toEqual(written.map(([, value]) => toHex(value)));
        }
      }),
    );
  });

  it.each(['40', '40 00', '40 00 02 41', '40 00 01 41 42'])('%s is cut off, so it is nothing', (hex) => {
    expect(decodeRef1Fields(fromHex(hex))).toBeUndefined();
  });

  it('no fields are no fields', () => {
    expect(decodeRef1Fields(new Uint8Array(0))?.size).toBe(0);
  });

  it('never throw on whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const fields = decodeRef1Fields(bytes);
        for (const tag of fields?.keys() ?? []) {
          numberField(fields ?? new Map(), tag);
          textField(fields ?? new Map(), tag);
          textFields(fields ?? new Map(), tag);
        }
      }),
    );
  });

  it('numbers have one to four bytes, texts are UTF-8', () => {
    const fields = decodeRef1Fields(
      fromHex('01 0004 FFFFFFFF 02 0000 03 0005 0000000001 04 0002 C3A4 05 0001 C3 05 0001 41'),
    );
    expect(fields).toBeDefined();
    if (fields === undefined) return;
    expect(numberField(fields, 1)).toBe(0xffff_ffff);
    for (const tag of [2, 3, 9]) expect(numberField(fields, tag)).toBeUndefined();
    expect(textField(fields, 4)).toBe('ä');
    expect(textField(fields, 5)).toBeUndefined();
    expect(textField(fields, 9)).toBeUndefined();
    expect(textFields(fields, 5)).toEqual(['\ufffd', 'A']);
  });
});
