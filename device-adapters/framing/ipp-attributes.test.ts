import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIpp, documentBytes, encodeIpp, IPP_GROUP, IPP_TAG, type IppBody } from './ipp-attributes.ts';

const HEAD = '0101 0000 00000001';
const utf8 = (text: string): string => toHex(new TextEncoder().encode(text));
const sized = (hex: string): string => (hex.length / 2).toString(16).padStart(4, '0') + hex;
/** One attribute as RFC 8010 §3.1.4 draws it. */
const item = (tag: string, name: string, value: string): string => tag + sized(utf8(name)) + sized(value);
const message = (...items: string[]): Uint8Array => fromHex(`${HEAD} 02 ${items.join('')} 03`);
const valuesOf = (bytes: Uint8Array): unknown => decodeIpp(bytes)?.groups[0]?.attributes[0]?.values;
const isRead = (bytes: Uint8Array): boolean => decodeIpp(bytes) !== undefined;

describe('IPP attributes', () => {
  it('the example of RFC 8010 A.1: groups in order, values by their tags, the document behind them', () => {
    const bytes = fromHex(
      `0101 0002 00000001 01 ${item('47', 'attributes-charset', utf8('utf-8'))}` +
        `${item('48', 'attributes-natural-language', utf8('en-us'))}` +
        `${item('45', 'printer-uri', utf8('ipp://printer.example.com/ipp/print/pinetree'))}` +
        `${item('42', 'job-name', utf8('foobar'))}${item('22', 'ipp-attribute-fidelity', '01')}` +
        `02${item('21', 'copies', '00000014')}${item('44', 'sides', utf8('two-sided-long-edge'))}03 25215053`,
    );
    const body = decodeIpp(bytes);
    expect(body).toMatchObject({ version: 0x0101, code: 2, requestId: 1 });
    expect(body?.groups.map(({ tag }) => tag)).toEqual([IPP_GROUP.operation, IPP_GROUP.job]);
    expect(body?.groups[0]?.attributes[4]).toEqual({
      name: 'ipp-attribute-fidelity',
      values: [{ kind: 'boolean', tag: 0x22, value: true }],
    });
    expect(body?.groups[1]?.attributes[0]?.values).toEqual([{ kind: 'number', tag: 0x21, value: 20 }]);
    expect(toHex(body?.data ?? new Uint8Array(0))).toBe('25215053');
    expect(documentBytes(bytes)).toBe(4);
    expect(body && toHex(encodeIpp(body))).toBe(toHex(bytes));
  });

  it('more values of one attribute have no name', () => {
    const bytes = message(item('44', 'printer-state-reasons', utf8('media-empty')), item('44', '', utf8('cover-open')));
    expect(valuesOf(bytes)).toEqual([
      { kind: 'text', tag: 0x44, value: 'media-empty' },
      { kind: 'text', tag: 0x44, value: 'cover-open' },
    ]);
    expect(isRead(message(item('44', '', utf8('orphan'))))).toBe(false);
  });

  it.each([
    ['no-value', '13', '', { kind: 'none', tag: IPP_TAG.noValue }],
    ['a negative integer', '21', 'ffffffff', { kind: 'number', tag: 0x21, value: -1 }],
    ['an enum', '23', '00000009', { kind: 'number', tag: 0x23, value: 9 }],
    ['an integer of three bytes', '21', '000001', { kind: 'bytes', tag: 0x21, value: fromHex('000001') }],
    ['a boolean of two bytes', '22', '0001', { kind: 'bytes', tag: 0x22, value: fromHex('0001') }],
    ['a date', '31', '07ea0b1b0a0000002b0000', { kind: 'bytes', tag: 0x31, value: fromHex('07ea0b1b0a0000002b0000') }],
    ['a range', '33', '0000000100000063', { kind: 'bytes', tag: 0x33, value: fromHex('0000000100000063') }],
    ['text in a language', '35', `0002656e0003${utf8('abc')}`, { kind: 'text', tag: 0x41, value: 'abc' }],
    ['a name in a language', '36', `0002656e0001${utf8('x')}`, { kind: 'text', tag: 0x42, value: 'x' }],
    ['text whose inner length lies', '35', '0002656e00ff61', { kind: 'bytes', tag: 0x35 }],
    ['UTF-8 that is none', '41', 'ff41', { kind: 'text', tag: 0x41, value: '\ufffdA' }],
    ['an extension', '7f', '0000004001', { kind: 'bytes', tag: 0x7f }],
  ])('%s', (_, tag, value, expected) => {
    expect(valuesOf(message(item(tag, 'x', value)))).toMatchObject([expected]);
  });

  describe('collections', () => {
    const begin = item('34', '', '');
    const end = item('37', '', '');
    const member = (name: string): string => item('4a', '', utf8(name)) + item('21', '', '00000001');
    const nested = item('4a', '', utf8('size')) + begin + member('x') + member('y') + end;
    const after = item('23', 'job-state', '00000005');

    it('are skipped with their members, nested ones too; what follows is read', () => {
      const body = decodeIpp(message(item('34', 'media-col', ''), nested, member('type'), end, after));
      expect(body?.groups[0]?.attributes).toEqual([
        { name: 'media-col', values: [{ kind: 'collection', tag: 0x34 }] },
        { name: 'job-state', values: [{ kind: 'number', tag: 0x23, value: 5 }] },
      ]);
    });

    it('many of one attribute', () => {
      const two = message(item('34', 'media-col', ''), member('x'), end, begin, member('x'), end, after);
      expect(decodeIpp(two)?.groups[0]?.attributes.map(({ values }) => values.length)).toEqual([2, 1]);
    });

    it('that do not end, or end too early, are not read on', () => {
      expect(isRead(message(item('34', 'media-col', ''), nested, after))).toBe(false);
      expect(isRead(message(item('34', 'media-col', ''), member('x'), `04${end}`))).toBe(false);
      expect(isRead(message(item('34', 'media-col', '')))).toBe(false);
    });

    it('a hundred thousand deep cost nothing and are no answer', () => {
      expect(isRead(fromHex(`${HEAD} 02 ${item('34', 'x', '')}${begin.repeat(100_000)} 03`))).toBe(false);
    });
  });

  it.each([
    ['nothing', ''],
    ['half a head', '0101 0000 0000'],
    ['no end', `${HEAD} 01`],
    ['a reserved delimiter', `${HEAD} 00 03`],
    ['a value outside every group', `${HEAD} 2100017800040000000103`],
    ['a name beyond the end', `${HEAD} 02 21 7fff 78`],
    ['a value beyond the end', `${HEAD} 02 21 0001 78 7fff 00`],
    ['a length over 32,767', `${HEAD} 02 21 0001 78 8000 00 03`],
  ])('%s is not read', (_, hex) => {
    expect(decodeIpp(fromHex(hex))).toBeUndefined();
    expect(documentBytes(fromHex(hex))).toBe(fromHex(hex).length);
  });

  it('cut off anywhere it is not read', () => {
    const bytes = message(item('44', 'sides', utf8('one-sided')), item('34', 'c', ''), item('37', '', ''));
    for (let at = 0; at < bytes.length; at += 1) expect(decodeIpp(bytes.slice(0, at)), `at ${at}`).toBeUndefined();
  });

  it('more values than any printer has are not read', () => {
    const values = (many: number): Uint8Array =>
      message(item('21', 'x', '00000001'), item('21', '', '00000001').repeat(many));
    expect(isRead(values(19_000))).toBe(true);
    expect(isRead(values(20_000))).toBe(false);
    expect(isRead(fromHex(`${HEAD} ${'02'.repeat(20_001)} 03`))).toBe(false);
  });

  it.each([
    ['a nameless attribute', { name: '', values: [{ kind: 'none', tag: 0x13 }] }],
    ['one without a value', { name: 'x', values: [] }],
    ['a collection', { name: 'x', values: [{ kind: 'collection', tag: 0x34 }] }],
    ['a value too long', { name: 'x', values: [{ kind: 'text', tag: 0x41, value: 'x'.repeat(32_768) }] }],
  ] as const)('%s is not written', (_, attribute) => {
    const body: IppBody = { ...EMPTY, groups: [{ tag: 2, attributes: [attribute] }] };
    expect(() => encodeIpp(body)).toThrow(RangeError);
  });

  it('what is written is read the same, with any document behind it', () => {
    fc.assert(
      fc.property(BODY, (body) => {
        const read = decodeIpp(encodeIpp(body));
        expect(read && { ...read, data: toHex(read.data) }).toEqual({ ...body, data: toHex(body.data) });
      }),
    );
  });

  it('any bytes are read or not, never beyond their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const whole = concatBytes(bytes, fromHex('03 21 0001 78 0004 00000001 03'));
        const body = decodeIpp(whole.subarray(0, bytes.length));
        expect(body === undefined || body.data.length < bytes.length).toBe(true);
      }),
    );
  });
});

