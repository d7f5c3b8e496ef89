import { inflateRawSync, inflateSync, zstdDecompressSync, constants } from 'node:zlib';

/** What is packed inside bytes: where it began, and what came out. */
export interface Unpacked {
  readonly kind: 'gzip' | 'zlib' | 'zstd';
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What one packed piece may take from its start, and become. */
const LIMITS = { inBytes: 4 * 1024 * 1024, outBytes: 32 * 1024 * 1024 } as const;
const TRUNCATED = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LIMITS.outBytes } as const;

/** Finds gzip, zlib (a PDF's and a PNG's streams are such) and zstd by their first bytes, anywhere in `bytes`, and unpacks
 *  as much as is there. */
export function* unpackAll(bytes: Uint8Array, from = 0): Generator<Unpacked> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 < view.length; at += 1) {
    const first = view[at];
    if (first !== 0x78 && first !== 0x1f && first !== 0x28) continue;
    const kind = kindAt(view, at);
    if (kind === null) continue;
    const unpacked = tryUnpack(kind, view.subarray(at, at + LIMITS.inBytes));
    if (unpacked !== null && unpacked.length > 0) yield { kind, at, bytes: unpacked };
  }
}

function kindAt(view: Buffer, at: number): Unpacked['kind'] | null {
  const first = view[at] ?? 0;
  const second = view[at + 1] ?? 0;
  if (first === 0x1f) return second === 0x8b && view[at + 2] === 8 && (view[at + 3] ?? 0xff) < 0x20 ? 'gzip' : null;
  if (first === 0x28) return second === 0xb5 && view[at + 2] === 0x2f && view[at + 3] === 0xfd ? 'zstd' : null;
  const isHeader = ((first << 8) | second) % 31 === 0 && (second & 0x20) === 0;
  return isHeader && canBeginDeflate(view, at + 2) ? 'zlib' : null;
}

/** The letter x is frequent; a deflate stream behind its header is not: the first block must make sense (RFC 1951 §3.2). */
function canBeginDeflate(view: Buffer, at: number): boolean {
  const head = view[at] ?? 0;
  const type = (head >> 1) & 3;
  if (type === 0) return (view.readUInt16LE(at + 1) ^ view.readUInt16LE(at + 3)) === 0xffff;
  if (type === 1) return true;
  if (type === 3 || at + 12 > view.length) return false;
  return hasWholeCode(view, at);
}

/** A dynamic block: numbers of codes within bounds, and lengths that fill the code exactly (or hold one code). */
function hasWholeCode(view: Buffer, at: number): boolean {
  const bits = (from: number, count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const bit = from + i;
      value |= (((view[at + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) << i;
    }
    return value;
  };
  if (bits(3, 5) > 29 || bits(8, 5) > 29) return false;
  const lengths = bits(13, 4) + 4;
  let filled = 0;
  for (let i = 0; i < lengths; i += 1) {
    const length = bits(17 + 3 * i, 3);
    if (length > 0) filled += 1 << (7 - length);
  }
  return filled === 128;
}

function tryUnpack(kind: Unpacked['kind'], packed: Uint8Array): Uint8Array | null {
  try {
    // A reader of whole files would take what lies behind for a next member, and give nothing when it is none.
    if (kind === 'gzip') return inflateRawSync(packed.subarray(gzipHeaderBytes(packed)), TRUNCATED);
    if (kind === 'zstd')
      return zstdDecompressSync(packed, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: LIMITS.outBytes });
    return inflateSync(packed, TRUNCATED);
  } catch {
    return null;
  }
}

/** Length of the header: ten bytes, and behind them what its flags name (RFC 1952 §2.3.1). */
function gzipHeaderBytes(packed: Uint8Array): number {
  const has = (flag: number): boolean => ((packed[3] ?? 0) & flag) !== 0;
  let at = 10;
  if (has(4)) at += 2 + ((packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8));
  // A name, then a comment, each up to its zero byte.
  for (const flag of [8, 16]) if (has(flag)) at = packed.indexOf(0, at) + 1 || packed.length;
  return has(2) ? at + 2 : at;
}
