import type { Clock } from '@yimen/contracts/base';

/** A moment of the office's clock on ours: what counts is how far it is ahead, not what their clock shows. */
export function ownTime(clock: Clock, officeMoment: number, officeNow: number): number {
  return clock.wallMs() + (officeMoment - officeNow);
}
