import type { MediaState } from '@yimen/contracts/device';
import { numberField } from '../../driver-kit/ref1-fields.ts';
import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, type FaultRows } from '../../driver-kit/ref1-status.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { TAG } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  0x20: ['noMedia', 'No card where it should be', 'reset'],
  0x21: ['mediaJam', 'The card is stuck in the printer', 'clear'],
  0x22: ['coverOpen', 'The printer’s cover is open', 'clear'],
  0x23: ['deviceNotReady', 'A card is inside already', 'reset'],
  0x24: ['headHot', 'The print head has to cool down', 'suspend'],
  0x25: ['printQuality', 'Printed, but the scanner could not read it', 'maintenance'],
  0x26: ['encodeFail', 'The chip was not written, nothing was printed', 'maintenance'],
  0x27: ['shutterFail', 'The passage to the card unit does not open', 'maintenance'],
};

const MEDIA_AT: readonly MediaState[] = ['notPresent', 'present', 'entering'];

/** The printer's axes. A card between unit and printer is `entering` (XFS4IoT's word for "at the entry slot"): neither
 *  of the two holds it. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  const axes = ref1Axes(raw, FAULTS);
  const position = numberField(raw.fields, TAG.position);
  if (axes.media === 'jammed' || position === undefined) return axes;
  return { ...axes, media: MEDIA_AT[position] ?? 'unknown' };
}
