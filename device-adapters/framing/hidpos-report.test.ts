import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from './cutter.ts';
import {
  decodeHidIdentityPart,
  decodeHidOrder,
  encodeHidIdentity,
  encodeHidOrder,
  HID_MESSAGE,
  HID_ORDER,
} from './hid-message.ts';
import {
  createHidMessageCutter,
  createHidposCutter,
  encodeHidposScan,
  HIDPOS,
  type HidposPiece,
} from './hidpos-report.ts';

const AIM = fromHex('5D 51 31');
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const scan = (data: Uint8Array, isMore = false): Uint8Array =>
  encodeHidposScan({ aim: AIM, data, symbology: 0x73, isMore });
/** `R7K2`, written by hand from the table. */
const BY_HAND = concatBytes(fromHex('02 04 5D 51 31 52 37 4B 32'), new Uint8Array(52), fromHex('73 00 00'));
const FULL = scan(
  Uint8Array.from({ length: 56 }, (_, at) => at),
  true,
);
const WRONG_ID = scan(ascii('key')).with(0, 0x03);
const TOO_LONG = scan(new Uint8Array(56).fill(0x41)).with(1, 57);
const IDENTITY = encodeHidIdentity(ascii('0c2e:0b61;'.repeat(9)));

function show(cuts: readonly Cut<HidposPiece>[]): string[] {
  return cuts.map((cut) => {
    if (cut.kind === 'discarded') return `-${cut.bytes.length}`;
    if (cut.frame.kind === 'identity') return `${cut.frame.part}/${cut.frame.parts}`;
    return `${toHex(cut.frame.data)}${cut.frame.isMore ? '+' : ''}`;
  });
}

function cutAll(...chunks: readonly Uint8Array[]): string[] {
  const cutter = createHidposCutter();
  const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
  expect(cutter.heldBytes).toBe(0);
  return show(cuts);
}

describe('scanned-data reports', () => {
  it('are what the table says', () => {
    expect(scan(ascii('R7K2'))).toEqual(BY_HAND);
    const [cut] = createHidposCutter().push(BY_HAND);
    expect(cut).toEqual({
      kind: 'frame',
      frame: { kind: 'scan', aim: AIM, data: ascii('R7K2'), symbology: 0x73, isMore: false },
    });
  });

  it('only bit 0 says that more follows', () => {
    for (let flags = 0; flags < 0x100; flags += 1)
      expect(cutAll(BY_HAND.with(63, flags))).toEqual([`52374b32${(flags & 1) === 1 ? '+' : ''}`]);
  });

  it('hold up to 56 bytes; a longer one is discarded whole, whatever it holds', () => {
    for (let length = 0; length < 0x100; length += 1) {
      const cut = cutAll(TOO_LONG.with(1, length));
      expect(cut).toEqual(length <= HIDPOS.dataBytes ? ['41'.repeat(length)] : ['-64']);
    }
  });

  it('of another id are discarded whole; the next one is cut, and what was lost is counted', () => {
    const cutter = createHidposCutter();
    expect(show(cutter.push(concatBytes(WRONG_ID, BY_HAND, TOO_LONG, FULL)))).toEqual([
      '-64',
      '52374b32',
      '-64',
      `${toHex(FULL.slice(5, 61))}+`,
    ]);
    expect(cutter.discardedBytes).toBe(128);
  });

  it('are the same split at every point, one byte at a time and doubled', () => {
    const stream = concatBytes(FULL, WRONG_ID, BY_HAND, IDENTITY, TOO_LONG, BY_HAND);
    const whole = cutAll(stream);
    expect(whole).toEqual([`${toHex(FULL.slice(5, 61))}+`, '-64', '52374b32', '0/2', '1/2', '-64', '52374b32']);
    for (let at = 0; at <= stream.length; at += 1)
      expect(cutAll(stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual(whole);
    expect(cutAll(...Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(whole);
    expect(cutAll(stream, stream)).toEqual([...whole, ...whole]);
  });

  it('truncated at any byte: held, dropped at the pause; then a report begins anew', () => {
    for (let at = 1; at < BY_HAND.length; at += 1) {
      const cutter = createHidposCutter();
      expect(cutter.push(BY_HAND.slice(0, at))).toEqual([]);
      expect(cutter.heldBytes).toBe(at);
      expect(show(cutter.flush())).toEqual([`-${at}`]);
      expect(show(cutter.push(BY_HAND))).toEqual(['52374b32']);
      expect(cutter.discardedBytes).toBe(at);
    }
  });

  it('garbage before: out of step up to the pause and no further; never more than one report is held', () => {
    for (let noise = 1; noise < 130; noise += 1) {
      const cutter = createHidposCutter();
      cutter.push(new Uint8Array(noise).fill(0xff));
      cutter.push(BY_HAND);
      cutter.flush();
      expect(show(cutter.push(BY_HAND)), `${noise} bytes`).toEqual(['52374b32']);
    }
  });

  it('give their own bytes: what is handed in may be overwritten', () => {
    const chunk = Uint8Array.from(BY_HAND);
    const [cut] = createHidposCutter().push(chunk);
    chunk.fill(0);
    expect(cut).toMatchObject({ frame: { data: ascii('R7K2') } });
  });

  it('any report comes back as it was, in any pieces', () => {
    const reports = fc.array(
      fc.record({
        aim: fc.uint8Array({ minLength: 3, maxLength: 3 }),
        data: fc.uint8Array({ maxLength: 56 }),
        symbology: fc.nat(255),
        isMore: fc.boolean(),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(reports, fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 20 }), (scans, sizes) => {
        const stream = concatBytes(...scans.map(encodeHidposScan));
        const cutter = createHidposCutter();
        const cuts = inPieces(stream, sizes).flatMap((piece) => cutter.push(piece));
        expect(cuts.map((cut) => (cut.kind === 'frame' ? cut.frame : cut))).toEqual(
          scans.map((one) => ({ kind: 'scan', ...one })),
        );
      }),
    );
  });

  it('any bytes: nothing throws, nothing is lost uncounted, at most 63 bytes are held', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
        const cutter = createHidposCutter();
        let frames = 0;
        for (const chunk of chunks) {
          frames += cutter.push(chunk).filter((cut) => cut.kind === 'frame').length;
          expect(cutter.heldBytes).toBeLessThan(HID_MESSAGE.bytes);
        }
        cutter.flush();
        const all = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        expect(frames * HID_MESSAGE.bytes + cutter.discardedBytes).toBe(all);
        expect(show(cutter.push(BY_HAND))).toEqual(['52374b32']);
      }),
    );
  });
});

