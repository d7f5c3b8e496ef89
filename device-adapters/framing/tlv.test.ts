import { concatBytes, fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findTlv, readTlvHead, readTlvList } from './tlv.ts';

const limits = { valueBytes: 70_000, objects: 16 };

/** Written here from ISO/IEC 7816-4 §5.2.2.2, so that the reader is not proved by its own code. */
function encode(tag: number, value: Uint8Array): Uint8Array {
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const n = value.length;
  const length =
    n < 0x80
      ? [n]
      : n < 0x100
        ? [0x81, n]
        : n < 0x10000
          ? [0x82, n >> 8, n & 0xff]
          : [0x83, n >> 16, (n >> 8) & 0xff, n & 0xff];
  return concatBytes(Uint8Array.from([...tagBytes, ...length]), value);
}

describe('data objects', () => {
  it('reads EF.COM of the worked example (ICAO 9303-11 Appendix D.4)', () => {
    const com = fromHex('60145F0104303130365F36063034303030305C026175');
    expect(findTlv(com, [0x60, 0x5c], limits)).toEqual({ ok: true, value: fromHex('6175') });
    expect(findTlv(com, [0x60, 0x5f01], limits)).toEqual({ ok: true, value: fromHex('30313036') });
    expect(findTlv(com, [0x60, 0x77], limits)).toEqual({ ok: true, value: undefined });
  });

  it.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000])('reads a value of %i bytes', (size) => {
    const value = new Uint8Array(size).fill(0xa5);
    expect(readTlvList(encode(0x5f2e, value), limits)).toEqual({ ok: true, value: [{ tag: 0x5f2e, value }] });
  });

  it.each([
    ['', 'TLV_TRUNCATED'],
    ['5f', 'TLV_TRUNCATED'],
    ['60', 'TLV_TRUNCATED'],
    ['6082', 'TLV_TRUNCATED'],
    ['6080', 'TLV_MALFORMED'],
    ['608400000001', 'TLV_MALFORMED'],
    ['7f818180', 'TLV_MALFORMED'],
    ['6083ffffff', 'TLV_OVERSIZE'],
  ])('refuses the head %s', (hex, code) => {
    expect(readTlvHead(fromHex(hex), limits.valueBytes)).toMatchObject({ ok: false, error: { code } });
  });

  it('refuses an object that ends past its container, and too many objects', () => {
    expect(readTlvList(fromHex('80020100 8103 0102'), limits)).toMatchObject({ error: { code: 'TLV_TRUNCATED' } });
    expect(readTlvList(new Uint8Array(2 * 17).fill(0), limits)).toMatchObject({ error: { code: 'TLV_OVERSIZE' } });
  });

  it('reads back any list of objects', () => {
    const object = fc.record({
      tag: fc.constantFrom(0x80, 0x61, 0x5f1f, 0x7f60),
      value: fc.uint8Array({ maxLength: 400 }),
    });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 16 }), (objects) => {
        const bytes = concatBytes(...objects.map(({ tag, value }) => encode(tag, value)));
        expect(readTlvList(bytes, limits)).toEqual({ ok: true, value: objects });
      }),
    );
  });

  it('never throws on any bytes and never gives more than it was given', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 }),
        (bytes, path) => {
          const list = readTlvList(bytes, limits);
          if (list.ok)
            expect(list.value.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(bytes.length);
          findTlv(bytes, path, limits);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
