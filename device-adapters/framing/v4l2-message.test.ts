import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND, type V4l2Message } from './v4l2-message.ts';

const LOOK: V4l2Message = { kind: V4L2_KIND.look, number: 0x1234, payload: new Uint8Array(0) };
const PIECE: V4l2Message = { kind: V4L2_KIND.piece, number: 2, payload: fromHex('FF D8 59 56') };
const LOOK_BYTES = fromHex('59 56 01 00 1234 00000000');
const PIECE_BYTES = fromHex('59 56 83 00 0002 00000004 FF D8 59 56');
const STREAM = concatBytes(LOOK_BYTES, PIECE_BYTES);

function cutAll(...chunks: readonly Uint8Array[]): { messages: V4l2Message[]; dropped: number; held: number } {
  const cutter = createV4l2MessageCutter();
  const messages = chunks
    .flatMap((chunk) => cutter.push(chunk))
    .flatMap((cut) => (cut.kind === 'frame' ? [cut.frame] : []));
  return { messages, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}
const both = { messages: [LOOK, PIECE], dropped: 0, held: 0 };

describe('messages of the camera’s carrier', () => {
  it('are written byte for byte as published', () => {
    expect(toHex(encodeV4l2Message(LOOK))).toBe(toHex(LOOK_BYTES));
    expect(toHex(encodeV4l2Message(PIECE))).toBe(toHex(PIECE_BYTES));
  });

  it.each([
    ['number', { ...LOOK, number: 65_536 }],
    ['kind', { ...LOOK, kind: 256 }],
    ['payload', { ...LOOK, payload: new Uint8Array(49_153) }],
  ])('a %s that does not fit is not written', (_, message) => {
    expect(() => encodeV4l2Message(message)).toThrow(RangeError);
  });

  it('are cut whole, doubled, at every split point and one byte at a time', () => {
    expect(cutAll(STREAM)).toEqual(both);
    expect(cutAll(PIECE_BYTES, PIECE_BYTES).messages).toEqual([PIECE, PIECE]);
    for (let at = 0; at <= STREAM.length; at += 1)
      expect(cutAll(STREAM.slice(0, at), STREAM.slice(at)), `split at ${at}`).toEqual(both);
    expect(cutAll(...Array.from(STREAM, (byte) => Uint8Array.of(byte)))).toEqual(both);
  });

  const noise = fromHex('00 59 59 FF 56 59 57');
  it.each([
    ['before', concatBytes(noise, STREAM)],
    ['between', concatBytes(LOOK_BYTES, noise, PIECE_BYTES)],
    ['after', concatBytes(STREAM, noise)],
  ])('are found with garbage %s', (_, bytes) => {
    expect(cutAll(bytes)).toEqual({ ...both, dropped: noise.length });
  });

  it('a length over the limit, or a fourth byte that is not zero, is not waited for', () => {
    for (const bad of ['59 56 83 00 0001 0000C001', '59 56 83 01 0001 00000004']) {
      expect(cutAll(fromHex(bad))).toMatchObject({ messages: [], held: 0 });
      expect(cutAll(fromHex(bad), STREAM).messages).toEqual(both.messages);
    }
    expect(cutAll(fromHex('59 56 83 00 0001 0000C000'))).toMatchObject({ dropped: 0, held: 10 });
  });

  it('behind a truncated one the next is found when the gap is over', () => {
    const cutter = createV4l2MessageCutter();
    expect(cutter.push(PIECE_BYTES.slice(0, 11))).toEqual([]);
    cutter.flush();
    expect(cutter.push(LOOK_BYTES)).toEqual([{ kind: 'frame', frame: LOOK }]);
  });

  it('come back as they were written; random bytes never throw or grow', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const kind = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(kind, fc.integer({ min: 1, max: 65_535 }), bytes, (one, number, payload) => {
        expect(cutAll(encodeV4l2Message({ kind: one, number, payload })).messages).toEqual([
          { kind: one, number, payload },
        ]);
      }),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (chunks) => {
        const cutter = createV4l2MessageCutter();
        for (const chunk of chunks) cutter.push(chunk);
        expect(cutter.heldBytes).toBeLessThanOrEqual(49_162);
      }),
    );
  });
});
