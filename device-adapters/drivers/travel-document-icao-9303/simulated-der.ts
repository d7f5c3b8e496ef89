// The chip's and its issuer's own DER (ISO/IEC 8825-1 §8–11), written apart from the driver's reader of it.

/** Tag, definite length, value. A tag of two bytes is given as one number (`0x7f60`). */
export function object(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const length = value.length;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...tagBytes, ...lengthBytes]), value]);
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return object(0x30, ...parts);
}

/** A SET OF in DER: its members in the order of their bytes. */
export function setOf(...parts: readonly Uint8Array[]): Buffer {
  return object(0x31, ...parts.map((part) => Buffer.from(part)).toSorted((a, b) => Buffer.compare(a, b)));
}

/** A non-negative INTEGER from a number or from big-endian bytes. */
export function integer(value: number | Uint8Array): Buffer {
  const bytes = typeof value === 'number' ? Buffer.from(evenHex(value), 'hex') : Buffer.from(value);
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const short = bytes.subarray(start);
  return object(0x02, (short[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), short);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  return object(0x06, objectIdentifierValue(dotted));
}

/** The contents of an OBJECT IDENTIFIER, as a tag of another class would hold them. */
export function objectIdentifierValue(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...rest].flatMap((arc) => base128(arc)));
}

export function octetString(...parts: readonly Uint8Array[]): Buffer {
  return object(0x04, ...parts);
}

/** BIT STRING of whole bytes. */
export function bitString(...parts: readonly Uint8Array[]): Buffer {
  return object(0x03, Buffer.from([0]), ...parts);
}

export const NULL = object(0x05);

/** One object cut from the front of `bytes`; `undefined` when it is not whole or its length is longer than two bytes. */
export function readObject(bytes: Uint8Array): { tag: number; value: Buffer; rest: Buffer } | undefined {
  const all = Buffer.from(bytes);
  const [first = 0, second] = all;
  const tagLength = (first & 0x1f) === 0x1f ? 2 : 1;
  const tag = tagLength === 2 ? first * 256 + (second ?? 0) : first;
  const mark = all[tagLength];
  if (mark === undefined || mark === 0x80 || mark > 0x82) return undefined;
  const lengthBytes = mark < 0x80 ? 0 : mark & 0x0f;
  const start = tagLength + 1 + lengthBytes;
  if (all.length < start) return undefined;
  const length = lengthBytes === 0 ? mark : all.readUIntBE(tagLength + 1, lengthBytes);
  if (all.length < start + length) return undefined;
  return { tag, value: all.subarray(start, start + length), rest: all.subarray(start + length) };
}

/** Every object in `bytes`, by tag; `undefined` when one is not whole or a tag comes twice. */
export function readObjects(bytes: Uint8Array): ReadonlyMap<number, Buffer> | undefined {
  const found = new Map<number, Buffer>();
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    const next = readObject(rest);
    if (next === undefined || found.has(next.tag)) return undefined;
    found.set(next.tag, next.value);
    rest = Buffer.from(next.rest);
  }
  return found;
}

function evenHex(value: number): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let left = arc >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}
