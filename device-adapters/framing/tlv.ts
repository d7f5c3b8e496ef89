import { err, ok, type Result } from '@yimen/contracts/base';

/** One data object of ISO/IEC 7816-4 §5.2.2 (BER-TLV): `tag` as the number its bytes spell (0x5f1f), `value` a view
 *  into the bytes that were read, never a copy. */
export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

export interface TlvFault {
  readonly code: 'TLV_TRUNCATED' | 'TLV_MALFORMED' | 'TLV_OVERSIZE';
  readonly message: string;
}

/** Tag and length of a data object whose value may not be there yet. */
export interface TlvHead {
  readonly tag: number;
  readonly length: number;
  /** Bytes of tag and length together. */
  readonly headBytes: number;
}

export interface TlvLimits {
  /** Longest value of one object. */
  readonly valueBytes: number;
  /** Most objects in one list. */
  readonly objects: number;
}

/** A tag of more than three bytes is in no file of ICAO 9303-10. */
const LONGEST_TAG = 3;

/** Reads tag and length at the front of `bytes`.
 *  Refused: indefinite length (not allowed by ISO/IEC 7816-4 in files), more than three length bytes, a tag over
 *  three bytes, a length over `valueBytes`.
 *  @fault TLV_TRUNCATED when the head itself is not whole; ask again with more bytes. */
export function readTlvHead(bytes: Uint8Array, valueBytes: number): Result<TlvHead, TlvFault> {
  const tag = readTag(bytes);
  if (!tag.ok) return tag;
  const at = tag.value.bytes;
  const first = bytes[at];
  if (first === undefined) return truncated('no length');
  if (first < 0x80) return head(tag.value.tag, first, at + 1, valueBytes);
  const count = first & 0x7f;
  if (count === 0 || count > 3) return err({ code: 'TLV_MALFORMED', message: `length form ${first.toString(16)}` });
  let length = 0;
  for (let i = 1; i <= count; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return truncated('length is cut');
    length = length * 256 + byte;
  }
  return head(tag.value.tag, length, at + 1 + count, valueBytes);
}

/** Reads every data object in `bytes`, which must hold nothing else.
 *  @fault TLV_TRUNCATED an object is longer than the rest; TLV_OVERSIZE above `limits`. */
export function readTlvList(bytes: Uint8Array, limits: TlvLimits): Result<Tlv[], TlvFault> {
  const list: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (list.length >= limits.objects) return err({ code: 'TLV_OVERSIZE', message: `over ${limits.objects} objects` });
    const found = readTlvHead(bytes.subarray(at), limits.valueBytes);
    if (!found.ok) return found;
    const start = at + found.value.headBytes;
    const end = start + found.value.length;
    if (end > bytes.length) return truncated(`object ${found.value.tag.toString(16)} ends past its container`);
    list.push({ tag: found.value.tag, value: bytes.subarray(start, end) });
    at = end;
  }
  return ok(list);
}

/** Walks down a path of tags (`0x75`, `0x7f61`, …) and gives the value of the last; at each level the first object
 *  with that tag counts. `undefined` when a level does not hold it. */
export function findTlv(
  bytes: Uint8Array,
  path: readonly number[],
  limits: TlvLimits,
): Result<Uint8Array | undefined, TlvFault> {
  let within = bytes;
  for (const tag of path) {
    const list = readTlvList(within, limits);
    if (!list.ok) return list;
    const next = list.value.find((object) => object.tag === tag);
    if (next === undefined) return ok(undefined);
    within = next.value;
  }
  return ok(within);
}

function readTag(bytes: Uint8Array): Result<{ tag: number; bytes: number }, TlvFault> {
  const first = bytes[0];
  if (first === undefined) return truncated('no tag');
  if ((first & 0x1f) !== 0x1f) return ok({ tag: first, bytes: 1 });
  let tag = first;
  for (let i = 1; i < LONGEST_TAG; i += 1) {
    const byte = bytes[i];
    if (byte === undefined) return truncated('tag is cut');
    tag = tag * 256 + byte;
    if ((byte & 0x80) === 0) return ok({ tag, bytes: i + 1 });
  }
  return err({ code: 'TLV_MALFORMED', message: 'tag of more than three bytes' });
}

function head(tag: number, length: number, headBytes: number, valueBytes: number): Result<TlvHead, TlvFault> {
  if (length > valueBytes) return err({ code: 'TLV_OVERSIZE', message: `${length} bytes in ${tag.toString(16)}` });
  return ok({ tag, length, headBytes });
}

function truncated(message: string): { readonly ok: false; readonly error: TlvFault } {
  return err({ code: 'TLV_TRUNCATED', message });
}
