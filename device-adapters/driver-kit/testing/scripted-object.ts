import { createHash } from 'node:crypto';
import { numberField, ref1Value, type Ref1Field } from '../ref1-fields.ts';
import { REF1_LIMITS } from '../ref1-limits.table.ts';
import type { Heard, ScriptedRef1 } from './scripted-ref1.ts';

/** What a device would answer to one fetch; a test bends it. */
export interface ScriptedChunk {
  object: number;
  chunk: number;
  bytes: Uint8Array;
  digest: Uint8Array | undefined;
}

const { u16, u32 } = ref1Value;

/** Fields 30 and 31 of an object. */
export function objectFields(number: number, size: number): readonly Ref1Field[] {
  return [
    [0x30, u16(number)],
    [0x31, u32(size)],
  ];
}

/** The fields of one chunk. */
export function chunkFields({ object, chunk, bytes, digest }: ScriptedChunk): readonly Ref1Field[] {
  const closing: readonly Ref1Field[] = digest === undefined ? [] : [[0x34, digest]];
  return [[0x30, u16(object)], [0x32, u16(chunk)], [0x33, bytes], ...closing];
}

/** Lets the peer give an object on `command`, chunk by chunk.
 *  @param bend changes a chunk before it is sent; gives `lost`: it is accepted and never comes. */
export function serveObject(
  peer: ScriptedRef1,
  command: number,
  object: Uint8Array,
  bend: (chunk: ScriptedChunk) => unknown = () => undefined,
): void {
  peer.on.set(command, (heard: Heard) => {
    const chunk = numberField(heard.fields, 0x32) ?? 0;
    const from = chunk * REF1_LIMITS.chunkBytes;
    const bytes = object.slice(from, from + REF1_LIMITS.chunkBytes);
    const isLast = from + bytes.length === object.length;
    const digest = isLast ? new Uint8Array(createHash('sha256').update(object).digest()) : undefined;
    const given: ScriptedChunk = { object: numberField(heard.fields, 0x30) ?? 0, chunk, bytes, digest };
    if (bend(given) === 'lost') peer.accept(heard);
    else peer.answer(heard, chunkFields(given));
  });
}
