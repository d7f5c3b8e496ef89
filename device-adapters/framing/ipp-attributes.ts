import { concatBytes } from '@yimen/contracts/base';

/** Delimiters (RFC 8010 §3.5.1). */
export const IPP_GROUP = { operation: 0x01, job: 0x02, end: 0x03, printer: 0x04, unsupported: 0x05 } as const;

/** Value tags (RFC 8010 §3.5.2) of what is sent or understood here. */
export const IPP_TAG = {
  unsupported: 0x10,
  unknown: 0x12,
  noValue: 0x13,
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  textWithLanguage: 0x35,
  nameWithLanguage: 0x36,
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  uriScheme: 0x46,
  charset: 0x47,
  naturalLanguage: 0x48,
  mimeMediaType: 0x49,
} as const;

const BEGIN_COLLECTION = 0x34;
const END_COLLECTION = 0x37;
/** Below it a tag is a delimiter. */
const FIRST_VALUE_TAG = 0x10;
const LAST_OUT_OF_BAND = 0x1f;

/** One value with its tag. `bytes`: a type that is carried and not understood, or one whose length does not fit its type
 *  (it is then no number, whatever its tag says). `collection`: it was there, its members are skipped. */
export type IppValue =
  | { readonly kind: 'number'; readonly tag: number; readonly value: number }
  | { readonly kind: 'boolean'; readonly tag: number; readonly value: boolean }
  | { readonly kind: 'text'; readonly tag: number; readonly value: string }
  | { readonly kind: 'none'; readonly tag: number }
  | { readonly kind: 'bytes'; readonly tag: number; readonly value: Uint8Array }
  | { readonly kind: 'collection'; readonly tag: number };

export interface IppAttribute {
  readonly name: string;
  /** One at least. */
  readonly values: readonly IppValue[];
}

export interface IppGroup {
  readonly tag: number;
  readonly attributes: readonly IppAttribute[];
}

/** A request or an answer (RFC 8010 §3.1). */
export interface IppBody {
  /** 0x0101 for IPP/1.1. */
  readonly version: number;
  /** Operation of a request, status of an answer. */
  readonly code: number;
  readonly requestId: number;
  readonly groups: readonly IppGroup[];
  /** What stands behind the attributes: the document. A view of the input. */
  readonly data: Uint8Array;
}

/** More values than any printer has: a message that claims more costs memory and is not read on. */
const VALUES_MOST = 20_000;
/** A length is two bytes, signed (RFC 8010 §3.1.4). */
const LENGTH_MOST = 0x7fff;
const HEAD_BYTES = 8;

const TEXT_TAGS: ReadonlySet<number> = new Set([
  IPP_TAG.text,
  IPP_TAG.name,
  IPP_TAG.keyword,
  IPP_TAG.uri,
  IPP_TAG.uriScheme,
  IPP_TAG.charset,
  IPP_TAG.naturalLanguage,
  IPP_TAG.mimeMediaType,
]);

interface Item {
  readonly tag: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  readonly end: number;
}

/** Reads one message. Never reads beyond its bytes, never throws.
 *  @returns `undefined` when it is cut off, has no end-of-attributes, begins with a nameless value, has a value outside
 *  every group, a collection that does not end, or more values than `VALUES_MOST`. */
export function decodeIpp(bytes: Uint8Array): IppBody | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = viewOf(bytes);
  const groups: { tag: number; attributes: { name: string; values: IppValue[] }[] }[] = [];
  let valuesLeft = VALUES_MOST;
  for (let at = HEAD_BYTES; ;) {
    const tag = bytes[at];
    if (tag === undefined || tag === 0) return undefined;
    if (tag === IPP_GROUP.end) {
      const head = { version: view.getUint16(0), code: view.getUint16(2), requestId: view.getInt32(4) };
      return { ...head, groups, data: bytes.subarray(at + 1) };
    }
    if (tag < FIRST_VALUE_TAG) {
      groups.push({ tag, attributes: [] });
      at += 1;
      if ((valuesLeft -= 1) < 0) return undefined;
      continue;
    }
    const item = itemAt(bytes, at);
    const group = groups.at(-1);
    if (item === undefined || group === undefined || (valuesLeft -= 1) < 0) return undefined;
    if (item.name.length > 0) group.attributes.push({ name: textOf(item.name), values: [] });
    const attribute = group.attributes.at(-1);
    if (attribute === undefined) return undefined;
    attribute.values.push(valueOf(item));
    const end = tag === BEGIN_COLLECTION ? endOfCollection(bytes, item.end) : item.end;
    if (end === undefined) return undefined;
    at = end;
  }
}

