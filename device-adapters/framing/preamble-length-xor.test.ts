import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from './cutter.ts';
import { createXorCutter, encodeXorFrame, XOR_BODY_LIMIT_BYTES } from './preamble-length-xor.ts';

const PREAMBLE = 'AA AA AA 96 69';
const NOISE = fromHex('00 AA 96 FF');
const FIND = fromHex(`${PREAMBLE} 00 03 20 01 22`);
const FOUND = fromHex(`${PREAMBLE} 00 08 00 00 9F 00 00 00 00 97`);
const LONGEST = XOR_BODY_LIMIT_BYTES + 8;
const stream = concatBytes(FIND, FOUND);
const both = ['2001', '00009f00000000'];

function show(cuts: readonly Cut<Uint8Array>[]): string[] {
  return cuts.map((cut) => (cut.kind === 'discarded' ? `-${toHex(cut.bytes)}` : toHex(cut.frame)));
}

/** What came out whole; how discarded bytes were grouped depends on the chunks. */
function cutAll(...chunks: readonly Uint8Array[]): { bodies: string[]; dropped: number; held: number } {
  const cutter = createXorCutter();
  const bodies = chunks.flatMap((chunk) => show(cutter.push(chunk))).filter((piece) => !piece.startsWith('-'));
  return { bodies, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}

describe('preamble-length-XOR cutter', () => {
  it.each([
    ['10 FF', '00 03 10 FF EC'],
    ['11 FF', '00 03 11 FF ED'],
    ['12 FF', '00 03 12 FF EE'],
    ['20 01', '00 03 20 01 22'],
    ['20 02', '00 03 20 02 21'],
    ['30 01', '00 03 30 01 32'],
    ['30 03', '00 03 30 03 30'],
    ['30 05', '00 03 30 05 36'],
    ['30 10', '00 03 30 10 23'],
    ['60 00', '00 03 60 00 63'],
    ['60 04', '00 03 60 04 67'],
    ['61 FF 50', '00 04 61 FF 50 CA'],
    ['00 00 80', '00 04 00 00 80 84'],
    ['00 00 81', '00 04 00 00 81 85'],
    ['00 00 41', '00 04 00 00 41 45'],
    ['00 00 90 00 00 00 00 00 00 00 00', '00 0C 00 00 90 00 00 00 00 00 00 00 00 9C'],
  ])('encodes %s as documented', (body, whole) => {
    expect(toHex(encodeXorFrame(fromHex(body)))).toBe(toHex(fromHex(`${PREAMBLE} ${whole}`)));
  });

  it('cuts whole and doubled frames', () => {
    expect(cutAll(stream)).toEqual({ bodies: both, dropped: 0, held: 0 });
    expect(cutAll(concatBytes(stream, stream))).toEqual({ bodies: [...both, ...both], dropped: 0, held: 0 });
  });

  it('cuts the same at every split point and one byte at a time', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(cutAll(stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual({
        bodies: both,
        dropped: 0,
        held: 0,
      });
    }
    expect(cutAll(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual({ bodies: both, dropped: 0, held: 0 });
  });

  it.each([
    ['before', concatBytes(NOISE, FIND, FOUND)],
    ['between', concatBytes(FIND, NOISE, FOUND)],
    ['after', concatBytes(FIND, FOUND, NOISE)],
  ])('counts garbage %s and still finds the frames', (_, bytes) => {
    expect(cutAll(bytes)).toEqual({ bodies: both, dropped: NOISE.length, held: 0 });
  });

  it('emits discarded bytes as they were', () => {
    expect(show(createXorCutter().push(concatBytes(fromHex('DEAD'), FIND, fromHex('BE'))))).toEqual([
      '-dead',
      '2001',
      '-be',
    ]);
  });

  it('an AA before the preamble costs itself only', () => {
    expect(cutAll(Uint8Array.of(0xaa, 0xaa), FIND)).toEqual({ bodies: ['2001'], dropped: 2, held: 0 });
  });

  it('drops a frame with a bad checksum and finds the next, also when it begins inside', () => {
    for (let at = 5; at < FIND.length; at += 1) {
      const bad = Uint8Array.from(FIND);
      bad[at] = (bad[at] ?? 0) ^ 0x01;
      // A changed low length byte may wait for more; the gap then gives the false start up.
      const cutter = createXorCutter();
      const cuts = [...cutter.push(bad), ...cutter.push(FOUND), ...cutter.flush()];
      expect(show(cuts).filter((piece) => !piece.startsWith('-'))).toEqual([both[1]]);
    }
    // The length of the bad frame reaches over the good one: only dropping byte by byte can find it.
    expect(cutAll(fromHex(`${PREAMBLE} 00 10`), FIND, new Uint8Array(9)).bodies).toEqual(['2001']);
  });

  it.each(['00 00', '00 01 00', '00 02 20 22'])('a length below any message (%s) is not waited for', (rest) => {
    const short = fromHex(`${PREAMBLE} ${rest}`);
    expect(cutAll(short)).toMatchObject({ held: 0 });
    expect(cutAll(short, FIND)).toMatchObject({ bodies: ['2001'], dropped: short.length });
  });

  it('checks an oversize length before waiting for it, and takes the longest', () => {
    const counted = XOR_BODY_LIMIT_BYTES + 2;
    const oversize = concatBytes(fromHex(PREAMBLE), Uint8Array.of(counted >> 8, counted & 0xff));
    expect(cutAll(oversize)).toMatchObject({ held: 0 });
    expect(cutAll(oversize, FIND).bodies).toEqual(['2001']);
    expect(cutAll(encodeXorFrame(new Uint8Array(XOR_BODY_LIMIT_BYTES + 1)), FIND).bodies).toEqual(['2001']);
    const longest = encodeXorFrame(new Uint8Array(XOR_BODY_LIMIT_BYTES).fill(0xaa));
    expect(longest).toHaveLength(LONGEST);
    expect(cutAll(longest, FIND).bodies.map((body) => body.length / 2)).toEqual([XOR_BODY_LIMIT_BYTES, 2]);
  });

  it('holds a truncated frame, and gives it up at a gap', () => {
    const cutter = createXorCutter();
    expect(cutter.push(FOUND.slice(0, 12))).toEqual([]);
    expect(cutter.heldBytes).toBe(12);
    expect(show(cutter.flush())).toEqual([`-${toHex(FOUND.slice(0, 12))}`]);
    expect(show(cutter.push(FIND))).toEqual(['2001']);
    expect(cutter.flush()).toEqual([]);
  });

  it('a gap gives up the false start only: a whole frame behind it is found', () => {
    const cutter = createXorCutter();
    expect(cutter.push(concatBytes(fromHex(`${PREAMBLE} 05 08`), FIND))).toEqual([]);
    expect(show(cutter.flush())).toEqual(['-aaaaaa96690508', '2001']);
    expect(cutter.heldBytes).toBe(0);
  });

  it.each([Uint8Array.from(FOUND), Buffer.from(FOUND)])('a body owns its bytes: %o may be overwritten', (chunk) => {
    const [cut] = createXorCutter().push(chunk);
    chunk.fill(0);
    expect(cut?.kind === 'frame' && toHex(cut.frame)).toBe(both[1]);
  });

  it('round trip: any bodies in any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 2, maxLength: 60 }), { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (sent, sizes) => {
          const cutter = createXorCutter();
          const bytes = concatBytes(...sent.map(encodeXorFrame));
          const got: string[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = sizes.next().value as number;
            got.push(...show(cutter.push(bytes.slice(at, at + size))));
            at += size;
          }
          expect(got).toEqual(sent.map(toHex));
        },
      ),
    );
  });

  it('random bytes never throw, hang or grow, no byte is lost, and a good frame is found after them', () => {
    const noise = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.constant(fromHex(`${PREAMBLE} 00 F0`)),
        fc.constant(fromHex(PREAMBLE)),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, (chunks) => {
        const cutter = createXorCutter();
        let framed = 0;
        let sent = 0;
        for (const chunk of chunks) {
          for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') framed += cut.frame.length + 8;
          sent += chunk.length;
          expect(cutter.heldBytes).toBeLessThan(LONGEST);
          expect(framed + cutter.discardedBytes + cutter.heldBytes).toBe(sent);
        }
        cutter.flush();
        expect(show(cutter.push(FIND))).toEqual(['2001']);
      }),
    );
  });
});
