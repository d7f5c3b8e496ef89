import { fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { CarrierEar, carriedAnswer, MOST_BYTES } from './simulator-carrier.ts';
import { attribute, collection, letters, readRequest, whole, writeAnswer } from './simulator-ipp.ts';

/** Written by hand from RFC 8010 §3: charset, language, a set of two keywords, a boolean; three bytes of document. */
const REQUEST =
  '0101' + // version 1.1
  '0002' + // Print-Job
  '00000009' + // request-id
  '01' + // operation-attributes-tag
  '47001261747472696275746573' +
  '2d6368617273657400057574662d38' + // attributes-charset utf-8
  '44000477616e740001' +
  '61' + // want: a
  '4400000001' +
  '62' + // and b
  '22000466616972000101' + // fair: true
  '03' + // end
  'c0ffee';

describe('requests', () => {
  it('reads what RFC 8010 lays down', () => {
    const read = readRequest(fromHex(REQUEST));
    expect(read).toMatchObject({ major: 1, minor: 1, operation: 2, requestId: 9 });
    expect(toHex(read?.document ?? new Uint8Array(0))).toBe('c0ffee');
    const [group] = read?.groups ?? [];
    expect(group?.tag).toBe(1);
    expect(group?.attributes.map(({ name, values }) => [name, values.map(({ bytes }) => toHex(bytes))])).toEqual([
      ['attributes-charset', ['7574662d38']],
      ['want', ['61', '62']],
      ['fair', ['01']],
    ]);
  });

  it('a request cut anywhere is none, nor is a value outside every group', () => {
    const whole = fromHex(REQUEST);
    const end = whole.length - 3;
    for (let length = 0; length < end; length += 1)
      expect(readRequest(whole.subarray(0, length)), `${length}`).toBeUndefined();
    expect(readRequest(whole.subarray(0, end))?.document).toHaveLength(0);
    expect(readRequest(fromHex('0101000200000009' + '4400016100' + '0162' + '03'))).toBeUndefined();
    expect(readRequest(fromHex('0101000200000009' + '01' + '44000000' + '0162' + '03'))).toBeUndefined();
  });

  it('a view into a larger buffer is read from where it begins', () => {
    const inside = Buffer.concat([Buffer.from('ffff', 'hex'), fromHex(REQUEST)]).subarray(2);
    expect(readRequest(inside)).toMatchObject({ operation: 2, requestId: 9 });
  });
});

describe('answers', () => {
  it('writes sets and collections as RFC 8010 lays them down', () => {
    const size = collection({ x: [whole(0x21, -2)] });
    const answer = writeAnswer({
      major: 1,
      minor: 1,
      status: 0x0406,
      requestId: 9,
      groups: [
        { tag: 4, attributes: [attribute('is', letters(0x44, 'a'), letters(0x44, 'b')), attribute('m', ...size)] },
      ],
    });
    expect(toHex(answer)).toBe(
      '0101040600000009' +
        '04' +
        '4400026973000161' +
        '4400000001' +
        '62' +
        '3400016d0000' + // begCollection
        '4a0000000178' + // memberAttrName x
        '2100000004fffffffe' +
        '3700000000' + // endCollection
        '03',
    );
  });
});

describe('the carrier', () => {
  const seen = (...chunks: readonly string[]): [number, string][] => {
    const requests: [number, string][] = [];
    const ear = new CarrierEar(({ number, body }) => requests.push([number, toHex(body)]));
    for (const chunk of chunks) ear.push(fromHex(chunk));
    return requests;
  };

  it('puts pieces together, and takes two that come at once', () => {
    expect(seen('594900050000', '00000002c0', 'ff')).toEqual([[5, 'c0ff']]);
    expect(seen('59490005000000000001aa59490006000000000000')).toEqual([
      [5, 'aa'],
      [6, ''],
    ]);
  });

  it('drops what begins no message or would be too long', () => {
    expect(seen('ff00594900050000ffffffff', '59490007000000000001bb')).toEqual([[7, 'bb']]);
  });

  it('every split of two messages gives both', () => {
    const bytes = '59490005000000000001aa5949000600000000000359495a';
    for (let at = 2; at < bytes.length; at += 2)
      expect(seen(bytes.slice(0, at), bytes.slice(at)), `${at}`).toEqual([
        [5, 'aa'],
        [6, '59495a'],
      ]);
  });

  it('a new line forgets half a request', () => {
    const requests: number[] = [];
    const ear = new CarrierEar(({ number }) => requests.push(number));
    ear.push(fromHex('594900050000000000ff'));
    ear.reset();
    ear.push(fromHex('59490008000000000000'));
    expect(requests).toEqual([8]);
  });

  it('an answer has the number, the HTTP status and the length before it', () => {
    expect(toHex(carriedAnswer(513, 404, new Uint8Array(0)))).toBe('59490201019400000000');
    expect(toHex(carriedAnswer(1, 200, Uint8Array.of(9)))).toBe('5949000100c80000000109');
    expect(MOST_BYTES).toBe(16 * 1024 * 1024 + 65_536);
  });
});
