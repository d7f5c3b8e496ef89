import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { jpegSize } from './jpeg-size.ts';

const segment = (marker: number, ...body: number[]): number[] => [0xff, marker, 0, body.length + 2, ...body];
const frame = (marker: number, width: number, height: number): number[] =>
  segment(marker, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0);
const JFIF = segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
const TABLES = segment(0xc4, 0, 1, 2, 3, 4, 5, 6, 7);
const SCAN = [...segment(0xda, 1, 1, 0, 0, 63, 0), 0x12, 0xff, 0x00, 0x34];
const file = (...parts: number[][]): Uint8Array => Uint8Array.from([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]);

describe('the size of a JPEG', () => {
  it.each([
    ['baseline', file(JFIF, frame(0xc0, 390, 567), TABLES, SCAN)],
    ['progressive', file(frame(0xc2, 390, 567), SCAN)],
    ['behind tables', file(JFIF, TABLES, frame(0xc0, 390, 567), SCAN)],
    ['behind fill bytes', file(JFIF, [0xff, 0xff], frame(0xc0, 390, 567), SCAN)],
  ])('is told by its frame header: %s', (_what, bytes) => {
    expect(jpegSize(bytes)).toEqual({ width: 390, height: 567 });
  });

  it('is found in a slice of a larger buffer too', () => {
    const whole = file(frame(0xc0, 260, 378), SCAN);
    const larger = Uint8Array.from([1, 2, 3, ...whole, 4]);
    expect(jpegSize(larger.subarray(3, 3 + whole.length))).toEqual({ width: 260, height: 378 });
  });

  const good = file(JFIF, frame(0xc0, 390, 567), SCAN);
  it.each([
    ['nothing', new Uint8Array()],
    ['a PNG', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff, 0xd9])],
    ['its two ends alone', file()],
    ['no frame header', file(JFIF, SCAN)],
    ['a frame header behind the scan', file(segment(0xda, 1, 1, 0, 0, 63, 0), frame(0xc0, 390, 567))],
    ['a segment of half a length', file([0xff, 0xe0, 0, 1], frame(0xc0, 390, 567))],
    ['no width', file(frame(0xc0, 0, 567), SCAN)],
    ['no height', file(frame(0xc0, 390, 0), SCAN)],
    ['tables alone', file(TABLES)],
    ['a segment of no length', file([0xff, 0xe0, 0, 0], frame(0xc0, 390, 567))],
    ['no marker where one must be', file([0x00, 0xe0, 0, 4, 0, 0], frame(0xc0, 390, 567))],
    ['its end missing', good.subarray(0, -2)],
  ])('is not told by %s', (_what, bytes) => {
    expect(jpegSize(bytes)).toBeUndefined();
  });

  it('is never told by a file cut short anywhere', () => {
    for (let length = 0; length < good.length; length += 1) expect(jpegSize(good.subarray(0, length))).toBeUndefined();
  });

  it('ends for any bytes between the two markers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const size = jpegSize(file([...bytes]));
        return size === undefined || (size.width > 0 && size.height > 0);
      }),
    );
  });
});
