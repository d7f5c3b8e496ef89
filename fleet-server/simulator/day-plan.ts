import { LIGHT_FAULTS, type LightFault } from './devices.table.ts';
import { SeededRandom } from './seeded-random.ts';
import { HOUR_WEIGHTS, LIGHT_SERVICES, REFUSALS, type LightService } from './services.table.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Citizens of one terminal on one day, on average (1,100 a day on 14 machines). */
const CITIZENS_PER_DAY = 70;
const FAULTS_PER_DAY = 3;

/** One citizen at the terminal. Times are wall milliseconds. */
export interface PlannedCitizen {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly service: LightService;
  readonly outcome: 'done' | 'refused' | 'stopped' | 'abandoned';
  readonly reason: string | null;
  readonly stop: 'approval-pending' | 'paid-not-produced' | 'produced-not-taken' | 'card-held' | null;
  readonly feeFen: number;
}

export interface PlannedFault {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly fault: LightFault;
}

/** First moment of the day in Asia/Shanghai (UTC+8 all year) that `wallMs` falls into. */
export function dayStart(wallMs: number): number {
  const day = 24 * HOUR_MS;
  return Math.floor((wallMs + 8 * HOUR_MS) / day) * day - 8 * HOUR_MS;
}

/** The citizens of one terminal on one day, one after the other; the same seed, terminal and day give the same. */
export function planCitizens(seed: number, tid: string, startOfDay: number): PlannedCitizen[] {
  const random = new SeededRandom('citizens', seed, tid, startOfDay);
  const starts = Array.from({ length: random.between(CITIZENS_PER_DAY - 15, CITIZENS_PER_DAY + 15) }, () => {
    const hour = random.pick([...HOUR_WEIGHTS.keys()], (one) => HOUR_WEIGHTS[one] ?? 0);
    return startOfDay + hour * HOUR_MS + random.between(0, HOUR_MS - 1);
  }).toSorted((a, b) => a - b);
  const citizens: PlannedCitizen[] = [];
  let free = startOfDay;
  for (const start of starts) {
    const citizen = planCitizen(random, Math.max(start, free));
    free = citizen.endsAt + 20_000;
    if (citizen.endsAt < startOfDay + 24 * HOUR_MS) citizens.push(citizen);
  }
  return citizens;
}

/** What one citizen who comes at `startsAt` will do. */
export function planCitizen(random: SeededRandom, startsAt: number): PlannedCitizen {
  const service = random.pick(LIGHT_SERVICES, (one) => one.weight);
  const outcome = random.pick(
    ['done', 'refused', 'abandoned', 'stopped'] as const,
    (one) => ({ done: 87, refused: 7, abandoned: 5, stopped: 1 })[one],
  );
  const [least, most] = service.minutes;
  return {
    startsAt,
    endsAt: startsAt + random.between(least * MINUTE_MS, most * MINUTE_MS),
    service,
    outcome,
    reason: outcome === 'refused' ? random.pick(REFUSALS) : null,
    stop: outcome === 'stopped' ? stopOf(random, service) : null,
    feeFen: service.feesFen.length === 0 ? 0 : random.pick(service.feesFen),
  };
}

function stopOf(random: SeededRandom, service: LightService): PlannedCitizen['stop'] {
  if (service.produces === 0) return 'approval-pending';
  return random.pick(['approval-pending', 'paid-not-produced', 'produced-not-taken', 'card-held'] as const, (one) =>
    one === 'card-held' ? 1 : 3,
  );
}

/** The faults of one terminal on one day: between seven and ten o'clock in the evening, one at a time. */
export function planFaults(seed: number, tid: string, startOfDay: number): PlannedFault[] {
  const random = new SeededRandom('faults', seed, tid, startOfDay);
  const faults: PlannedFault[] = [];
  for (let i = random.between(0, 2 * FAULTS_PER_DAY); i > 0; i -= 1) {
    const startsAt = startOfDay + 7 * HOUR_MS + random.between(0, 15 * HOUR_MS);
    faults.push({
      startsAt,
      endsAt: startsAt + random.between(8 * MINUTE_MS, 40 * MINUTE_MS),
      fault: random.pick(LIGHT_FAULTS, (one) => one.weight),
    });
  }
  const sorted = faults.toSorted((a, b) => a.startsAt - b.startsAt);
  return sorted.filter((one, index) => one.startsAt > (sorted[index - 1]?.endsAt ?? 0));
}
