import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';

export interface ClockJump {
  /** What the wall clock would say had it not jumped, milliseconds. */
  readonly before: number;
  readonly after: number;
}

/** Compares the wall clock with the monotonic one, and tells jumps of more than `clockJumpMs` either way.
 *  @returns how to stop */
export function watchClock(clock: Clock, onJump: (jump: ClockJump) => void): CancelTimer {
  let wall = clock.wallMs();
  let mono = clock.monoMs();
  let cancel: CancelTimer = () => undefined;
  const check = (): void => {
    const before = wall + (clock.monoMs() - mono);
    const after = clock.wallMs();
    if (Math.abs(after - before) > CORE_LIMITS.clockJumpMs)
      onJump({ before: Math.max(0, before), after: Math.max(0, after) });
    wall = after;
    mono = clock.monoMs();
    cancel = clock.after(CORE_LIMITS.clockCheckMs, check);
  };
  cancel = clock.after(CORE_LIMITS.clockCheckMs, check);
  return () => {
    cancel();
  };
}
