import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIppMessageCutter, encodeIppHead, encodeIppMessage, type IppMessage } from './ipp-message.ts';

const LIMIT = 300;
const REQUEST: IppMessage = { number: 0x1234, status: 0, payload: fromHex('01 01 00 0B') };
const REFUSAL: IppMessage = { number: 1, status: 404, payload: new Uint8Array(0) };
const REQUEST_BYTES = fromHex('59 49 1234 0000 00000004 01 01 00 0B');
const REFUSAL_BYTES = fromHex('59 49 0001 0194 00000000');
const STREAM = concatBytes(REQUEST_BYTES, REFUSAL_BYTES);

function cutAll(...chunks: readonly Uint8Array[]): { messages: IppMessage[]; dropped: number; held: number } {
  const cutter = createIppMessageCutter(LIMIT);
  const messages = chunks
    .flatMap((chunk) => cutter.push(chunk))
    .flatMap((cut) => (cut.kind === 'frame' ? [cut.frame] : []));
  return { messages, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}
const both = { messages: [REQUEST, REFUSAL], dropped: 0, held: 0 };

describe('messages of the IPP carrier', () => {
  it('are written byte for byte as published', () => {
    expect(toHex(encodeIppMessage(REQUEST))).toBe(toHex(REQUEST_BYTES));
    expect(toHex(encodeIppMessage(REFUSAL))).toBe(toHex(REFUSAL_BYTES));
    expect(encodeIppHead(REQUEST, 4)).toEqual(REQUEST_BYTES.slice(0, 10));
  });

  it.each([
    ['number', { ...REQUEST, number: 65_536 }],
    ['status', { ...REQUEST, status: 65_536 }],
  ])('a %s that does not fit is not written', (_, message) => {
    expect(() => encodeIppMessage(message)).toThrow(RangeError);
  });

  it('are cut whole, doubled, at every split point and one byte at a time', () => {
    expect(cutAll(STREAM)).toEqual(both);
    expect(cutAll(REFUSAL_BYTES, REFUSAL_BYTES).messages).toEqual([REFUSAL, REFUSAL]);
    for (let at = 0; at <= STREAM.length; at += 1)
      expect(cutAll(STREAM.slice(0, at), STREAM.slice(at)), `split at ${at}`).toEqual(both);
    expect(cutAll(...Array.from(STREAM, (byte) => Uint8Array.of(byte)))).toEqual(both);
  });

  const noise = fromHex('00 59 59 FF 49 59 4A');
  it.each([
    ['before', concatBytes(noise, STREAM)],
    ['between', concatBytes(REQUEST_BYTES, noise, REFUSAL_BYTES)],
    ['after', concatBytes(STREAM, noise)],
  ])('are found with garbage %s', (_, bytes) => {
    expect(cutAll(bytes)).toEqual({ ...both, dropped: noise.length });
  });

  it('a length over the limit is not waited for', () => {
    const oversize = fromHex('59 49 0001 0000 0000012D');
    expect(cutAll(oversize)).toMatchObject({ messages: [], dropped: 10, held: 0 });
    expect(cutAll(oversize, STREAM).messages).toEqual(both.messages);
    expect(cutAll(fromHex('59 49 0001 0000 0000012C'))).toMatchObject({ dropped: 0, held: 10 });
  });

  it('behind a truncated one the next is found when the gap is over', () => {
    for (let at = 1; at < REQUEST_BYTES.length; at += 1) {
      const cutter = createIppMessageCutter(LIMIT);
      cutter.push(REQUEST_BYTES.slice(0, at));
      cutter.flush();
      expect(cutter.heldBytes).toBe(0);
      expect(cutter.push(STREAM).filter((cut) => cut.kind === 'frame')).toHaveLength(2);
    }
  });

  it('owns its payload, also when it is cut from a Buffer', () => {
    const bytes = Buffer.from(REQUEST_BYTES);
    const [cut] = createIppMessageCutter(LIMIT).push(bytes);
    bytes.fill(0xee);
    expect(cut).toEqual({ kind: 'frame', frame: REQUEST });
  });

  it('holds no more than the limit and loses no byte, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 40 }), (chunks) => {
        const cutter = createIppMessageCutter(LIMIT);
        const cuts = chunks.flatMap((chunk) => cutter.push(chunk));
        expect(cutter.heldBytes).toBeLessThanOrEqual(LIMIT + 10);
        const out = [...cuts, ...cutter.flush()].map((cut) =>
          cut.kind === 'frame' ? encodeIppMessage(cut.frame) : cut.bytes,
        );
        expect(toHex(concatBytes(...out))).toBe(toHex(concatBytes(...chunks)));
      }),
    );
  });

  it('carries any messages in any chunks', () => {
    const message = fc.record({
      number: fc.integer({ min: 0, max: 0xffff }),
      status: fc.integer({ min: 0, max: 0xffff }),
      payload: fc.uint8Array({ maxLength: LIMIT }),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), sizes, (messages, chunkSizes) => {
        const stream = concatBytes(...messages.map(encodeIppMessage));
        const chunks: Uint8Array[] = [];
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const size = chunkSizes[n % chunkSizes.length] ?? 1;
          chunks.push(stream.slice(at, at + size));
          at += size;
        }
        expect(cutAll(...chunks)).toEqual({ messages, dropped: 0, held: 0 });
      }),
    );
  });
});
