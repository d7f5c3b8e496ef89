import type { Clock } from '@yimen/contracts/base';
import type { WireTime } from '@yimen/contracts/fleet';

/** The fleet server's clock as last heard; a terminal's own may be wrong. */
export interface ServerTime {
  heard(srv: number): void;
  /** `t` of a payload, stamped now. */
  stamp(): WireTime;
  /** Added to this machine's wall clock it gives trusted time, milliseconds; 0 until a server was heard. */
  offsetMs(): number;
}

export function serverTime(clock: Clock, boot: string, onHeard: (srv: number) => void): ServerTime {
  let last: { srv: number; mono: number } | undefined;
  return {
    heard: (srv) => {
      last = { srv, mono: clock.monoMs() };
      onHeard(srv);
    },
    stamp: () => ({ boot, mono: clock.monoMs(), wall: clock.wallMs(), srv: last?.srv ?? null }),
    // Counted on by the monotonic clock: a jump of the wall clock moves the offset, not the trusted time.
    offsetMs: () => (last === undefined ? 0 : last.srv + (clock.monoMs() - last.mono) - clock.wallMs()),
  };
}
