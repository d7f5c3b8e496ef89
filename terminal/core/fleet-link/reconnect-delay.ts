import type { RandomBytes } from '@yimen/contracts/base';
import { FLEET_TIMES } from '@yimen/contracts/fleet';
import { CORE_LIMITS } from '../limits.table.ts';
import { fraction } from '../platform/random.ts';

/** How long to wait before the next CONNECT (fleet contract §2.5, rule 8): after a loss first uniformly within the spread
 *  that the server asked for, 30 s before any; then full jitter, doubling to 120 s.
 *  @param attempt 0 for the first after a loss */
export function reconnectDelayMs(attempt: number, spreadSec: number | undefined, random: RandomBytes): number {
  const spreadMs = spreadSec === undefined ? FLEET_TIMES.reconnectSpreadBeforeAnyMs : spreadSec * 1000;
  const boundMs =
    attempt === 0
      ? spreadMs
      : Math.min(FLEET_TIMES.reconnectMaxMs, CORE_LIMITS.reconnectFirstMs * 2 ** Math.min(attempt, 20));
  return Math.floor(fraction(random) * boundMs);
}
