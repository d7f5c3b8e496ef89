import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, ref1Value, type Ref1Field } from '../../driver-kit/ref1-fields.ts';
import { operationField, rawEndOf, rawIdentityOf, rawMemoryOf, rawStatusOf } from '../../driver-kit/ref1-protocol.ts';
import {
  decodeRef1Exchange,
  decodeRef1Stacks,
  encodeRef1Counted,
  REF1_UNIT_COMMAND,
} from '../../driver-kit/ref1-units.ts';
import { readExchanges, ref1BytesContract, type FixtureFrame } from '../../driver-kit/testing/ref1-bytes.ts';
import { encodeYmr1 } from '../../framing/ymr1.ts';
import {
  COMMAND,
  decodeAskedSerial,
  decodePage,
  decodeReadSerial,
  encodePage,
  encodeSerial,
  isSerial,
  RESULT,
  TAG,
  type RawPage,
} from './protocol.ts';
import { UNITS } from './status.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

const page = (hex: string): RawPage | undefined => decodePage(decodeRef1Fields(fromHex(hex)) ?? new Map());

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const id = (n: number): Ref1Field => operationField(`019ab000-0000-7000-8000-0000000000${n.toString(16)}`);
    const present = (serial: string): readonly Ref1Field[] => [
      ...encodeSerial(serial),
      [TAG.atMost, ref1Value.u16(20)],
    ];
    const counted = encodeRef1Counted({ stack: { count: 300 }, retract: { count: 0 } }, UNITS);
    const sent = [
      ['inventory (10): the first', 3, COMMAND.inventory, encodePage(0)],
      ['inventory (10): the last', 4, COMMAND.inventory, encodePage(1)],
      ['present (12): taken', 5, COMMAND.present, [id(0x10), ...present('C12345678')]],
      ['present (12): no such', 6, COMMAND.present, [id(0x11), ...present('C99999999')]],
      ['retract', 8, COMMAND.retract, [id(0x13)]],
      ['read back (14)', 9, COMMAND.readBack, []],
      ['units', 12, REF1_UNIT_COMMAND.units, []],
      ['start exchange', 13, REF1_UNIT_COMMAND.startExchange, [id(0x14)]],
      ['set units', 14, REF1_UNIT_COMMAND.setUnits, [id(0x15), ...(counted.ok ? counted.value : [])]],
      ['end exchange', 15, REF1_UNIT_COMMAND.endExchange, [id(0x16)]],
      ['last operation (04): the document that was not', 16, 0x04, [id(0x12)]],
      ['last operation (04): the document that was taken', 17, 0x04, [id(0x10)]],
    ] as const;
    for (const [title, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, 0).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'document-locker', edition: 1 });
    expect(rawStatusOf(frameOf('status (02)', 2).fields)).toMatchObject({ state: 0, media: 1, bootCount: 3 });
    expect(decodePage(frameOf('inventory (10): the first', 2).fields)).toEqual({
      pages: 2,
      unreadable: 1,
      places: [
        { place: 0, serial: 'C12345678' },
        { place: 1, serial: '' },
        { place: 4, serial: 'C12345679' },
      ],
    });
    expect(decodePage(frameOf('inventory (10): the last', 2).fields)).toEqual({
      pages: 2,
      unreadable: 1,
      places: [{ place: 260, serial: 'H00000001' }],
    });
    expect(rawEndOf(frameOf('present (12): taken', 2).fields)?.evidence).toEqual([
      { kind: 5, access: 1, detail: 'C12345678' },
      { kind: 0, access: 0, detail: 'exit' },
      { kind: 1, access: 0, detail: 'exit' },
    ]);
    expect(rawEndOf(frameOf('present (12): no such', 2).fields)).toMatchObject({ result: 0x20, motion: 'nothing' });
    const other = frameOf('present (12): another', 2).fields;
    expect(rawEndOf(other)).toMatchObject({ result: RESULT.verifyMismatch, motion: 'something' });
    expect([decodeReadSerial(other), decodeAskedSerial(other)]).toEqual(['C12345679', 'C12345678']);
    expect(decodeReadSerial(frameOf('read back (14)', 2).fields)).toBe('C12345678');
    expect(decodeReadSerial(frameOf('read back (14): it', 2).fields)).toBe('');
    expect(decodeReadSerial(frameOf('read back (14): nothing', 2).fields)).toBeUndefined();
    const units = frameOf('units', 2).fields;
    expect(decodeRef1Exchange(units)).toBe('active');
    expect(decodeRef1Stacks(units, UNITS)).toMatchObject({
      isWhole: true,
      units: {
        stack: { capacity: 300, count: 204 },
        retract: { replenishment: 'ok' },
        reject: { replenishment: 'full' },
      },
    });
    expect(rawEndOf(frameOf('end exchange', 2).fields)).toMatchObject({ result: 0x2d, motion: 'something' });
    for (const [title, result, read] of [
      ['last operation (04): the document that was not', RESULT.verifyMismatch, 'C12345679'],
      ['last operation (04): the document that was taken', 0, 'C12345678'],
    ] as const) {
      const { fields } = frameOf(title, 2);
      expect(rawMemoryOf(fields)).toMatchObject({ phase: 'ended', command: COMMAND.present, result });
      expect([decodeReadSerial(fields), decodeAskedSerial(fields)]).toEqual([read, 'C12345678']);
    }
    expect(rawStatusOf(frameOf('status change', 0).fields)).toMatchObject({ state: 3, fault: 0x27, changeNumber: 8 });
  });
});

