import { concatBytes } from '@yimen/contracts/base';
import { ref1Value } from '../../../driver-kit/ref1-fields.ts';

/** Strokes as a test writes them; they need not be possible ones. */
export type WrittenStrokes = readonly (readonly (readonly [x: number, y: number, pressure: number, ms: number])[])[];

/** The object of a signature: README.md, "The object". */
export function strokeBytes(strokes: WrittenStrokes): Uint8Array {
  const { u16, u32 } = ref1Value;
  return concatBytes(
    ...strokes.flatMap((stroke) => [
      u16(stroke.length),
      ...stroke.flatMap(([x, y, pressure, ms]) => [u16(x), u16(y), u16(pressure), u32(ms)]),
    ]),
  );
}