const EMPTY: IppBody = { version: 0x0101, code: 0, requestId: 1, groups: [], data: new Uint8Array(0) };
const TEXT_TAG = fc.constantFrom(0x41, 0x42, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49);
const BODY: fc.Arbitrary<IppBody> = fc.record({
  version: fc.constantFrom(0x0100, 0x0101, 0x0200),
  code: fc.integer({ min: 0, max: 0xffff }),
  requestId: fc.integer({ min: 1, max: 0x7fff_ffff }),
  groups: fc.array(
    fc.record({
      tag: fc.constantFrom(1, 2, 4, 5, 6, 9),
      attributes: fc.array(
        fc.record({
          name: fc.string({ minLength: 1, maxLength: 20 }),
          values: fc.array(
            fc.oneof(
              fc.record({
                kind: fc.constant('number' as const),
                tag: fc.constantFrom(0x21, 0x23),
                value: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
              }),
              fc.record({ kind: fc.constant('boolean' as const), tag: fc.constant(0x22), value: fc.boolean() }),
              fc.record({
                kind: fc.constant('text' as const),
                tag: TEXT_TAG,
                value: fc.string({ unit: 'binary', maxLength: 40 }),
              }),
              fc.record({ kind: fc.constant('none' as const), tag: fc.constantFrom(0x10, 0x12, 0x13) }),
              fc.record({
                kind: fc.constant('bytes' as const),
                tag: fc.constantFrom(0x30, 0x31, 0x32, 0x33),
                value: fc.uint8Array({ maxLength: 20 }),
              }),
            ),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        { maxLength: 4 },
      ),
    }),
    { maxLength: 4 },
  ),
  data: fc.uint8Array({ maxLength: 60 }),
});
