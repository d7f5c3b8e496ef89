import type { Clock } from '@yimen/contracts/base';
import { useEffect, useState } from 'react';
import { PAGE_LIMITS } from '../limits.table.ts';

/** Monotonic milliseconds, drawn anew every `tickMs`. */
export function useNow(clock: Clock): number {
  const [now, setNow] = useState(() => clock.monoMs());
  useEffect(() => {
    let cancel = (): void => undefined;
    const tick = (): void => {
      setNow(clock.monoMs());
      cancel = clock.after(PAGE_LIMITS.tickMs, tick);
    };
    tick();
    return () => {
      cancel();
    };
  }, [clock]);
  return now;
}
