import { constants, crc32, deflateRawSync } from 'node:zlib';
import { concatBytes } from '@yimen/contracts/base';
import type { Picture } from './simulator-picture.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Filter types (PNG §9.2): as it is, and the difference to the row above. */
const [NONE, UP] = [0, 2];
const BAND_ROWS = 64;
const METRES_PER_INCH = 0.0254;
/** Adler-32 (RFC 1950 §8): its prime, and how many bytes may be summed before the remainder is taken. */
const [ADLER, ADLER_RUN] = [65_521, 5_552];

/** Writes a picture as a PNG, 8 bits a sample. Only a band of rows is ever there unpacked.
 *  @source W3C PNG, third edition */
export function pngOf(picture: Picture): Uint8Array {
  const { width, height, isColour, dpi } = picture;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, isColour ? 2 : 0, 0, 0, 0], 8);
  return concatBytes(SIGNATURE, chunk('IHDR', header), chunk('pHYs', density(dpi)), ...data(picture), chunk('IEND'));
}

function density(dpi: number): Uint8Array {
  const bytes = new Uint8Array(9);
  const perMetre = Math.round(dpi / METRES_PER_INCH);
  new DataView(bytes.buffer).setUint32(0, perMetre);
  new DataView(bytes.buffer).setUint32(4, perMetre);
  bytes[8] = 1;
  return bytes;
}

/** IDAT chunks: one zlib stream (RFC 1950) in pieces that each end on a whole byte. */
function data(picture: Picture): Uint8Array[] {
  const rowBytes = 1 + picture.width * (picture.isColour ? 3 : 1);
  const row = new Uint8Array(rowBytes - 1);
  const band = new Uint8Array(rowBytes * Math.min(BAND_ROWS, picture.height));
  const sum = { a: 1, b: 0 };
  const chunks: Uint8Array[] = [];
  for (let top = 0; top < picture.height; top += BAND_ROWS) {
    const rows = Math.min(BAND_ROWS, picture.height - top);
    const unpacked = band.subarray(0, rows * rowBytes).fill(0);
    for (let y = 0; y < rows; y += 1) {
      const isAbove = picture.drawRow(top + y, row);
      unpacked[y * rowBytes] = isAbove ? UP : NONE;
      if (!isAbove) unpacked.set(row, y * rowBytes + 1);
    }
    add(sum, unpacked);
    const isLast = top + rows === picture.height;
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const packed = deflateRawSync(unpacked, { level: 1, finishFlush });
    const head = top === 0 ? Uint8Array.of(0x78, 0x01) : new Uint8Array(0);
    const tail = isLast ? Uint8Array.of(sum.b >> 8, sum.b & 0xff, sum.a >> 8, sum.a & 0xff) : new Uint8Array(0);
    chunks.push(chunk('IDAT', concatBytes(head, packed, tail)));
  }
  return chunks;
}

function add(sum: { a: number; b: number }, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += ADLER_RUN) {
    const end = Math.min(at + ADLER_RUN, bytes.length);
    for (let i = at; i < end; i += 1) {
      sum.a += bytes[i] ?? 0;
      sum.b += sum.a;
    }
    sum.a %= ADLER;
    sum.b %= ADLER;
  }
}

function chunk(type: string, content: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}
