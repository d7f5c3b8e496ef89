import { chipTargets } from './chip-targets.ts';
import { messageTargets } from './message-targets.ts';
import { framerTargets } from './parser-targets.ts';
import type { FuzzTarget } from './target.ts';
import { valueTargets } from './value-targets.ts';

export { DRIVER_SUBJECTS, type DriverSubject } from './driver-subjects.ts';
export { runDriverCase, type DriverCaseEnd } from './run-driver-fuzz.ts';
export { runFuzz, type FuzzReport } from './run-fuzz.ts';

/** Every parser of the device line. */
export function parserTargets(): readonly FuzzTarget[] {
  return [...framerTargets(), ...messageTargets(), ...valueTargets(), ...chipTargets()];
}
