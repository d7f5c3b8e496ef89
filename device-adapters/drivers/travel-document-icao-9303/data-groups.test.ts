import { concatBytes, fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCom, readDg1, readDg11, readDg2, readEndorsements } from './data-groups.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const short = (tag: string, value: Uint8Array): Uint8Array =>
  concatBytes(fromHex(tag), Uint8Array.of(0x82, value.length >> 8, value.length & 255), value);

/** A facial record with `points` feature points, after ISO/IEC 19794-5:2005 §5. */
function faceRecord(image: Uint8Array, points = 0, change: (record: Uint8Array) => void = () => undefined): Uint8Array {
  const record = new Uint8Array(46 + points * 8 + image.length);
  const view = new DataView(record.buffer);
  record.set(bytesOf('FAC\u0000010\u0000'));
  view.setUint32(8, record.length);
  view.setUint16(12, 1);
  view.setUint32(14, record.length - 14);
  view.setUint16(18, points);
  record.set(image, 46 + points * 8);
  change(record);
  return record;
}

function dg2(record: Uint8Array, tag = '5f2e'): Uint8Array {
  return short(
    '75',
    short(
      '7f61',
      concatBytes(
        fromHex('020101'),
        short('7f60', concatBytes(fromHex('a10f800201018101028702010188020008'), short(tag, record))),
      ),
    ),
  );
}

const JPEG = fromHex('ffd8ffe000104a464946');

describe('DG1', () => {
  it('reads a passport’s zone and refuses one with a wrong digit', () => {
    const zone = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10';
    expect(readDg1(concatBytes(fromHex('615b5f1f58'), bytesOf(zone)))).toMatchObject({
      ok: true,
      value: { documentNumber: 'L898902C3' },
    });
    expect(readDg1(concatBytes(fromHex('615b5f1f58'), bytesOf(zone.replace('C36', 'C37'))))).toMatchObject({
      error: { code: 'MRZ_CHECK_DIGIT' },
    });
  });

  it.each(['', '61', '6100', '60025f1f', '61035f1f00', '615b5f1f58'])('refuses %j', (hex) => {
    expect(readDg1(fromHex(hex)).ok).toBe(false);
  });
});

describe('DG2', () => {
  it.each([
    ['a JPEG', JPEG],
    ['a JP2 file', fromHex('0000000c6a5020200d0a870a')],
    ['a JPEG 2000 codestream', fromHex('ff4fff5100')],
  ])('gives %s as stored, behind any feature points and either tag', (_, image) => {
    for (const points of [0, 3]) {
      expect(readDg2(dg2(faceRecord(image, points)))).toEqual({ ok: true, value: image });
      expect(readDg2(dg2(faceRecord(image, points), '7f2e'))).toEqual({ ok: true, value: image });
    }
  });

  it.each<[string, (record: Uint8Array) => void]>([
    ['another format', (record) => void (record[0] = 0x47)],
    ['another version', (record) => void (record[4] = 0x31)],
    ['a wrong record length', (record) => void (record[11] = 1)],
    ['no face', (record) => void (record[13] = 0)],
    ['a face longer than its record', (record) => void (record[16] = 0xff)],
    ['more feature points than bytes', (record) => void (record[18] = 0xff)],
    ['an unknown image', (record) => void (record[46] = 0x00)],
  ])('refuses %s', (_, change) => {
    expect(readDg2(dg2(faceRecord(JPEG, 0, change)))).toMatchObject({ ok: false, error: { code: 'FILE_MALFORMED' } });
  });
});

describe('DG11', () => {
  const details = (...objects: Uint8Array[]): Uint8Array =>
    short('6b', concatBytes(fromHex('5c045f0e5f10'), ...objects));
  const text = (tag: string, value: string): Uint8Array => short(tag, new TextEncoder().encode(value));

  it('gives name and number as stored, in any script, and null for what is not there', () => {
    expect(readDg11(details(text('5f0e', '李<<𬭎'), text('5f10', '440606199004120022')))).toEqual({
      ok: true,
      value: { fullName: '李<<𬭎', personalNumber: '440606199004120022' },
    });
    expect(readDg11(details(text('5f2b', '19900412')))).toEqual({
      ok: true,
      value: { fullName: null, personalNumber: null },
    });
    expect(readDg11(details(text('5f0e', 'x'.repeat(200)), text('5f10', 'y'.repeat(60)))).ok).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ['another tag', fromHex('6100')],
    ['a cut object', fromHex('6b055f0e054142')],
    ['no UTF-8', details(short('5f0e', fromHex('c3')))],
    ['a number that is no UTF-8', details(short('5f10', fromHex('ff')))],
    ['a name that is too long', details(text('5f0e', 'x'.repeat(201)))],
    ['a number that is too long', details(text('5f10', 'y'.repeat(61)))],
  ])('refuses %s', (_, file) => {
    expect(readDg11(file)).toMatchObject({ ok: false, error: { code: 'FILE_MALFORMED' } });
  });
});

describe('other files', () => {
  it('lists the groups of EF.COM', () => {
    expect(readCom(fromHex('60145f0104303130365f36063034303030305c026175'))).toEqual({ ok: true, value: [0x61, 0x75] });
    expect(readCom(fromHex('6000'))).toMatchObject({ ok: false });
  });

  it('reads the endorsement counter, and nothing that is not ours', () => {
    expect(readEndorsements(fromHex('5304594d3107'))).toBe(7);
    expect(readEndorsements(fromHex('5304594d31ff'))).toBe(255);
    for (const hex of ['', '5303594d31', '5304594d3207', '5404594d3107'])
      expect(readEndorsements(fromHex(hex))).toBeUndefined();
  });

  it('never throw on any bytes', () => {
    const seed = dg2(faceRecord(JPEG, 1));
    const bent = fc
      .tuple(fc.nat(seed.length - 1), fc.nat(255))
      .map(([at, byte]) => Uint8Array.from(seed, (old, i) => (i === at ? byte : old)));
    fc.assert(
      fc.property(fc.oneof(bent, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const image = readDg2(bytes);
        if (image.ok) expect(image.value.length).toBeLessThanOrEqual(bytes.length);
        readCom(bytes);
        readDg1(bytes);
        readDg11(bytes);
        readEndorsements(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
