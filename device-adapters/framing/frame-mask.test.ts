import fc from 'fast-check';
import { concatBytes } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { createFrameMask, zeroRanges } from './frame-mask.ts';
import { createXorCutter, encodeXorFrame } from './preamble-length-xor.ts';

const mask = () =>
  createFrameMask<Uint8Array>({
    createCutter: createXorCutter,
    encode: (body, direction) => encodeXorFrame(direction === 'sent' ? body : zeroRanges(body, [[1, 3]])),
  });
const FRAME = encodeXorFrame(Uint8Array.of(1, 2, 3, 4));
const MASKED = encodeXorFrame(Uint8Array.of(1, 0, 0, 4));

describe('frame mask', () => {
  it('masks one direction and not the other, with a right check sum, wherever the chunks are cut', () => {
    for (let at = 0; at <= FRAME.length; at += 1) {
      const masking = mask();
      const got = [FRAME.slice(0, at), FRAME.slice(at)].flatMap((chunk) => masking.push('received', chunk));
      expect(got).toEqual([MASKED]);
      expect(masking.flush('received')).toEqual([]);
    }
    expect(mask().push('sent', FRAME)).toEqual([FRAME]);
  });

  it('what is in no frame becomes zeros, and so does half a frame at the end', () => {
    const masking = mask();
    expect(masking.push('received', concatBytes(Uint8Array.of(9, 9), FRAME))).toEqual([Uint8Array.of(0, 0), MASKED]);
    expect(masking.push('received', FRAME.slice(0, 7))).toEqual([]);
    expect(masking.flush('received')).toEqual([new Uint8Array(7)]);
  });

  it('never loses or adds a byte, and lets none of a damaged frame through', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const masking = mask();
        const out = [...chunks.flatMap((chunk) => masking.push('received', chunk)), ...masking.flush('received')];
        expect(concatBytes(...out)).toHaveLength(concatBytes(...chunks).length);
        expect(out.every((piece) => piece.every((byte) => byte === 0))).toBe(true);
      }),
    );
  });

  it('a range beyond the end is cut to it', () => {
    expect(zeroRanges(Uint8Array.of(1, 2, 3), [[2, 9]])).toEqual(Uint8Array.of(1, 2, 0));
    expect(zeroRanges(Uint8Array.of(1), [[5, 9]])).toEqual(Uint8Array.of(1));
  });
});