/** How many bytes at the end of a message are its document; all of them when it is not well-formed. */
export function documentBytes(bytes: Uint8Array): number {
  return decodeIpp(bytes)?.data.length ?? bytes.length;
}

/** Tag (1), name length (2), name, value length (2), value (RFC 8010 §3.1.4). */
function itemAt(bytes: Uint8Array, at: number): Item | undefined {
  const name = sized(bytes, at + 1);
  const value = name && sized(bytes, at + 3 + name.length);
  if (name === undefined || value === undefined) return undefined;
  return { tag: bytes[at] ?? 0, name, value, end: at + 5 + name.length + value.length };
}

function sized(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = viewOf(bytes).getUint16(at);
  return length > LENGTH_MOST || at + 2 + length > bytes.length ? undefined : bytes.subarray(at + 2, at + 2 + length);
}

/** Behind the end of a collection whose first member stands at `at`; members nest (RFC 8010 §3.1.6), counted and not
 *  followed, so that a deep one costs nothing. */
function endOfCollection(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from, depth = 1; depth > 0;) {
    const tag = bytes[at];
    const item = tag === undefined || tag < FIRST_VALUE_TAG ? undefined : itemAt(bytes, at);
    if (item === undefined || item.name.length > 0) return undefined;
    if (tag === BEGIN_COLLECTION) depth += 1;
    if (tag === END_COLLECTION) depth -= 1;
    at = item.end;
    if (depth === 0) return at;
  }
  return undefined;
}

function valueOf({ tag, value }: Item): IppValue {
  const view = viewOf(value);
  if (tag <= LAST_OUT_OF_BAND) return { kind: 'none', tag };
  if (tag === BEGIN_COLLECTION) return { kind: 'collection', tag };
  if ((tag === IPP_TAG.integer || tag === IPP_TAG.enum) && value.length === 4)
    return { kind: 'number', tag, value: view.getInt32(0) };
  if (tag === IPP_TAG.boolean && value.length === 1) return { kind: 'boolean', tag, value: value[0] !== 0 };
  if (TEXT_TAGS.has(tag)) return { kind: 'text', tag, value: textOf(value) };
  if (tag === IPP_TAG.textWithLanguage || tag === IPP_TAG.nameWithLanguage) return withoutLanguage(tag, value);
  return { kind: 'bytes', tag, value: value.slice() };
}

/** Language and text, each with its length before it; the text alone, as if it had come without one. */
function withoutLanguage(tag: number, value: Uint8Array): IppValue {
  const language = sized(value, 0);
  const text = language && sized(value, 2 + language.length);
  if (text === undefined) return { kind: 'bytes', tag, value: value.slice() };
  const plain = tag === IPP_TAG.textWithLanguage ? IPP_TAG.text : IPP_TAG.name;
  return { kind: 'text', tag: plain, value: textOf(text) };
}

/** Bytes of a message, the document behind it.
 *  @throws RangeError for a name or value over 32,767 bytes, a nameless attribute or a collection: nobody here sends one. */
export function encodeIpp({ version, code, requestId, groups, data }: IppBody): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  const view = viewOf(head);
  view.setUint16(0, version);
  view.setUint16(2, code);
  view.setInt32(4, requestId);
  const parts = groups.flatMap((group) => [Uint8Array.of(group.tag), ...group.attributes.flatMap(encodeAttribute)]);
  return concatBytes(head, ...parts, Uint8Array.of(IPP_GROUP.end), data);
}

function encodeAttribute({ name, values }: IppAttribute): Uint8Array[] {
  if (name === '' || values.length === 0) throw new RangeError('an attribute needs a name and a value');
  return values.flatMap((value, n) => [
    Uint8Array.of(value.tag),
    withLength(n === 0 ? utf8(name) : new Uint8Array(0)),
    withLength(valueBytes(value)),
  ]);
}

function valueBytes(value: IppValue): Uint8Array {
  switch (value.kind) {
    case 'number': {
      const bytes = new Uint8Array(4);
      viewOf(bytes).setInt32(0, value.value);
      return bytes;
    }
    case 'boolean':
      return Uint8Array.of(value.value ? 1 : 0);
    case 'text':
      return utf8(value.value);
    case 'none':
      return new Uint8Array(0);
    case 'bytes':
      return value.value;
    case 'collection':
      throw new RangeError('collections are not sent');
  }
}

function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length > LENGTH_MOST) throw new RangeError(`an IPP field of ${bytes.length} bytes`);
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A byte order mark stays: what comes back is what was sent. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
