import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, type FaultRows } from '../../driver-kit/ref1-status.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { RESULT } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  [RESULT.nobody]: ['noMedia', 'Nobody signed in time', 'suspend'],
  [RESULT.canceled]: ['canceled', 'Cancelled by the citizen on the pad', 'suspend'],
  [RESULT.overwritten]: ['deviceNotReady', 'The signature was overwritten already', 'suspend'],
  [RESULT.empty]: ['userError', 'Done was pressed without a stroke', 'suspend'],
  [RESULT.tooMuch]: ['userError', 'More ink than a signature has', 'suspend'],
};

/** The pad's axes: it has no medium, no supply and no state of its own. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  return ref1Axes(raw, FAULTS);
}
