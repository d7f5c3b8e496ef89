import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cut } from './cutter.ts';
import { crc16Modbus, createModbusRtuCutter, encodeRtu, RTU_SIZES, type RtuFrame } from './modbus-rtu.ts';

/** Frames of the standards' examples; their CRCs were computed by a table-driven script of its own. */
const BITS = fromHex('01 02 02 DF 7C E0 69');
const REGISTERS = fromHex('11 03 06 02 2B 00 00 00 64 C8 BA');
const COIL = fromHex('01 05 00 00 FF 00 8C 3A');
const WRITTEN = fromHex('01 10 00 01 00 02 10 08');
const EXCEPTION = fromHex('01 82 02 C1 61');
const ALL = [BITS, REGISTERS, COIL, WRITTEN, EXCEPTION];
const LONGEST = encodeRtu({ unit: 247, pdu: concatBytes(Uint8Array.of(4, 250), new Uint8Array(250).fill(0x5a)) });

function show(cuts: readonly Cut<RtuFrame>[]): string[] {
  return cuts.map((cut) => (cut.kind === 'discarded' ? `-${toHex(cut.bytes)}` : toHex(encodeRtu(cut.frame))));
}

function frames(...chunks: readonly Uint8Array[]): string[] {
  const cutter = createModbusRtuCutter();
  const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
  expect(cutter.heldBytes).toBe(0);
  const kept = cuts.reduce((sum, cut) => sum + (cut.kind === 'frame' ? encodeRtu(cut.frame) : cut.bytes).length, 0);
  expect(kept, 'no byte is lost or made up').toBe(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  return show(cuts).filter((cut) => !cut.startsWith('-'));
}

describe('frames of Modbus RTU', () => {
  it('have the CRC of the standard', () => {
    expect(crc16Modbus(new TextEncoder().encode('123456789'))).toBe(0x4b37);
    // Serial Line V1.02, 6.2.2: unit 02, function 07 gives 1241, sent as 41 12.
    expect(toHex(encodeRtu({ unit: 2, pdu: Uint8Array.of(7) }))).toBe(toHex(fromHex('02 07 41 12')));
  });

  it.each(ALL.map((bytes) => [toHex(bytes), bytes] as const))('%s: unit and PDU', (text, bytes) => {
    const [cut, ...more] = createModbusRtuCutter().push(bytes);
    expect(more).toEqual([]);
    expect(cut).toEqual({ kind: 'frame', frame: { unit: bytes[0], pdu: bytes.slice(1, -2) } });
    expect(frames(bytes)).toEqual([text]);
  });

  it('doubled, and all in one chunk', () => {
    expect(frames(concatBytes(...ALL, ...ALL))).toEqual([...ALL, ...ALL].map(toHex));
    expect(LONGEST).toHaveLength(255);
    expect(frames(concatBytes(LONGEST, LONGEST))).toEqual([toHex(LONGEST), toHex(LONGEST)]);
  });

  it('split at every point, and one byte at a time', () => {
    for (const bytes of [...ALL, LONGEST]) {
      for (let at = 0; at <= bytes.length; at += 1)
        expect(frames(bytes.slice(0, at), bytes.slice(at)), `split at ${at}`).toEqual([toHex(bytes)]);
      expect(frames(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([toHex(bytes)]);
    }
  });

  it('are found behind and between garbage', () => {
    const garbage = [
      fromHex('00'),
      fromHex('FF FE'),
      fromHex('01'),
      fromHex('01 02'),
      fromHex('01 03 03 01'),
      COIL.slice(0, 5),
    ];
    for (const noise of garbage)
      for (const bytes of ALL)
        expect(frames(noise, bytes, noise, bytes), `${toHex(noise)} ${toHex(bytes)}`).toEqual([
          toHex(bytes),
          toHex(bytes),
        ]);
  });

  it('with any bit damaged are none, and the next one is found', () => {
    for (const bytes of ALL)
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const bad = Uint8Array.from(bytes);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(frames(bad, COIL).at(-1), `bit ${bit} of ${toHex(bytes)}`).toBe(toHex(COIL));
        expect(frames(bad, COIL)).toHaveLength(1);
      }
  });

  it('cut off are none; the silence behind them frees what follows', () => {
    for (const bytes of ALL)
      for (let length = 1; length < bytes.length; length += 1) {
        const cutter = createModbusRtuCutter();
        expect(cutter.push(bytes.slice(0, length))).toEqual([]);
        expect(cutter.heldBytes).toBe(length);
        expect(show(cutter.flush())).toEqual([`-${toHex(bytes.slice(0, length))}`]);
        expect(cutter.discardedBytes).toBe(length);
        expect(show(cutter.push(COIL))).toEqual([toHex(COIL)]);
      }
  });

  it('a head that promises much does not hold a good frame back for longer than the silence', () => {
    const cutter = createModbusRtuCutter();
    expect(cutter.push(concatBytes(fromHex('01 03 FA'), COIL))).toEqual([]);
    expect(show(cutter.flush())).toEqual(['-0103fa', toHex(COIL)]);
  });

  it.each([
    ['unit 0', '00 05 00 00 FF 00'],
    ['a reserved unit', 'F8 05 00 00 FF 00'],
    ['an unknown function', '01 07 01'],
    ['an exception of an unknown function', '01 87 02'],
    ['no bytes at all', '01 03 00'],
    ['half a register', '01 04 03 01 02 03'],
    ['more bytes than a frame has', '01 02 FB'],
  ])('%s is none, at once, though its CRC is right', (_, text) => {
    const counted = fromHex(text);
    const crc = crc16Modbus(counted);
    const cutter = createModbusRtuCutter();
    const cuts = cutter.push(concatBytes(counted, Uint8Array.of(crc & 0xff, crc >> 8)));
    expect(cuts.filter((cut) => cut.kind === 'frame')).toEqual([]);
    // Its first byte does not wait for anything.
    expect(cutter.discardedBytes).toBeGreaterThan(0);
  });

  it('own their bytes: a chunk may be overwritten', () => {
    const chunk = Buffer.from(COIL);
    const [cut] = createModbusRtuCutter().push(chunk);
    chunk.fill(0);
    expect(cut?.kind === 'frame' && toHex(cut.frame.pdu)).toBe('050000ff00');
  });

  it('any answer in any pieces, with noise of no unit around it, is found', () => {
    const noise = fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => (byte === 0 ? 0 : 248 | byte)));
    const pdu = fc.oneof(
      fc.tuple(fc.constantFrom(3, 4), fc.uint8Array({ minLength: 1, maxLength: 125 })).map(([fn, half]) => {
        const data = concatBytes(half, half);
        return concatBytes(Uint8Array.of(fn, data.length), data);
      }),
      fc
        .tuple(fc.constantFrom(1, 2), fc.uint8Array({ minLength: 1, maxLength: RTU_SIZES.dataBytes }))
        .map(([fn, data]) => concatBytes(Uint8Array.of(fn, data.length), data)),
      fc
        .tuple(fc.constantFrom(5, 16), fc.uint8Array({ minLength: 4, maxLength: 4 }))
        .map(([fn, data]) => concatBytes(Uint8Array.of(fn), data)),
      fc
        .tuple(fc.constantFrom(1, 2, 3, 4, 5, 16), fc.integer({ min: 0, max: 255 }))
        .map(([fn, code]) => Uint8Array.of(fn | 0x80, code)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 247 }), pdu, noise, noise, fc.nat(300), (unit, body, before, after, at) => {
        const frame = encodeRtu({ unit, pdu: body });
        const stream = concatBytes(before, frame, after);
        expect(frames(stream.slice(0, at), stream.slice(at))).toEqual([toHex(frame)]);
      }),
    );
  });

  it('random bytes never throw, and never hold more than one frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), (chunks) => {
        const cutter = createModbusRtuCutter();
        for (const chunk of chunks) {
          cutter.push(chunk);
          expect(cutter.heldBytes).toBeLessThan(RTU_SIZES.frameBytes);
        }
        cutter.flush();
        expect(cutter.heldBytes).toBe(0);
      }),
    );
  });
});
