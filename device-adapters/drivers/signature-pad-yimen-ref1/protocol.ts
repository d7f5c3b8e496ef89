import { err, ok, type Result } from '@yimen/contracts/base';
import type { Signature } from '@yimen/contracts/device';
import { numberField, ref1Value, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { rawObjectOf, type RawRef1Object } from '../../driver-kit/ref1-object.ts';
import { SIGNATURE_PAD_LIMITS as LIMITS } from './limits.table.ts';

/** Commands of this kind.
 *  @source README.md, "This kind" */
export const COMMAND = { capture: 0x10, fetch: 0x11, clear: 0x12, cancel: 0x13 } as const;

/** Fields of this kind. */
const TAG = { prompt: 0x40, width: 0x41, height: 0x42, strokes: 0x43 } as const;

/** Results 20 and up; their words are in `status.ts`. */
export const RESULT = { nobody: 0x20, canceled: 0x21, overwritten: 0x22, empty: 0x23, tooMuch: 0x24 } as const;

/** Bytes of a stroke's count and of a point. */
const COUNT_BYTES = 2;
const POINT_BYTES = 10;

/** A signature that waits in the pad's memory. */
export interface RawWriting {
  readonly object: RawRef1Object;
  /** Of the writing area. */
  readonly widthMm: number;
  readonly heightMm: number;
  readonly strokes: number;
}

type Stroke = Signature['strokes'][number];
type Point = Stroke[number];

/** Field 40. The port counts characters, the pad UTF-16 units.
 *  @returns the error says why the prompt cannot be shown. */
export function encodePrompt(prompt: string): Result<readonly Ref1Field[], string> {
  return prompt.length > LIMITS.promptUnits
    ? err('the prompt is too long')
    : ok([[TAG.prompt, ref1Value.text(prompt)]]);
}

/** Fields 30, 31 and 41–43 of a good end of a capture.
 *  @returns `undefined` when one is missing or out of its bounds, or when so many strokes cannot have that size. */
export function decodeWriting(fields: Ref1Fields): RawWriting | undefined {
  const object = rawObjectOf(fields);
  const widthMm = numberField(fields, TAG.width) ?? 0;
  const heightMm = numberField(fields, TAG.height) ?? 0;
  const strokes = numberField(fields, TAG.strokes) ?? 0;
  if (object === undefined || !isIn(widthMm, LIMITS.widthMostMm) || !isIn(heightMm, LIMITS.heightMostMm))
    return undefined;
  const points = (object.size - strokes * COUNT_BYTES) / POINT_BYTES;
  const isPossible = isIn(strokes, LIMITS.strokesMost) && Number.isInteger(points) && points >= strokes;
  return isPossible && points <= LIMITS.pointsMost ? { object, widthMm, heightMm, strokes } : undefined;
}

/** The strokes of a fetched object.
 *  @returns `undefined` when it is not as README.md says: another number of strokes, an empty one, a point outside the
 *  writing area, a time that runs back. */
export function decodeStrokes(bytes: Uint8Array, writing: RawWriting): Stroke[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strokes: Stroke[] = [];
  let lastMs = 0;
  for (let at = 0; at < bytes.length;) {
    if (at + COUNT_BYTES > bytes.length) return undefined;
    const count = view.getUint16(at);
    at += COUNT_BYTES;
    if (!isIn(count, LIMITS.strokePoints) || at + count * POINT_BYTES > bytes.length) return undefined;
    const stroke = Array.from({ length: count }, (_, i) => pointAt(view, at + i * POINT_BYTES));
    for (const point of stroke) {
      if (!isPossible(point, lastMs, writing)) return undefined;
      lastMs = point[3];
    }
    strokes.push(stroke);
    at += count * POINT_BYTES;
  }
  return strokes.length === writing.strokes ? strokes : undefined;
}

function pointAt(view: DataView, at: number): Point {
  return [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4), view.getUint32(at + 6)];
}

function isPossible([x, y, pressure, ms]: Point, lastMs: number, { widthMm, heightMm }: RawWriting): boolean {
  const isThere = x <= widthMm * 100 && y <= heightMm * 100;
  return isThere && pressure <= LIMITS.pressureMost && ms >= lastMs && ms <= LIMITS.timeMostMs;
}

/** A count from 1 to `most`. */
function isIn(count: number, most: number): boolean {
  return count >= 1 && count <= most;
}
