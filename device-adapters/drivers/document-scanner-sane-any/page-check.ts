import { crc32, inflateSync } from 'node:zlib';
import { concatBytes, err, ok, type Result } from '@yimen/contracts/base';
import { SANE_LIMITS } from './limits.table.ts';

/** What a page must be. */
export interface WantedPage {
  readonly dpi: number;
  readonly mode: 'grey' | 'colour';
  /** Pixels, from and to. */
  readonly width: Bounds;
  readonly height: Bounds;
}
export type Bounds = readonly [least: number, most: number];

/** Why a page is none. */
export type PageFlaw =
  | 'png-signature'
  | 'png-chunk'
  | 'png-crc'
  | 'png-header'
  | 'png-density'
  | 'png-size'
  | 'png-data';

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length, type and CRC of a chunk (§5.3). */
const CHUNK_FRAME_BYTES = 12;
const HEADER_BYTES = 13;
const PHYS_BYTES = 9;
/** Colour types (§11.2.1) and samples of a pixel. */
const COLOUR_TYPE = { grey: [0, 1], colour: [2, 3] } as const;
const BIT_DEPTH = 8;
const FILTER_TYPES = 5;
const METRES_PER_INCH = 0.0254;
const INFLATE_SPARE_BYTES = 64;

/** Whether these bytes are one whole PNG picture of this kind and size, all of it.
 *  @source W3C PNG, third edition: §5.2 signature, §5.3 chunks, §11.2 IHDR, IDAT, IEND, §11.3.4.3 pHYs, §9 filters */
export function checkPage(bytes: Uint8Array, wanted: WantedPage): Result<PageSize, PageFlaw> {
  const chunks = chunksOf(bytes);
  if (!chunks.ok) return chunks;
  const [header, ...rest] = chunks.value;
  const size = sizeOf(header, wanted.mode);
  if (size === undefined || !isOrdered(rest)) return err('png-header');
  if (!isWithin(size.width, wanted.width) || !isWithin(size.height, wanted.height)) return err('png-size');
  const density = rest.find(({ type }) => type === 'pHYs');
  if (density !== undefined && !hasDensity(density.data, wanted.dpi)) return err('png-density');
  const packed = concatBytes(...rest.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const isWhole = isWholePicture(packed, size.height, 1 + size.width * COLOUR_TYPE[wanted.mode][1]);
  packed.fill(0);
  return isWhole ? ok(size) : err('png-data');
}

function chunksOf(bytes: Uint8Array): Result<Chunk[], PageFlaw> {
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return err('png-signature');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at < bytes.length) {
    const left = bytes.length - at - CHUNK_FRAME_BYTES;
    const length = left < 0 ? 0 : view.getUint32(at);
    if (left < 0 || length > left || chunks.length >= SANE_LIMITS.pageChunks) return err('png-chunk');
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))) return err('png-crc');
    chunks.push({ type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), data });
    at += CHUNK_FRAME_BYTES + length;
  }
  return ok(chunks);
}

/** IDATs in one row, IEND last and once, and nothing that a reader would have to understand and we do not (§5.4, §5.6). */
function isOrdered(chunks: readonly Chunk[]): boolean {
  const types = chunks.map(({ type }) => type);
  const first = types.indexOf('IDAT');
  const last = types.lastIndexOf('IDAT');
  const isOneRow = first !== -1 && types.slice(first, last + 1).every((type) => type === 'IDAT');
  const isEnded = types.indexOf('IEND') === types.length - 1 && chunks.at(-1)?.data.length === 0;
  const isKnown = types.every((type) => ['IDAT', 'IEND', 'PLTE'].includes(type) || /^[a-z][A-Za-z]{3}$/.test(type));
  return isOneRow && isEnded && isKnown;
}

function sizeOf(header: Chunk | undefined, mode: 'grey' | 'colour'): PageSize | undefined {
  if (header?.type !== 'IHDR' || header.data.length !== HEADER_BYTES) return undefined;
  const view = new DataView(header.data.buffer, header.data.byteOffset, HEADER_BYTES);
  // Depth, colour type, compression, filter method, interlace.
  const isAsked = [BIT_DEPTH, COLOUR_TYPE[mode][0], 0, 0, 0].every((byte, at) => header.data[8 + at] === byte);
  return isAsked ? { width: view.getUint32(0), height: view.getUint32(4) } : undefined;
}

function hasDensity(data: Uint8Array, dpi: number): boolean {
  if (data.length !== PHYS_BYTES) return false;
  const view = new DataView(data.buffer, data.byteOffset, PHYS_BYTES);
  const isMetric = view.getUint8(8) === 1;
  const wanted = dpi / METRES_PER_INCH;
  const isNear = (at: number): boolean =>
    Math.abs(view.getUint32(at) - wanted) <= wanted * SANE_LIMITS.densityTolerance;
  return isMetric && isNear(0) && isNear(4);
}

/** Exactly so many rows come out, each with a filter that exists, and nothing is left over. What would come out more
 *  is not made: the size was judged before. */
function isWholePicture(packed: Uint8Array, rows: number, rowBytes: number): boolean {
  const most = rows * rowBytes;
  let raw: Uint8Array;
  try {
    // In one buffer, so that one can be overwritten.
    const chunkSize = most + INFLATE_SPARE_BYTES;
    const inflated = inflateSync(packed, { maxOutputLength: chunkSize, chunkSize, info: true }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    raw = inflated.buffer;
    if (inflated.engine.bytesWritten !== packed.length) return forgotten(raw, false);
  } catch {
    return false;
  }
  if (raw.length !== most) return forgotten(raw, false);
  for (let at = 0; at < most; at += rowBytes) if ((raw[at] ?? 0) >= FILTER_TYPES) return forgotten(raw, false);
  return forgotten(raw, true);
}

function forgotten(raw: Uint8Array, verdict: boolean): boolean {
  raw.fill(0);
  return verdict;
}

function isWithin(value: number, [least, most]: Bounds): boolean {
  return value >= least && value <= most;
}
