import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from './cutter.ts';
import {
  createGm65AnswerCutter,
  encodeGm65Answer,
  encodeGm65Command,
  GM65_FRAME,
  gm65AnswerBytes,
} from './gm65-answer.ts';

const DONE = fromHex('02 00 00 01 00 33 31');
const VALUE = fromHex('02 00 00 01 3E E4 AC');
const SETTINGS = fromHex('02 00 00 07 D5 00 00 03 00 00 32 72 1C');
/** Control bytes, line ends, and the beginning of an answer. */
const CODE = fromHex('41 02 00 00 01 00 0D 0A 02 00 33 FF 1B 0D 0A');
const LONGEST = GM65_FRAME.answerHeadBytes + GM65_FRAME.dataBytes + GM65_FRAME.crcBytes;

function show(cuts: readonly Cut<Uint8Array>[]): string[] {
  return cuts.map((cut) => (cut.kind === 'discarded' ? `-${toHex(cut.bytes)}` : toHex(cut.frame)));
}

/** Answers, and the code around them, of a whole stream. */
function cutAll(awaited: number | undefined, ...chunks: readonly Uint8Array[]): { answers: string[]; code: string } {
  const cutter = createGm65AnswerCutter(() => awaited);
  const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
  const pieces = show(cuts);
  expect(cutter.heldBytes).toBe(0);
  return {
    answers: pieces.filter((piece) => !piece.startsWith('-')),
    code: pieces.flatMap((piece) => (piece.startsWith('-') ? [piece.slice(1)] : [])).join(''),
  };
}

describe('GM65 commands', () => {
  it.each([
    ['read 000A', 7, 0x000a, '01', '7E 00 07 01 00 0A 01 EE 8A'],
    ['write 000A', 8, 0x000a, '3E', '7E 00 08 01 00 0A 3E 4C CF'],
    ['save', 9, 0x0000, '00', '7E 00 09 01 00 00 00 DE C8'],
    ['trigger', 8, 0x0002, '01', '7E 00 08 01 00 02 01 02 DA'],
    ['an address of two bytes', 7, 0x0160, '01', '7E 00 07 01 01 60 01 3D 5B'],
  ])('%s as documented', (_, type, address, data, whole) => {
    expect(toHex(encodeGm65Command(type, address, fromHex(data)))).toBe(toHex(fromHex(whole)));
  });

  it('say how long their answer is', () => {
    expect(gm65AnswerBytes(encodeGm65Command(7, 0, Uint8Array.of(7)))).toBe(7);
    expect(gm65AnswerBytes(encodeGm65Command(8, 0, Uint8Array.of(7)))).toBe(1);
    expect(gm65AnswerBytes(encodeGm65Command(9, 0, Uint8Array.of(0)))).toBe(1);
    for (const bytes of [new Uint8Array(0), DONE, fromHex('7E 01 07')]) expect(gm65AnswerBytes(bytes)).toBeUndefined();
  });
});

