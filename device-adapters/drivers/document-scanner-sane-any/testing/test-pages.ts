import { crc32, deflateSync } from 'node:zlib';
import { concatBytes } from '@yimen/contracts/base';

/** How a test page differs from a good one. */
export interface TestPage {
  readonly width: number;
  readonly height: number;
  readonly mode: 'grey' | 'colour';
  readonly dpi: number;
  /** IHDR's last five bytes: depth, colour type, compression, filter method, interlace. */
  readonly header?: readonly number[];
  readonly filter?: number;
  /** Rows more (or fewer) than the header says. */
  readonly moreRows?: number;
  readonly idats?: number;
  /** Samples that do not pack. */
  readonly noise?: boolean;
  /** Behind the packed data. */
  readonly junk?: Uint8Array;
}

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = concatBytes(latin1(type), data);
  return concatBytes(u32(data.length), typed, u32(crc32(typed)));
}

/** Chunks of a white page, in order. */
export function pageChunks(page: TestPage): { type: string; data: Uint8Array }[] {
  const { width, height, mode, dpi, filter = 0, moreRows = 0, idats = 1, junk = new Uint8Array(0) } = page;
  const header = page.header ?? [8, mode === 'grey' ? 0 : 2, 0, 0, 0];
  const row = new Uint8Array(1 + width * (mode === 'grey' ? 1 : 3)).fill(0xff);
  row[0] = filter;
  const raw = new Uint8Array(row.length * (height + moreRows));
  for (let at = 0; at < raw.length; at += row.length) raw.set(page.noise === true ? noisy(row, at) : row, at);
  const packed = concatBytes(deflateSync(raw), junk);
  const size = Math.ceil(packed.length / idats);
  const density = u32(Math.round(dpi / 0.0254));
  return [
    { type: 'IHDR', data: concatBytes(u32(width), u32(height), Uint8Array.from(header)) },
    { type: 'pHYs', data: concatBytes(density, density, Uint8Array.of(1)) },
    ...Array.from({ length: idats }, (_, n) => ({ type: 'IDAT', data: packed.subarray(n * size, (n + 1) * size) })),
    { type: 'IEND', data: new Uint8Array(0) },
  ];
}

export function joinPage(chunks: readonly { type: string; data: Uint8Array }[]): Uint8Array {
  return concatBytes(SIGNATURE, ...chunks.map(({ type, data }) => chunk(type, data)));
}

/** A whole white page. */
export function testPage(page: TestPage): Uint8Array {
  return joinPage(pageChunks(page));
}

/** The same each time. */
function noisy(row: Uint8Array, seed: number): Uint8Array {
  let state = seed + 1;
  return row.map((first, at) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return at === 0 ? first : state >>> 24;
  });
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
