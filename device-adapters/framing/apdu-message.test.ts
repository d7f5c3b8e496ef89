import { concatBytes, fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApduMessageReader, encodeApduMessage } from './apdu-message.ts';

const LIMIT = 300;

describe('messages of the APDU carrier', () => {
  it('writes and reads length and payload, empty payloads too', () => {
    expect(encodeApduMessage(fromHex('00a4020c02011e'))).toEqual(fromHex('0007 00a4020c02011e'));
    expect(new ApduMessageReader(LIMIT).push(fromHex('0000 0002 9000'))).toEqual({
      ok: true,
      value: [new Uint8Array(0), fromHex('9000')],
    });
  });

  it('finds the same messages at every split point', () => {
    const bytes = fromHex('0002 6982 0000 0003 aa9000');
    const whole = new ApduMessageReader(LIMIT).push(bytes);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const reader = new ApduMessageReader(LIMIT);
      const first = reader.push(bytes.subarray(0, cut));
      const second = reader.push(bytes.subarray(cut));
      if (!first.ok || !second.ok) throw new Error('a good stream was refused');
      expect({ ok: true, value: [...first.value, ...second.value] }).toEqual(whole);
    }
  });

  it('refuses a length over the limit before it waits for the bytes, and stays refused', () => {
    const reader = new ApduMessageReader(LIMIT);
    expect(reader.push(fromHex('012d'))).toMatchObject({ ok: false, error: { code: 'APDU_OVERSIZE' } });
    expect(reader.push(fromHex('0002 9000'))).toMatchObject({ ok: false, error: { code: 'APDU_OVERSIZE' } });
    expect(reader.heldBytes).toBe(0);
  });

  it('carries any payloads in any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: LIMIT }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        (payloads, sizes) => {
          const bytes = concatBytes(...payloads.map(encodeApduMessage));
          const reader = new ApduMessageReader(LIMIT);
          const seen: Uint8Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = sizes[i % sizes.length] ?? 1;
            const part = reader.push(bytes.subarray(at, at + size));
            if (!part.ok) throw new Error('a good stream was refused');
            seen.push(...part.value);
            at += size;
          }
          expect(seen).toEqual(payloads);
        },
      ),
    );
  });

  it('never throws on any bytes and holds no more than one message', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 12 }), (chunks) => {
        const reader = new ApduMessageReader(LIMIT);
        for (const chunk of chunks) {
          reader.push(chunk);
          expect(reader.heldBytes).toBeLessThanOrEqual(LIMIT + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
