import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from './cutter.ts';
import { BCC_BODY_LIMIT_BYTES, createBccCutter, encodeBlock, type BccPiece } from './preamble-length-bcc.ts';

// Frames of the public transcription (README of the CRT-591 driver): status enquiry, and its answer "card at gate".
const STATUS = fromHex('F2 00 00 03 43 31 30 03 B0');
const ANSWER = encodeBlock(0, fromHex('50 31 30 31 32 30'));
const ACK = Uint8Array.of(0x06);

function show(cuts: readonly Cut<BccPiece>[]): string[] {
  return cuts.map((cut) => {
    if (cut.kind === 'discarded') return `-${toHex(cut.bytes)}`;
    return cut.frame.kind === 'block' ? `#${toHex(cut.frame.body)}` : cut.frame.kind;
  });
}

/** What came out whole, with the discarded bytes joined: how they were grouped depends on the chunks. */
function cutAll(...chunks: readonly Uint8Array[]): { pieces: string[]; dropped: number; held: number } {
  const cutter = createBccCutter();
  const pieces = chunks.flatMap((chunk) => show(cutter.push(chunk))).filter((piece) => !piece.startsWith('-'));
  return { pieces, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}

const both = ['#433130', 'ack', '#503130313230'];
const stream = concatBytes(STATUS, ACK, ANSWER);

describe('preamble-length-BCC cutter', () => {
  it('encodes the documented frames byte for byte', () => {
    const frames: readonly (readonly [string, string])[] = [
      ['43 30 33', 'f20000034330' + '3303b2'],
      ['43 30 31', 'f20000034330' + '3103b0'],
      ['43 31 30', 'f20000034331' + '3003b0'],
      ['43 31 31', 'f20000034331' + '3103b1'],
      ['43 32 30', 'f20000034332' + '3003b3'],
      ['43 32 31', 'f20000034332' + '3103b2'],
      ['43 32 33', 'f20000034332' + '3303b0'],
      ['43 32 39', 'f20000034332' + '3903ba'],
    ];
    for (const [body, whole] of frames) expect(toHex(encodeBlock(0, fromHex(body)))).toBe(whole);
  });

  it('cuts whole and doubled frames', () => {
    expect(cutAll(stream)).toEqual({ pieces: both, dropped: 0, held: 0 });
    expect(cutAll(concatBytes(stream, stream))).toEqual({ pieces: [...both, ...both], dropped: 0, held: 0 });
  });

  it('cuts the same at every split point and one byte at a time', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(cutAll(stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual({
        pieces: both,
        dropped: 0,
        held: 0,
      });
    }
    expect(cutAll(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual({ pieces: both, dropped: 0, held: 0 });
  });

  it.each([
    ['before', concatBytes(fromHex('00 FF 50'), STATUS, ANSWER)],
    ['between', concatBytes(STATUS, fromHex('00 FF 50'), ANSWER)],
    ['after', concatBytes(STATUS, ANSWER, fromHex('00 FF 50'))],
  ])('counts garbage %s and still finds the frames', (_, bytes) => {
    expect(cutAll(bytes)).toEqual({ pieces: ['#433130', '#503130313230'], dropped: 3, held: 0 });
  });

  it('emits discarded bytes as they were', () => {
    expect(show(createBccCutter().push(concatBytes(fromHex('DEAD'), ACK, fromHex('BE'))))).toEqual([
      '-dead',
      'ack',
      '-be',
    ]);
  });

  it('drops a frame with a bad checksum and finds the next, also when it begins inside', () => {
    const bad = Uint8Array.from(STATUS);
    bad[bad.length - 1] = 0x00;
    expect(cutAll(bad, STATUS).pieces).toEqual(['#433130']);
    // The length of the bad frame reaches over the good one: only dropping byte by byte can find it.
    const reaching = concatBytes(fromHex('F2 00 00 08'), STATUS);
    expect(cutAll(reaching, new Uint8Array(8)).pieces).toEqual(['#433130']);
  });

  it('drops a frame without its end mark, a zero length and a false address', () => {
    const noEtx = Uint8Array.from(STATUS);
    noEtx[noEtx.length - 2] = 0x02;
    for (const bad of [noEtx, fromHex('F2 00 00 00 03 F1'), fromHex('F2 10 00 03 43 31 30 03 A0')]) {
      expect(cutAll(bad, STATUS).pieces.at(-1)).toBe('#433130');
      expect(cutAll(bad, STATUS).pieces.filter((piece) => piece.startsWith('#'))).toHaveLength(1);
    }
  });

  it('checks an oversize length before waiting for it', () => {
    const length = BCC_BODY_LIMIT_BYTES + 1;
    const oversize = Uint8Array.of(0xf2, 0, length >> 8, length & 0xff);
    expect(cutAll(oversize)).toMatchObject({ held: 0 });
    expect(cutAll(oversize, STATUS).pieces).toEqual(['#433130']);
  });

  it('holds a truncated frame, and gives it up at a gap', () => {
    const cutter = createBccCutter();
    expect(cutter.push(STATUS.slice(0, 6))).toEqual([]);
    expect(cutter.heldBytes).toBe(6);
    expect(show(cutter.flush())).toEqual(['-f20000034331']);
    expect(show(cutter.push(STATUS))).toEqual(['#433130']);
    expect(cutter.flush()).toEqual([]);
  });

  it('a gap gives up the false start only: a whole frame behind it is found', () => {
    const cutter = createBccCutter();
    expect(cutter.push(concatBytes(fromHex('F2 00 01 00'), STATUS))).toEqual([]);
    expect(show(cutter.flush())).toEqual(['-f2000100', '#433130']);
    expect(cutter.heldBytes).toBe(0);
  });

  it('round trip: any bodies in any chunks', () => {
    const body = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(15), body), { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (blocks, sizes) => {
          const cutter = createBccCutter();
          const bytes = concatBytes(...blocks.map(([address, content]) => encodeBlock(address, content)));
          const got: BccPiece[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value as number;
            for (const cut of cutter.push(bytes.slice(at, at + size))) if (cut.kind === 'frame') got.push(cut.frame);
            at += size;
          }
          expect(got).toEqual(blocks.map(([address, content]) => ({ kind: 'block', address, body: content })));
          expect(cutter.discardedBytes).toBe(0);
        },
      ),
    );
  });

  it('random bytes never throw, hang or grow, no byte is lost, and a good frame is found after them', () => {
    const noise = fc.array(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constant(fromHex('F2 00 01 F0'))), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(noise, (chunks) => {
        const cutter = createBccCutter();
        let framed = 0;
        const count = (cuts: readonly Cut<BccPiece>[]): void => {
          for (const cut of cuts) {
            if (cut.kind === 'frame') framed += cut.frame.kind === 'block' ? cut.frame.body.length + 6 : 1;
          }
        };
        let sent = 0;
        for (const chunk of chunks) {
          count(cutter.push(chunk));
          sent += chunk.length;
          expect(cutter.heldBytes).toBeLessThan(BCC_BODY_LIMIT_BYTES + 6);
          expect(framed + cutter.discardedBytes + cutter.heldBytes).toBe(sent);
        }
        cutter.flush();
        expect(show(cutter.push(STATUS))).toEqual(['#433130']);
      }),
    );
  });
});
