import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, type FaultRows } from '../../driver-kit/ref1-status.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { RESULT } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  [RESULT.nobody]: ['noMedia', 'Nobody put a finger on the glass in time', 'suspend'],
  [RESULT.fingerThere]: ['deviceNotReady', 'A finger still lies on the glass', 'suspend'],
  [RESULT.overwritten]: ['deviceNotReady', 'The image was overwritten already', 'suspend'],
  [RESULT.dirty]: ['hardwareError', 'The glass is dirty', 'clear'],
};

/** The collector's axes. What lies on the glass is its `media`; dirt is a fault of a device that stays `online`. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  return ref1Axes(raw, FAULTS);
}