describe('a page', () => {
  it.each([
    ['without its number of pages', '43 0002 0000'],
    ['of no pages', '41 0002 0000 43 0002 0000'],
    ['without its number of unreadable places', '41 0002 0001'],
    ['with a place that has no number', '41 0002 0001 43 0002 0000 42 0001 05'],
  ])('%s cannot be read', (_, hex) => {
    expect(page(hex)).toBeUndefined();
  });

  it('without a place is an empty one', () => {
    expect(page('41 0002 0001 43 0002 0000')).toEqual({ pages: 1, unreadable: 0, places: [] });
  });

  it('gives every place and serial number as it was written', () => {
    const place = fc.tuple(fc.nat(0xffff), fc.stringMatching(/^[A-Z0-9]{4,24}$/));
    fc.assert(
      fc.property(fc.array(place, { maxLength: 200 }), (places) => {
        const list = places.map(([at, serial]): Ref1Field => [
          TAG.place,
          Uint8Array.of(at >> 8, at & 255, ...ref1Value.text(serial)),
        ]);
        const fields = decodeRef1Fields(
          encodeRef1Fields([[0x41, ref1Value.u16(1)], ...list, [0x43, ref1Value.u16(0)]]),
        );
        expect(decodePage(fields ?? new Map())?.places).toEqual(places.map(([at, serial]) => ({ place: at, serial })));
      }),
    );
  });
});

describe('what was read at the exit', () => {
  it.each([
    ['46 0004 41423132', 'AB12'],
    ['46 0004 61423132', ''],
    ['46 0003 414231', ''],
    ['46 0004 FF423132', ''],
    ['46 0000', ''],
    ['', undefined],
  ])('%s is %s', (hex, serial) => {
    expect(decodeReadSerial(decodeRef1Fields(fromHex(hex)) ?? new Map())).toBe(serial);
  });

  it.each([
    ['4C 0004 41423132', 'AB12'],
    ['4C 0004 61423132', undefined],
    ['4C 0003 414231', undefined],
    ['4C 0000', undefined],
    ['46 0004 41423132', undefined],
  ])('of %s was asked %s', (hex, serial) => {
    expect(decodeAskedSerial(decodeRef1Fields(fromHex(hex)) ?? new Map())).toBe(serial);
  });

  it('a serial number is one that can be asked for', () => {
    expect(['AB12', 'A'.repeat(24)].every(isSerial)).toBe(true);
    expect(['', 'AB1', 'A'.repeat(25), 'ab12', 'AB 12', 'AB12\n'].some(isSerial)).toBe(false);
  });

  it('whatever the fields hold, reading them does not throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x50), fc.uint8Array({ maxLength: 50 })), { maxLength: 12 }), (list) => {
        const fields = decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
        decodePage(fields);
        decodeReadSerial(fields);
        decodeAskedSerial(fields);
      }),
    );
  });
});
