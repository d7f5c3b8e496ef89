import type { Slip } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { contoursOf } from './glyph-outline.ts';
import { NO_GLYPHS, type GlyphSource } from './glyph-source.ts';
import { layOut, type PrintLine } from './layout.ts';
import { emptyBitmap, fillContours, type Bitmap } from './outline-fill.ts';
import { encodeSlip } from './protocol.ts';

/** Draws nothing, in the right size. */
const BLANK: GlyphSource = { ...NO_GLYPHS, state: 'ready', has: (character) => character === '𬭎' };

function shown({ widthBytes, rows, bits }: Bitmap): string[] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from(bits.subarray(row * widthBytes, (row + 1) * widthBytes), (byte) => byte.toString(2).padStart(8, '0'))
      .join('')
      .replaceAll('0', '.')
      .replaceAll('1', '#'),
  );
}

function bytesOf(lines: readonly PrintLine[]): string {
  return Buffer.concat(encodeSlip(lines)).toString('hex');
}

describe('filling an outline', () => {
  it('blackens what lies inside, and not the hole whose contour runs the other way', () => {
    const bitmap = emptyBitmap(8, 6);
    const ring = (from: number, to: number): { x: number; y: number }[] => [
      { x: from, y: from },
      { x: to, y: from },
      { x: to, y: to },
      { x: from, y: to },
    ];
    fillContours(bitmap, [ring(0, 6), ring(2, 4).toReversed()]);
    expect(shown(bitmap)).toEqual(['######..', '######..', '##..##..', '##..##..', '######..', '######..']);
  });

  it('fills contours that overlap and run the same way wholly', () => {
    const bitmap = emptyBitmap(8, 2);
    const bar = (from: number, to: number): { x: number; y: number }[] => [
      { x: from, y: 0 },
      { x: to, y: 0 },
      { x: to, y: 2 },
      { x: from, y: 2 },
    ];
    fillContours(bitmap, [bar(0, 5), bar(3, 8)]);
    expect(shown(bitmap)).toEqual(['########', '########']);
  });

  it('blackens a dot when half of it lies inside', () => {
    const bitmap = emptyBitmap(8, 1);
    const upTo = (x: number): { x: number; y: number }[] => [
      { x: 0, y: 0 },
      { x, y: 0 },
      { x, y: 1 },
      { x: 0, y: 1 },
    ];
    fillContours(bitmap, [upTo(2.3)]);
    expect(shown(bitmap)).toEqual(['##......']);
    const more = emptyBitmap(8, 1);
    fillContours(more, [upTo(2.6)]);
    expect(shown(more)).toEqual(['###.....']);
  });

  it('turns a font\u2019s path over and follows its curves', () => {
    const [contour = []] = contoursOf(
      [
        { command: 'moveTo', args: [0, 0] },
        { command: 'quadraticCurveTo', args: [50, 100, 100, 0] },
        { command: 'closePath', args: [] },
      ],
      { scale: 0.1, originX: 1, originY: 10 },
    );
    expect(contour[0]).toEqual({ x: 1, y: 10 });
    expect(contour.at(-1)).toEqual({ x: 11, y: 10 });
    // The top of the parabola is half the height of its control point.
    expect(Math.min(...contour.map(({ y }) => y))).toBeCloseTo(5);
  });
});

describe('a line with a character that the printer has not', () => {
  const slip: Slip = { lines: [{ kind: 'pair', label: '姓名', value: '李𬭎' }] };

  it('is one picture of the paper\u2019s width, as high as a letter', () => {
    const laid = layOut(slip, { columns: 48, glyphs: BLANK, qr: 'printer' });
    expect(laid).toMatchObject({ ok: true, value: [{ kind: 'raster', picture: { widthBytes: 72, rows: 24 } }] });
  });

  it('stays text with \u25a1 where nothing can draw it', () => {
    const laid = layOut(slip, { columns: 48, glyphs: NO_GLYPHS, qr: 'printer' });
    expect(laid.ok && laid.value[0]).toMatchObject({ kind: 'text', text: expect.stringMatching(/^姓名 +李□$/) });
  });

  it('goes out as GS v 0 in bands that fit a chunk', () => {
    const picture = { widthBytes: 72, rows: 24, bits: new Uint8Array(72 * 24).fill(0x55) };
    const hex = bytesOf([{ kind: 'raster', picture, isCentred: false }]);
    expect(hex).toContain(`1d763000480` + `00e00${'55'.repeat(72 * 14)}1d763000480` + `00a00${'55'.repeat(72 * 10)}`);
    expect(encodeSlip([{ kind: 'raster', picture, isCentred: false }]).every((chunk) => chunk.length <= 1024)).toBe(
      true,
    );
  });

  it.each([
    [[0x10, 0x04, 0x01], '100c01'],
    [[0x10, 0x05, 0x02], '100d02'],
    [[0x10, 0x14, 0x08], '101c08'],
    [[0x10, 0x10, 0x04], '10100c'],
  ])('says %j to no printer as a real-time command', (bits, safe) => {
    const picture = { widthBytes: 3, rows: 1, bits: Uint8Array.from(bits) };
    const hex = bytesOf([{ kind: 'raster', picture, isCentred: false }]);
    expect(hex).toContain(`1d76300003000100${safe}`);
    expect(hex).not.toMatch(/1d76300003000100.*(1004|1005|1014)/);
  });
});
