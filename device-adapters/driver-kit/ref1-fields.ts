import { concatBytes } from '@yimen/contracts/base';

/** Data of a reference-protocol frame: fields `tag u8 | length u16 | value`, big-endian, in any order, repeats kept.
 *  Unknown tags are carried and ignored, so that a later edition may add some. */
export type Ref1Fields = ReadonlyMap<number, readonly Uint8Array[]>;

/** One field to be written. */
export type Ref1Field = readonly [tag: number, value: Uint8Array];

const HEAD_BYTES = 3;

/** Bytes of `fields`, in the order given. The frame around them bounds their sum. */
export function encodeRef1Fields(fields: readonly Ref1Field[]): Uint8Array<ArrayBuffer> {
  const parts = fields.flatMap(([tag, value]) => [Uint8Array.of(tag, value.length >> 8, value.length & 255), value]);
  return concatBytes(...parts);
}

/** @returns the values as views of `data`: who overwrites a person's value has overwritten the frame's. `undefined` when
 *  a field is cut off: the frame is intact, so its sender wrote nonsense. */
export function decodeRef1Fields(data: Uint8Array): Ref1Fields | undefined {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  while (at < data.length) {
    const tag = data[at] ?? 0;
    const length = ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const end = at + HEAD_BYTES + length;
    if (at + HEAD_BYTES > data.length || end > data.length) return undefined;
    const values = fields.get(tag) ?? [];
    values.push(data.subarray(at + HEAD_BYTES, end));
    fields.set(tag, values);
    at = end;
  }
  return fields;
}

/** Unsigned big-endian number of one to four bytes; `undefined` when absent or of another length. */
export function numberField(fields: Ref1Fields, tag: number): number | undefined {
  const value = fields.get(tag)?.[0];
  if (value === undefined || value.length === 0 || value.length > 4) return undefined;
  return value.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** UTF-8 text; `undefined` when absent or not UTF-8. */
export function textField(fields: Ref1Fields, tag: number): string | undefined {
  const value = fields.get(tag)?.[0];
  return value === undefined ? undefined : decodeText(value);
}

/** All UTF-8 texts of a repeated field, in order; a value that is not UTF-8 becomes U+FFFD characters. */
export function textFields(fields: Ref1Fields, tag: number): string[] {
  return (fields.get(tag) ?? []).map((value) => new TextDecoder().decode(value));
}

/** Field values, written. */
export const ref1Value = {
  u8: (value: number): Uint8Array => Uint8Array.of(value),
  u16: (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255),
  u32: (value: number): Uint8Array =>
    Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255),
  text: (value: string): Uint8Array => new TextEncoder().encode(value),
} as const;

function decodeText(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    // The decoder's only way to say "not UTF-8".
    return undefined;
  }
}
