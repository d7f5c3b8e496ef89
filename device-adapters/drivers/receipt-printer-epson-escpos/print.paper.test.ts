import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGlyphSource } from './glyph-source.ts';
import { layOut, type PrintLine } from './layout.ts';
import type { Bitmap } from './outline-fill.ts';

const dir = mkdtempSync(join(tmpdir(), 'yimen-print-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const glyphs = createGlyphSource();
/** Debian's fonts-noto-cjk, and the place in it of Noto Sans CJK SC, whose Latin letters are of every width. */
const COLLECTION = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';
const PROPORTIONAL = 2;
/** White around what is read: recognisers want it. */
const MARGIN = 24;

/** A picture as a portable bitmap with a margin, each dot three wide and high. */
function saveBitmap(name: string, { widthBytes, rows, bits }: Bitmap, scale = 3): string {
  const width = widthBytes * 8;
  const side = (dots: number): number => (dots + 2 * MARGIN) * scale;
  const grey = new Uint8Array(side(width) * side(rows)).fill(255);
  for (let y = 0; y < side(rows); y += 1)
    for (let x = 0; x < side(width); x += 1) {
      const [dot, row] = [Math.floor(x / scale) - MARGIN, Math.floor(y / scale) - MARGIN];
      if (dot < 0 || row < 0 || dot >= width || row >= rows) continue;
      if (((bits[row * widthBytes + (dot >> 3)] ?? 0) & (0x80 >> (dot & 7))) !== 0) grey[y * side(width) + x] = 0;
    }
  const file = join(dir, `${name}.pgm`);
  writeFileSync(file, Buffer.concat([Buffer.from(`P5 ${side(width)} ${side(rows)} 255\n`), grey]));
  return file;
}

function recognised(file: string, language: string): string {
  const text = execFileSync('tesseract', [file, 'stdout', '-l', language, '--psm', '7'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.toString().replaceAll(/\s/gu, '');
}

function pictureOf(line: PrintLine | undefined): Bitmap {
  if (line?.kind !== 'raster') throw new Error('not a picture');
  return line.picture;
}

describe('what a foreign eye reads of a drawn line', () => {
  it('has glyphs for the characters that people are really named with', () => {
    expect(glyphs.state).toBe('ready');
    for (const character of '𬭎䶮㐂𠮷') expect(glyphs.has(character)).toBe(true);
  });

  it('reads Chinese drawn for a title', () => {
    const file = saveBitmap('chinese', glyphs.draw('业务受理回执', 24));
    expect(recognised(file, 'chi_sim')).toBe('业务受理回执');
  });

  it('reads Latin letters and digits at the size of the plain text', () => {
    const file = saveBitmap('latin', glyphs.draw('PERMIT 2026-0417', 12));
    expect(recognised(file, 'eng')).toBe('PERMIT2026-0417');
  });

  it('reads what stands beside a rare character', () => {
    const laid = layOut(
      { lines: [{ kind: 'text', text: '申请人张䶮办理签注' }] },
      { columns: 48, glyphs, qr: 'printer' },
    );
    const file = saveBitmap('rare', pictureOf(laid.ok ? laid.value[0] : undefined));
    expect(recognised(file, 'chi_sim')).toMatch(/^申请人张.办理签注$/u);
  });

  it('draws rare characters, each different from the other and from an empty place', () => {
    const drawings = Array.from('𬭎䶮㐂𠮷', (character) =>
      Buffer.from(glyphs.draw(character, 12).bits).toString('hex'),
    );
    expect(new Set(drawings).size).toBe(4);
    for (const drawing of drawings) expect(drawing).toMatch(/[1-9a-f]{4}/);
  });
});

describe('a file of one font, not a collection', () => {
  const file = join(dir, 'single.otf');
  writeFileSync(file, singleFont(readFileSync(COLLECTION), PROPORTIONAL));
  const single = createGlyphSource(file);

  it('draws rare characters as the collection does', () => {
    expect(single.state).toBe('ready');
    for (const character of Array.from('𬭎䶮㐂𠮷')) {
      expect(single.has(character)).toBe(true);
      expect(differingDots(single.draw(character, 12), glyphs.draw(character, 12))).toBe(0);
    }
    // The same measure tells one character from another.
    expect(differingDots(single.draw('𬭎', 12), glyphs.draw('𠮷', 12))).toBeGreaterThan(0.5);
  });

  it('puts Latin letters of every width into their places', () => {
    expect(recognised(saveBitmap('single', single.draw('PERMIT 2026-0417', 12)), 'eng')).toBe('PERMIT2026-0417');
  });
});

/** One font of an OpenType collection as a file of its own: its table directory, and its tables where they were.
 *  @source OpenType 1.9, “Organization of an OpenType font”, “Font collections” */
function singleFont(collection: Uint8Array, index: number): Uint8Array {
  const view = new DataView(collection.buffer, collection.byteOffset, collection.byteLength);
  const directory = view.getUint32(12 + index * 4);
  const length = 12 + 16 * view.getUint16(directory + 4);
  // Tables are named by their place in the file: the directory takes the place of the collection's head and directories.
  const single = Uint8Array.from(collection);
  single.set(collection.subarray(directory, directory + length), 0);
  return single;
}

/** Dots that are black in one only, as a part of those that are black in either. */
function differingDots(one: Bitmap, other: Bitmap): number {
  let [differing, black] = [0, 0];
  for (const [at, byte] of one.bits.entries()) {
    const there = other.bits[at] ?? 0;
    differing += ones(byte ^ there);
    black += ones(byte | there);
  }
  return differing / black;
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}

describe('a QR code that is drawn', () => {
  it.each(['yimen:R7K2-4417;S440606-000417', '张䶮,业务回执,https://example.cn/r?n=1'])(
    'is read by zbarimg: %s',
    (text) => {
      const laid = layOut({ lines: [{ kind: 'qr', data: text }] }, { columns: 48, glyphs, qr: 'raster' });
      const file = saveBitmap('qr', pictureOf(laid.ok ? laid.value[0] : undefined), 1);
      const read = execFileSync('zbarimg', ['--raw', '-q', '-Sdisable', '-Sqrcode.enable', file]).toString();
      expect(read.trimEnd()).toBe(text);
    },
  );
});
