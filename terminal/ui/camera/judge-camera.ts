import { PAGE_LIMITS } from '../limits.table.ts';
import type { FrameMeasure } from './measure-frame.ts';

/** `settling`: not yet enough seen to say anything. `dark`, `bright`: a living picture in which little can be seen. */
export type CameraVerdict = 'settling' | 'ok' | 'dark' | 'bright' | 'black' | 'frozen';

/** What the last samples (oldest first) say of the camera. A camera is believed only after `settleSamples`; one colour
 *  and never any change are told as what they are, whatever size the picture claims. */
export function judgeCamera(samples: readonly FrameMeasure[]): CameraVerdict {
  const seen = samples.slice(-PAGE_LIMITS.settleSamples);
  const last = seen.at(-1);
  if (last === undefined || seen.length < PAGE_LIMITS.settleSamples) return 'settling';
  if (seen.every(isBlack)) return 'black';
  if (seen.every((sample) => sample.digest === last.digest)) return 'frozen';
  if (isBlack(last)) return 'settling';
  if (last.luminance < PAGE_LIMITS.darkLuminance) return 'dark';
  if (last.luminance > PAGE_LIMITS.brightLuminance) return 'bright';
  return 'ok';
}

function isBlack({ luminance, variance }: FrameMeasure): boolean {
  return luminance < PAGE_LIMITS.blackLuminance || variance < PAGE_LIMITS.flatVariance;
}
