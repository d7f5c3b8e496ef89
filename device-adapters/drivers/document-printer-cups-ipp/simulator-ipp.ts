import { concatBytes } from '@yimen/contracts/base';
import { GROUP, TAG } from './simulator-codes.table.ts';

/** One value as it lies on the wire. Of a collection each part is a value of its own, as RFC 8010 §3.1.6 lays them. */
export interface WireValue {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

export interface WireAttribute {
  readonly name: string;
  readonly values: readonly WireValue[];
}

export interface WireGroup {
  readonly tag: number;
  readonly attributes: readonly WireAttribute[];
}

/** A request, with the document behind it. */
export interface WireRequest {
  readonly major: number;
  readonly minor: number;
  readonly operation: number;
  readonly requestId: number;
  readonly groups: readonly WireGroup[];
  readonly document: Uint8Array;
}

export interface WireAnswer {
  readonly major: number;
  readonly minor: number;
  readonly status: number;
  readonly requestId: number;
  readonly groups: readonly WireGroup[];
}

/** Version (2), operation (2), request id (4). */
const HEAD_BYTES = 8;
/** Tags below this open or close a group; from here on they are values. */
const FIRST_VALUE_TAG = 0x10;

/** Reads a request; `undefined` when a length points beyond it, a value stands outside every group, or its end is missing.
 *  @source RFC 8010 §3.1 */
export function readRequest(bytes: Uint8Array): WireRequest | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const groups: { tag: number; attributes: { name: string; values: WireValue[] }[] }[] = [];
  let at = HEAD_BYTES;
  while (at < bytes.length) {
    const tag = view.getUint8(at);
    at += 1;
    if (tag === GROUP.end) {
      const [operation, requestId] = [view.getUint16(2), view.getUint32(4)];
      const [major, minor] = [view.getUint8(0), view.getUint8(1)];
      return { major, minor, operation, requestId, groups, document: bytes.subarray(at) };
    }
    if (tag < FIRST_VALUE_TAG) {
      groups.push({ tag, attributes: [] });
      continue;
    }
    const name = field(view, at);
    const value = name && field(view, name.next);
    const group = groups.at(-1);
    if (name === undefined || value === undefined || group === undefined) return undefined;
    const read: WireValue = { tag, bytes: Uint8Array.from(value.bytes) };
    // A nameless value is one more of the attribute before it.
    const before = group.attributes.at(-1);
    if (name.bytes.length > 0) group.attributes.push({ name: utf8(name.bytes), values: [read] });
    else if (before === undefined) return undefined;
    else before.values.push(read);
    at = value.next;
  }
  return undefined;
}

/** Two bytes of length and what they count. */
function field(view: DataView, at: number): { bytes: Uint8Array; next: number } | undefined {
  if (at + 2 > view.byteLength) return undefined;
  const length = view.getUint16(at);
  const next = at + 2 + length;
  if (next > view.byteLength) return undefined;
  return { bytes: new Uint8Array(view.buffer, view.byteOffset + at + 2, length), next };
}

/** Bytes of an answer.
 *  @source RFC 8010 §3.1 */
export function writeAnswer({ major, minor, status, requestId, groups }: WireAnswer): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, major);
  view.setUint8(1, minor);
  view.setUint16(2, status);
  view.setUint32(4, requestId);
  const parts = groups.flatMap(({ tag, attributes }) => [
    Uint8Array.of(tag),
    ...attributes.flatMap(({ name, values }) => values.map((value, i) => named(i === 0 ? name : '', value))),
  ]);
  return concatBytes(head, ...parts, Uint8Array.of(GROUP.end));
}

function named(name: string, { tag, bytes }: WireValue): Uint8Array {
  const letters = new TextEncoder().encode(name);
  return concatBytes(Uint8Array.of(tag), sized(letters), sized(bytes));
}

function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

/** A whole number, or an enum: four bytes. */
export function whole(tag: typeof TAG.integer | typeof TAG.enum, value: number): WireValue {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return { tag, bytes };
}

export function flag(isSo: boolean): WireValue {
  return { tag: TAG.boolean, bytes: Uint8Array.of(isSo ? 1 : 0) };
}

/** Any of the kinds that are letters. */
export function letters(tag: number, value: string): WireValue {
  return { tag, bytes: new TextEncoder().encode(value) };
}

export function keywords(...values: readonly string[]): WireValue[] {
  return values.map((value) => letters(TAG.keyword, value));
}

/** rangeOfInteger. */
export function range(least: number, most: number): WireValue {
  return { tag: TAG.range, bytes: concatBytes(whole(TAG.integer, least).bytes, whole(TAG.integer, most).bytes) };
}

/** Is not known, or has not happened. */
export const NO_VALUE: WireValue = { tag: TAG.noValue, bytes: new Uint8Array(0) };

/** A collection, as the row of values that it is on the wire. */
export function collection(members: Readonly<Record<string, readonly WireValue[]>>): WireValue[] {
  const none = new Uint8Array(0);
  return [
    { tag: TAG.beginCollection, bytes: none },
    ...Object.entries(members).flatMap(([name, values]) => [letters(TAG.memberName, name), ...values]),
    { tag: TAG.endCollection, bytes: none },
  ];
}

export function attribute(name: string, ...values: readonly WireValue[]): WireAttribute {
  return { name, values };
}

/** The letters of a value. */
export function textOf(value: WireValue): string {
  return utf8(value.bytes);
}

/** A whole number; `undefined` when the value is of another kind or size. */
export function numberOf({ tag, bytes }: WireValue): number | undefined {
  if ((tag !== TAG.integer && tag !== TAG.enum) || bytes.length !== 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0);
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
