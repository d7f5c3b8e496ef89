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
import { encodeYmr1, YMR1 } from '../../framing/ymr1.ts';
import {
  COMMAND,
  decodeAskedDigest,
  decodeDigest,
  decodeSpoiled,
  decodeVerify,
  encodeLicence,
  licenceDigestOf,
  TAG,
  type Licence,
} from './protocol.ts';
import { UNITS } from './status.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);
const LICENCE: Licence = {
  form: 'driving',
  blankSerial: 'DL20260001',
  fields: { name: '李娜', class: 'C1', validUntil: '2032-11-26' },
};
// printf '1\x1fDL20260001\nclass\x1fC1\nname\x1f李娜\nvalidUntil\x1f2032-11-26\n' | sha256sum
const DIGEST = 'b8a7d07551861ca510ad8b69417c1f3b7ab92ba667013f4e1d08877f29f8d7ea';

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

function fieldsOf(encoded: ReturnType<typeof encodeLicence>): readonly Ref1Field[] {
  if (!encoded.ok) throw new Error(encoded.error);
  return encoded.value;
}

const read = (hex: string): ReturnType<typeof decodeVerify> =>
  decodeVerify(decodeRef1Fields(fromHex(hex)) ?? new Map());

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const id = (n: number): Ref1Field => operationField(`019ab000-0000-7000-8000-0000000000${n.toString(16)}`);
    const make = fieldsOf(encodeLicence(LICENCE));
    const atMost = (seconds: number): Ref1Field => [TAG.atMost, ref1Value.u16(seconds)];
    const counted = encodeRef1Counted(
      { driving: { count: 2, serialised: ['DL20260101', 'DL20260102'] }, reject: { count: 0 } },
      UNITS,
    );
    const sent = [
      ['make (10): a driving', 3, COMMAND.make, [id(0x10), ...make]],
      ['make (10): another', 4, COMMAND.make, [id(0x11), ...make]],
      ['make (10): two', 19, COMMAND.make, [id(0x1a), ...make]],
      ['verify (11)', 6, COMMAND.verify, []],
      ['present (12): taken', 8, COMMAND.present, [id(0x13), atMost(20)]],
      ['retract', 10, COMMAND.retract, [id(0x15)]],
      ['accept old', 11, COMMAND.acceptOld, [id(0x16), atMost(30)]],
      ['units', 12, REF1_UNIT_COMMAND.units, []],
      ['start exchange', 13, REF1_UNIT_COMMAND.startExchange, [id(0x17)]],
      ['set units', 14, REF1_UNIT_COMMAND.setUnits, [id(0x18), ...fieldsOf(counted)]],
      ['end exchange', 15, REF1_UNIT_COMMAND.endExchange, [id(0x19)]],
      ['last operation (04): the make whose', 16, 0x04, [id(0x12)]],
      ['last operation (04): the make that', 18, 0x04, [id(0x10)]],
    ] as const;
    for (const [title, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, 0).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'licence-printer', edition: 1 });
    expect(rawStatusOf(frameOf('status (02)', 2).fields)).toMatchObject({ state: 0, media: 1, changeNumber: 7 });
    const made = frameOf('make (10): a driving', 2).fields;
    expect([decodeDigest(made), decodeAskedDigest(made)]).toEqual([DIGEST, DIGEST]);
    expect(rawEndOf(made)?.evidence).toEqual([{ kind: 5, access: 1, detail: DIGEST }]);
    expect(rawEndOf(frameOf('make (10): another', 2).fields)).toMatchObject({ result: 0x24, motion: 'nothing' });
    const spoiled = frameOf('make (10): the ribbon', 2).fields;
    expect(rawEndOf(spoiled)).toMatchObject({ result: 0x26, motion: 'something' });
    expect(decodeSpoiled(spoiled)).toEqual(['DL20260001']);
    const both = frameOf('make (10): two', 2).fields;
    expect(rawEndOf(both)).toMatchObject({ result: 0x2d, motion: 'something' });
    expect(decodeSpoiled(both)).toEqual(['DL20260001', 'DL20260002']);
    expect(decodeVerify(frameOf('verify (11)', 2).fields)).toEqual({ blankSerial: 'DL20260001', digest: DIGEST });
    expect(rawEndOf(frameOf('present (12): not', 2).fields)).toMatchObject({
      result: 0x25,
      evidence: [{ kind: 0, access: 0 }],
    });
    expect(rawEndOf(frameOf('accept old', 2).fields)?.evidence).toEqual([
      { kind: 4, access: 1, detail: 'recovery +1' },
    ]);
    const units = frameOf('units', 2).fields;
    expect(decodeRef1Exchange(units)).toBe('inactive');
    expect(decodeRef1Stacks(units, UNITS)).toMatchObject({
      isWhole: true,
      units: {
        driving: { count: 3, replenishment: 'low', serialised: ['DL20260001', 'DL20260002', 'DL20260003'] },
        vehicle: { initialCount: 120, count: 118, retainCount: 1, replenishment: 'ok', serialised: ['VL20260077'] },
        retract: { status: 'manipulated', replenishment: 'high' },
        recovery: { replenishment: 'full' },
        ribbon: { type: 'ribbon', count: 212 },
      },
    });
    const memory = rawMemoryOf(frameOf('last operation (04): the make whose', 2).fields);
    expect(memory).toMatchObject({ phase: 'ended', command: COMMAND.make, result: 0x26 });
    const well = frameOf('last operation (04): the make that', 2).fields;
    expect(rawMemoryOf(well)).toMatchObject({ phase: 'ended', command: COMMAND.make, result: 0 });
    expect([decodeDigest(well), decodeAskedDigest(well)]).toEqual([DIGEST, DIGEST]);
    expect(rawStatusOf(frameOf('status change', 0).fields)).toMatchObject({ state: 3, fault: 0x22, changeNumber: 8 });
  });
});

