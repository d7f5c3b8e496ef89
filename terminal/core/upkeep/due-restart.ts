import type { EventFields } from '@yimen/contracts/journal';
import { CORE_LIMITS } from '../limits.table.ts';

export type Restarted = EventFields<'process-restarted'>;

export interface UpkeepState {
  /** What was asked for, oldest first. */
  readonly wishes: readonly Restarted[];
  /** How long core has stood, and how long nobody was served; 0: somebody is. Monotonic. */
  readonly upMs: number;
  readonly idleMs: number;
  /** Wall time, set right by the fleet's. */
  readonly wallMs: number;
}

const HOUR_MS = 3_600_000;
/** Asia/Shanghai has no summer time. */
const ZONE_MS = 8 * HOUR_MS;

/** What is to be restarted now; nothing as long as anybody is served. Core always comes last: it ends itself. Pure. */
export function dueRestarts(state: UpkeepState): readonly Restarted[] {
  if (state.idleMs < CORE_LIMITS.upkeepIdleMs) return [];
  const due = isNight(state) ? [NIGHTLY_HOST, NIGHTLY_CORE] : state.wishes;
  return [...due.filter(({ process }) => process !== 'core'), ...due.filter(({ process }) => process === 'core')];
}

const NIGHTLY_HOST: Restarted = { process: 'deviceHost', why: 'nightly', rssMb: null };
const NIGHTLY_CORE: Restarted = { process: 'core', why: 'nightly', rssMb: null };

function isNight({ wallMs, upMs }: UpkeepState): boolean {
  const hour = ((wallMs + ZONE_MS) / HOUR_MS) % 24;
  const { nightlyHour, nightlyHours, nightlyUpMs } = CORE_LIMITS;
  return hour >= nightlyHour && hour < nightlyHour + nightlyHours && upMs >= nightlyUpMs;
}
