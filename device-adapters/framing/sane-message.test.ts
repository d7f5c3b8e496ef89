import { concatBytes } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND, type SaneMessage } from './sane-message.ts';

const RUN: SaneMessage = { kind: SANE_KIND.run, number: 0x0102, payload: Uint8Array.of(0x59, 0x53, 7) };
const BYTES = Uint8Array.of(0x59, 0x53, 1, 0, 1, 2, 0, 0, 0, 3, 0x59, 0x53, 7);

function cut(...chunks: readonly Uint8Array[]): { frames: SaneMessage[]; discarded: number } {
  const cutter = createSaneMessageCutter();
  const cuts = chunks.flatMap((chunk) => cutter.push(chunk));
  const frames = cuts.flatMap((one) => (one.kind === 'frame' ? [one.frame] : []));
  return { frames, discarded: cutter.discardedBytes };
}

describe('messages of the SANE carrier', () => {
  it('have the bytes that the README says', () => {
    expect(encodeSaneMessage(RUN)).toEqual(BYTES);
    expect(cut(BYTES)).toEqual({ frames: [RUN], discarded: 0 });
  });

  it('doubled, split at every point, byte by byte', () => {
    expect(cut(concatBytes(BYTES, BYTES)).frames).toEqual([RUN, RUN]);
    for (let at = 0; at <= BYTES.length; at += 1)
      expect(cut(BYTES.subarray(0, at), BYTES.subarray(at)).frames).toEqual([RUN]);
    expect(cut(...Array.from(BYTES, (byte) => Uint8Array.of(byte))).frames).toEqual([RUN]);
  });

  it('garbage before, between and in place of a head: the good one is found', () => {
    const garbage = Uint8Array.of(0x59, 0x59, 0x53, 1, 9, 0x59);
    expect(cut(concatBytes(garbage, BYTES, garbage, BYTES))).toEqual({ frames: [RUN, RUN], discarded: 12 });
  });

  it('a length that no message has is not waited for', () => {
    const large = Uint8Array.from(BYTES);
    large[6] = 1;
    expect(cut(concatBytes(large, BYTES)).frames).toEqual([RUN]);
    const longest = encodeSaneMessage({ kind: SANE_KIND.ended, number: 1, payload: new Uint8Array(49_152) });
    expect(cut(longest).frames).toHaveLength(1);
    expect(() => encodeSaneMessage({ ...RUN, payload: new Uint8Array(49_153) })).toThrow(RangeError);
  });

  it('a frame owns its bytes', () => {
    const chunk = Buffer.from(BYTES);
    const { frames } = cut(chunk);
    chunk.fill(0);
    expect(frames).toEqual([RUN]);
  });

  it('random bytes never throw and hold no more than one message', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (chunks) => {
        const cutter = createSaneMessageCutter();
        for (const chunk of chunks) cutter.push(chunk);
        expect(cutter.heldBytes).toBeLessThanOrEqual(49_162);
      }),
    );
  });
});