describe('GM65 answers', () => {
  it('are encoded as documented', () => {
    expect(encodeGm65Answer(Uint8Array.of(0))).toEqual(DONE);
    expect(encodeGm65Answer(Uint8Array.of(0x3e))).toEqual(VALUE);
    expect(encodeGm65Answer(fromHex('D5 00 00 03 00 00 32'))).toEqual(SETTINGS);
  });

  it('whole and doubled', () => {
    expect(cutAll(1, DONE)).toEqual({ answers: ['00'], code: '' });
    expect(cutAll(1, concatBytes(DONE, VALUE))).toEqual({ answers: ['00', '3e'], code: '' });
    expect(cutAll(7, concatBytes(SETTINGS, SETTINGS)).answers).toHaveLength(2);
  });

  it('before, behind and at every place inside a code: the code is whole without them', () => {
    for (const [answer, awaited] of [
      [DONE, 1],
      [SETTINGS, 7],
    ] as const)
      for (let at = 0; at <= CODE.length; at += 1) {
        const stream = concatBytes(CODE.slice(0, at), answer, CODE.slice(at));
        expect(cutAll(awaited, stream), `answer at ${at}`).toEqual({
          answers: [toHex(answer.slice(4, -2))],
          code: toHex(CODE),
        });
      }
  });

  it('the same at every place and every split point, and one byte at a time', () => {
    for (let at = 0; at <= CODE.length; at += 1) {
      const stream = concatBytes(CODE.slice(0, at), DONE, CODE.slice(at));
      const expected = { answers: ['00'], code: toHex(CODE) };
      for (let cut = 0; cut <= stream.length; cut += 1)
        expect(cutAll(1, stream.slice(0, cut), stream.slice(cut)), `answer at ${at}, split at ${cut}`).toEqual(
          expected,
        );
      expect(cutAll(1, ...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(expected);
    }
  });

  it('come out in order with what is around them', () => {
    const cutter = createGm65AnswerCutter(() => 1);
    expect(show(cutter.push(concatBytes(fromHex('41 42'), DONE, fromHex('43'), VALUE, fromHex('44'))))).toEqual([
      '-4142',
      '00',
      '-43',
      '3e',
      '-44',
    ]);
    expect(cutter.discardedBytes).toBe(4);
  });

  it('that nobody awaits, or of another length, are code', () => {
    expect(cutAll(undefined, DONE)).toEqual({ answers: [], code: toHex(DONE) });
    expect(cutAll(7, DONE)).toEqual({ answers: [], code: toHex(DONE) });
    expect(cutAll(1, SETTINGS)).toEqual({ answers: [], code: toHex(SETTINGS) });
  });

  it('nothing is held while none is awaited: a code is not kept waiting', () => {
    const cutter = createGm65AnswerCutter(() => undefined);
    expect(show(cutter.push(fromHex('02 00 00 01')))).toEqual(['-02000001']);
    expect(cutter.heldBytes).toBe(0);
  });

  it('with any byte damaged are code, and the next one is found', () => {
    for (let at = 0; at < DONE.length; at += 1) {
      const bad = Uint8Array.from(DONE);
      bad[at] = (bad[at] ?? 0) ^ 0x01;
      expect(cutAll(1, bad, VALUE), `byte ${at}`).toEqual({ answers: ['3e'], code: toHex(bad) });
    }
  });

  it('truncated are held, and given up at a gap; a whole one behind is found', () => {
    for (let bytes = 1; bytes < SETTINGS.length; bytes += 1) {
      const cutter = createGm65AnswerCutter(() => 7);
      expect(cutter.push(SETTINGS.slice(0, bytes))).toEqual([]);
      expect(cutter.heldBytes).toBe(bytes);
      expect(show(cutter.flush())).toEqual([`-${toHex(SETTINGS.slice(0, bytes))}`]);
      expect(show(cutter.push(SETTINGS))).toEqual([toHex(SETTINGS.slice(4, -2))]);
    }
  });

  it('longer than anyone asks for are not waited for', () => {
    const cutter = createGm65AnswerCutter(() => 255);
    cutter.push(concatBytes(fromHex('02 00 00 FF'), new Uint8Array(100)));
    expect(cutter.heldBytes).toBeLessThan(LONGEST);
    const longest = encodeGm65Answer(new Uint8Array(GM65_FRAME.dataBytes).fill(2));
    expect(cutAll(GM65_FRAME.dataBytes, longest).answers).toHaveLength(1);
  });

  it.each([Uint8Array.from(VALUE), Buffer.from(VALUE)])('own their bytes: %o may be overwritten', (chunk) => {
    const [cut] = createGm65AnswerCutter(() => 1).push(chunk);
    chunk.fill(0);
    expect(cut?.kind === 'frame' && toHex(cut.frame)).toBe('3e');
  });

  it('round trip: any data in any chunks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: GM65_FRAME.dataBytes }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 40, maxLength: 40 }),
        (data, sizes) => {
          const bytes = encodeGm65Answer(data);
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length; at += sizes[chunks.length - 1] ?? 1) {
            chunks.push(bytes.slice(at, at + (sizes[chunks.length] ?? 1)));
          }
          expect(cutAll(data.length, ...chunks)).toEqual({ answers: [toHex(data)], code: '' });
        },
      ),
    );
  });

  it('20,000 mutated streams: no throw, no byte lost, memory bounded, and a good answer is found after them', () => {
    const random = seeded(65);
    const pieces = [DONE, VALUE, SETTINGS, CODE, fromHex('02 00 00 07'), fromHex('02'), fromHex('02 00 00 01 00 33')];
    for (let times = 0; times < 20_000; times += 1) {
      const awaited = [undefined, 1, 7][random(3)];
      const cutter = createGm65AnswerCutter(() => awaited);
      let sent = 0;
      let got = 0;
      for (let left = 1 + random(6); left > 0; left -= 1) {
        const piece = Uint8Array.from(pieces[random(pieces.length)] ?? CODE);
        if (random(2) === 0) piece[random(piece.length)] = random(256);
        const chunk = piece.subarray(0, 1 + random(piece.length));
        sent += chunk.length;
        got += lengthOf(cutter.push(chunk));
        if (cutter.heldBytes > LONGEST) throw new Error(`${cutter.heldBytes} bytes held`);
      }
      got += lengthOf(cutter.flush());
      if (sent !== got) throw new Error(`${sent} bytes in, ${got} out`);
      if (awaited === 1 && show(cutter.push(DONE)).join('') !== '00') throw new Error('a good answer was not found');
    }
  });
});

/** Bytes that these cuts stand for. */
function lengthOf(cuts: readonly Cut<Uint8Array>[]): number {
  const overhead = LONGEST - GM65_FRAME.dataBytes;
  return cuts.reduce((sum, cut) => sum + (cut.kind === 'frame' ? cut.frame.length + overhead : cut.bytes.length), 0);
}

/** Whole numbers below `n`, the same ones in every run (mulberry32). */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}