describe('messages of the carrier', () => {
  it('orders are 64 bytes and come back; what is none is refused', () => {
    const report = fromHex('04 01');
    expect(encodeHidOrder(HID_ORDER.output, report)).toEqual(
      concatBytes(fromHex('00 01 02 04 01'), new Uint8Array(59)),
    );
    for (const order of [HID_ORDER.output, HID_ORDER.feature])
      expect(decodeHidOrder(encodeHidOrder(order, report))).toEqual({ order, data: report });
    expect(decodeHidOrder(encodeHidOrder(HID_ORDER.askIdentity))).toMatchObject({ order: 5 });
    const longest = new Uint8Array(HID_MESSAGE.reportBytes).fill(7);
    expect(decodeHidOrder(encodeHidOrder(HID_ORDER.output, longest))?.data).toEqual(longest);
    for (const wrong of [
      BY_HAND,
      encodeHidOrder(HID_ORDER.output),
      encodeHidOrder(3, report),
      encodeHidOrder(HID_ORDER.askIdentity, report),
      encodeHidOrder(HID_ORDER.output, report).with(2, 62),
      encodeHidOrder(HID_ORDER.output, report).slice(1),
    ])
      expect(decodeHidOrder(wrong)).toBeUndefined();
  });

  it('an identity goes into as many parts as it needs, and no more than eight', () => {
    const parts = (bytes: number): number[] => {
      const cutter = createHidMessageCutter();
      return cutter.push(encodeHidIdentity(new Uint8Array(bytes).fill(0x41))).map((cut) => {
        const part = cut.kind === 'frame' ? decodeHidIdentityPart(cut.frame) : undefined;
        return part?.text.length ?? -1;
      });
    };
    expect(parts(0)).toEqual([0]);
    expect(parts(59)).toEqual([59]);
    expect(parts(60)).toEqual([59, 1]);
    expect(parts(9_999)).toEqual(Array.from({ length: 8 }, () => 59));
  });

  it('a part that cannot be is none', () => {
    const part = encodeHidIdentity(ascii('A'));
    expect(decodeHidIdentityPart(part)).toEqual({ part: 0, parts: 1, text: ascii('A') });
    for (const wrong of [part.with(0, 2), part.with(1, 4), part.with(2, 1), part.with(3, 9), part.with(4, 60)])
      expect(decodeHidIdentityPart(wrong)).toBeUndefined();
  });
});

function inPieces(stream: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(stream.slice(at, at + size));
    at += size;
  }
  return [...pieces, stream.slice(at)];
}