describe('a licence', () => {
  const withFields = (fields: Licence['fields']): Licence => ({ ...LICENCE, fields });

  it('has its digest over form, blank and fields by name, whatever order they came in', () => {
    expect(licenceDigestOf(LICENCE)).toBe(DIGEST);
    expect(licenceDigestOf(withFields({ validUntil: '2032-11-26', name: '李娜', class: 'C1' }))).toBe(DIGEST);
    const others: readonly Licence[] = [
      { ...LICENCE, form: 'vehicle' },
      { ...LICENCE, blankSerial: 'DL20260002' },
      withFields({ ...LICENCE.fields, class: 'C2' }),
      withFields({ name: '李娜', class: 'C1' }),
    ];
    for (const other of others) expect(licenceDigestOf(other)).not.toBe(DIGEST);
  });

  it('sorts names by bytes: capitals first, and no language’s order', () => {
    // printf '2\x1fVL20260077\nB\x1f1\nZ\x1f2\na\x1f3\n' | sha256sum
    expect(licenceDigestOf({ form: 'vehicle', blankSerial: 'VL20260077', fields: { a: '3', Z: '2', B: '1' } })).toBe(
      VEHICLE_DIGEST,
    );
  });

  it.each([
    ['200 bytes in 67 characters', { name: `${'娜'.repeat(66)}xx` }],
    ['24 fields', Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`f${i}`, 'x'.repeat(200)]))],
    ['an empty text', { name: '' }],
  ])('%s fit, and into one frame', (_, fields) => {
    const encoded = fieldsOf(encodeLicence(withFields(fields)));
    expect(encodeRef1Fields(encoded).length).toBeLessThan(YMR1.dataBytes - 19);
  });

  it.each([
    ['201 bytes', { class: 'C1', name: 'x'.repeat(201) }, 'field name is longer than 200 bytes'],
    ['67 characters of 3 bytes', { address: '娜'.repeat(67) }, 'field address is longer than 200 bytes'],
    [
      '25 fields',
      Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}`, 'x'])),
      'field f24 is one too many: a licence has at most 24',
    ],
    ['no field', {}, 'a licence without a field'],
    ['a separator', { name: 'x\x1fy' }, 'field name holds a character that cannot be printed'],
    ['a line end', { name: 'x\nclass\x1fC1' }, 'field name holds a character that cannot be printed'],
    ['half a character', { name: '\ud842' }, 'field name holds a character that cannot be printed'],
  ])('%s does not fit, and the field is named', (_, fields, error) => {
    expect(encodeLicence(withFields(fields))).toEqual({ ok: false, error });
  });

  it('is written so that it can be read again: form, blank, every name and text', () => {
    const text = fc.string({ maxLength: 60, unit: 'grapheme' }).filter((one) => !/\p{Cc}/u.test(one));
    const names = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,30}$/);
    fc.assert(
      fc.property(fc.dictionary(names, text, { minKeys: 1, maxKeys: 24 }), (fields) => {
        fc.pre(Object.values(fields).every((one) => Buffer.byteLength(one) <= 200));
        const map = decodeRef1Fields(encodeRef1Fields(fieldsOf(encodeLicence(withFields(fields)))));
        const told = (map?.get(TAG.formField) ?? []).map((value) => {
          const length = value[0] ?? 0;
          const [name, line] = [value.subarray(1, 1 + length), value.subarray(1 + length)];
          return [new TextDecoder().decode(name), new TextDecoder('utf-8', { ignoreBOM: true }).decode(line)] as const;
        });
        expect(told).toEqual(Object.entries(fields));
      }),
    );
  });
});
const VEHICLE_DIGEST = '2c1773023d63944c2d3419c6a74a33d02667d22938958d60f78c21056e4e596d';

describe('what the camera saw', () => {
  it.each([
    ['', null],
    ['41 0003 444C31', null],
    ['41 0004 444C3132', 'DL12'],
    ['41 0004 646C3132', null],
    ['41 0004 FF4C3132', null],
    [`41 0019 ${'41'.repeat(25)}`, null],
  ])('serial %s is %s', (hex, serial) => {
    expect(read(hex).blankSerial).toBe(serial);
  });

  it.each([`45 001F ${'00'.repeat(31)}`, `45 0021 ${'00'.repeat(33)}`, ''])(
    'a digest of another length is none',
    (hex) => {
      expect(read(hex).digest).toBeUndefined();
    },
  );

  it.each(['4C 0000', `4C 001F ${'00'.repeat(31)}`, `4C 0021 ${'00'.repeat(33)}`, `45 0020 ${'00'.repeat(32)}`])(
    'of what was asked nothing is known: %s',
    (hex) => {
      expect(decodeAskedDigest(decodeRef1Fields(fromHex(hex)) ?? new Map())).toBeUndefined();
    },
  );

  it('a spoiled serial that is none is left out; several are kept', () => {
    const spoiled = (hex: string): readonly string[] => decodeSpoiled(decodeRef1Fields(fromHex(hex)) ?? new Map());
    expect(spoiled('43 0004 444C3132 43 0004 444C3133')).toEqual(['DL12', 'DL13']);
    expect(spoiled('43 0000 43 0002 4141')).toEqual([]);
  });

  it('whatever the fields hold, reading them does not throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x50), fc.uint8Array({ maxLength: 90 })), { maxLength: 12 }), (list) => {
        const fields = decodeRef1Fields(encodeRef1Fields(list)) ?? new Map();
        decodeVerify(fields);
        decodeSpoiled(fields);
        decodeAskedDigest(fields);
        decodeRef1Stacks(fields, UNITS);
      }),
    );
  });
});
