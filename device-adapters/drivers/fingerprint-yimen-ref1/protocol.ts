import type { FingerImage } from '@yimen/contracts/device';
import { numberField, ref1Value, type Ref1Field, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { rawObjectOf, type RawRef1Object } from '../../driver-kit/ref1-object.ts';
import { FINGERPRINT_LIMITS as LIMITS } from './limits.table.ts';

/** Commands of this kind.
 *  @source README.md, "This kind" */
export const COMMAND = { capture: 0x10, fetch: 0x11, clear: 0x12 } as const;

/** Fields of this kind. */
const TAG = { finger: 0x40, width: 0x41, height: 0x42, dpi: 0x43, quality: 0x44, hint: 0x45 } as const;

/** Results 20 and up; their words are in `status.ts`. */
export const RESULT = { nobody: 0x20, fingerThere: 0x21, overwritten: 0x22, dirty: 0x23 } as const;

const HINTS: readonly FingerImage['hint'][] = ['none', 'dry', 'wet', 'partial', 'tooFast', 'dirty', 'shifted'];

/** An image that waits in the device's memory. */
export interface RawFingerImage extends Omit<FingerImage, 'image'> {
  readonly object: RawRef1Object;
}

/** Field 40. `finger` 1–10. */
export function encodeFinger(finger: number): readonly Ref1Field[] {
  return [[TAG.finger, ref1Value.u8(finger)]];
}

/** Fields 30, 31 and 41–45 of a good end of a capture.
 *  @returns `undefined` when one is missing or out of its table, when the size is not that of such an image, or when it
 *  is larger than any: nothing is guessed, a hint that nobody knows least of all. */
export function decodeImage(fields: Ref1Fields): RawFingerImage | undefined {
  const object = rawObjectOf(fields);
  const width = inRange(fields, TAG.width, 1, LIMITS.widthMost);
  const height = inRange(fields, TAG.height, 1, LIMITS.heightMost);
  const quality = inRange(fields, TAG.quality, 0, 100);
  const hint = HINTS[numberField(fields, TAG.hint) ?? -1];
  const isOfPort = numberField(fields, TAG.dpi) === LIMITS.dpi;
  if (object === undefined || width === undefined || height === undefined) return undefined;
  if (quality === undefined || hint === undefined || !isOfPort) return undefined;
  if (object.size !== width * height || object.size > LIMITS.imageBytes) return undefined;
  return { object, width, height, dpi: LIMITS.dpi, quality, hint };
}

function inRange(fields: Ref1Fields, tag: number, least: number, most: number): number | undefined {
  const value = numberField(fields, tag);
  return value === undefined || value < least || value > most ? undefined : value;
}
