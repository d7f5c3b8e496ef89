import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16Xmodem, createYmr1Cutter, encodeYmr1, YMR1, type Ymr1Frame } from './ymr1.ts';

// CRCs computed by an independent voice: Python's binascii.crc_hqx(body, 0).
const STATUS = fromHex('59 4D 52 31 0001 02 0000 18D4');
const PRINT: Ymr1Frame = { seq: 0x1234, command: 0x12, data: fromHex('40 0003 41 42 43') };
const PRINT_BYTES = fromHex('59 4D 52 31 1234 12 0006 40 0003 41 42 43 09C4');

function cutAll(...chunks: readonly Uint8Array[]): { frames: Ymr1Frame[]; dropped: number; held: number } {
  const cutter = createYmr1Cutter();
  const frames: Ymr1Frame[] = [];
  for (const chunk of chunks) for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') frames.push(cut.frame);
  return { frames, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}

const statusFrame: Ymr1Frame = { seq: 1, command: 2, data: new Uint8Array(0) };
const stream = concatBytes(STATUS, PRINT_BYTES);
const both = { frames: [statusFrame, PRINT], dropped: 0, held: 0 };

describe('ymr1 frame', () => {
  it('has the published checksum', () => {
    expect(crc16Xmodem(new TextEncoder().encode('123456789'))).toBe(0x31c3);
    expect(crc16Xmodem(new Uint8Array(0))).toBe(0);
  });

  it('is written byte for byte as published', () => {
    expect(toHex(encodeYmr1(statusFrame))).toBe(toHex(STATUS));
    expect(toHex(encodeYmr1(PRINT))).toBe(toHex(PRINT_BYTES));
  });

  it.each([
    ['data', { seq: 1, command: 1, data: new Uint8Array(YMR1.dataBytes + 1) }],
    ['sequence', { seq: 65_536, command: 1, data: new Uint8Array(0) }],
    ['command', { seq: 1, command: 256, data: new Uint8Array(0) }],
  ])('refuses to write %s that does not fit', (_, frame) => {
    expect(() => encodeYmr1(frame)).toThrow(RangeError);
  });
});

describe('ymr1 cutter', () => {
  it('cuts whole and doubled frames', () => {
    expect(cutAll(stream)).toEqual(both);
    expect(cutAll(concatBytes(STATUS, STATUS)).frames).toEqual([statusFrame, statusFrame]);
  });

  it('cuts the same at every split point and one byte at a time', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(cutAll(stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual(both);
    }
    expect(cutAll(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(both);
  });

  const noise = fromHex('00 59 4D FF 59 59 4D 52');
  it.each([
    ['before', concatBytes(noise, STATUS, PRINT_BYTES)],
    ['between', concatBytes(STATUS, noise, PRINT_BYTES)],
  ])('counts garbage %s frames', (_, bytes) => {
    expect(cutAll(bytes)).toEqual({ ...both, dropped: noise.length });
    expect(cutAll(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual({ ...both, dropped: noise.length });
  });

  it('holds what may begin a frame after garbage, until the line is quiet', () => {
    const cutter = createYmr1Cutter();
    cutter.push(concatBytes(stream, noise));
    expect(cutter).toMatchObject({ discardedBytes: 5, heldBytes: 3 });
    expect(cutter.flush()).toEqual([{ kind: 'discarded', bytes: fromHex('59 4D 52') }]);
    expect(cutter).toMatchObject({ discardedBytes: 8, heldBytes: 0 });
  });

  it('finds the good frame behind each single damaged byte', () => {
    for (let at = 0; at < PRINT_BYTES.length; at += 1) {
      const bad = Uint8Array.from(PRINT_BYTES);
      bad[at] = (bad[at] ?? 0) ^ 0x40;
      const cutter = createYmr1Cutter();
      const cuts = [...cutter.push(concatBytes(bad, STATUS)), ...cutter.flush()];
      expect(
        cuts.filter((cut) => cut.kind === 'frame').map((cut) => cut.frame),
        `byte ${at}`,
      ).toEqual([statusFrame]);
      expect(cutter.discardedBytes).toBe(bad.length);
    }
  });

  it('finds the good frame behind a truncated one', () => {
    for (let length = 1; length < PRINT_BYTES.length; length += 1) {
      const cutter = createYmr1Cutter();
      const cuts = [...cutter.push(concatBytes(PRINT_BYTES.slice(0, length), STATUS)), ...cutter.flush()];
      expect(
        cuts.filter((cut) => cut.kind === 'frame').map((cut) => cut.frame),
        `${length} bytes`,
      ).toEqual([statusFrame]);
    }
  });

  it('judges the length before it waits: 8001 costs a byte at once, 8000 is carried', () => {
    const oversize = fromHex('59 4D 52 31 0001 02 1F41');
    expect(cutAll(oversize)).toEqual({ frames: [], dropped: oversize.length, held: 0 });
    const largest: Ymr1Frame = { seq: 9, command: 9, data: new Uint8Array(YMR1.dataBytes).fill(0x59) };
    expect(cutAll(encodeYmr1(largest)).frames).toEqual([largest]);
  });

  it('carries any frame through any cutting, with any noise that holds no preamble', () => {
    const frame = fc.record({ seq: fc.nat(0xffff), command: fc.nat(0xff), data: fc.uint8Array({ maxLength: 300 }) });
    const noises = fc.array(fc.integer({ min: 0x5a, max: 0xff }), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noises, frame), { maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        (parts, step) => {
          const bytes = concatBytes(...parts.flatMap(([junk, one]) => [Uint8Array.from(junk), encodeYmr1(one)]));
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; at += step) chunks.push(bytes.slice(at, at + step));
          const cut = cutAll(...chunks);
          expect(cut.frames).toEqual(parts.map(([, one]) => one));
          expect(cut.dropped).toBe(parts.reduce((sum, [junk]) => sum + junk.length, 0));
        },
      ),
    );
  });

  it('neither throws nor grows on random bytes, and loses count of none', () => {
    const biased = fc.array(fc.constantFrom(0x59, 0x4d, 0x52, 0x31, 0x00, 0x1f, 0x40, 0xff), { maxLength: 3000 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), biased), (junk) => {
        const bytes = Uint8Array.from(junk);
        const cutter = createYmr1Cutter();
        let framed = 0;
        for (const cut of cutter.push(bytes)) if (cut.kind === 'frame') framed += 11 + cut.frame.data.length;
        expect(cutter.heldBytes).toBeLessThan(YMR1.frameBytes);
        expect(framed + cutter.discardedBytes + cutter.heldBytes).toBe(bytes.length);
      }),
    );
  });
});
