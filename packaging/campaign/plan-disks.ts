import { DISK_STATES } from '../power-cut/disk-states.ts';
import { settle, type PlannedFault, type PlannedSession } from './plan.ts';
import { seeded, type Seeded } from './seeded.ts';
import { JOURNAL_ROWS } from './visits.table.ts';

/** What stops when the power of a terminal is cut. Bench, offices, fleet and the citizen's telephone are the world outside. */
export const POWERED: readonly string[] = ['core', 'session', 'device-host'];
/** Three services that between them move a citizen's card, make goods and take money come first, then any. */
const FIRST = ['exit.endorse', 'veh.licence', 'exit.collect'];
/** Of a service's rows: a session that goes a shorter way still comes as far as this. */
const REACHED_SHARE = 0.9;
/** Calls of core at its files that fail, each of them and for as long as the fault lasts. */
const CALLS: readonly (readonly [calls: string, error: string])[] = [
  ['fsync,fdatasync', 'EIO'],
  ['pwrite64', 'ENOSPC'],
  ['pwrite64', 'EIO'],
  ['fsync,fdatasync', 'ENOSPC'],
];

/** R2: the power is cut before or after a drawn row of a drawn service. */
export function planPowerCuts(seed: number, size: number, services: readonly string[]): PlannedSession[] {
  return planAtRows(seed, size, services, (nth, random) => ({
    what: 'power-cut',
    victims: POWERED,
    boundary: { by: 'row', nth, when: random.pick(['before', 'after'] as const) },
  }));
}

/** R4: from a drawn row on core's own writes or syncs fail. */
export function planFailingCalls(seed: number, size: number, services: readonly string[]): PlannedSession[] {
  return planAtRows(seed, size, services, (row, _random, i) => {
    const [calls, error] = CALLS[i % CALLS.length] ?? ['fsync', 'EIO'];
    return { what: 'calls', calls, error, row };
  });
}

/** R5: from a drawn row on the terminal's disk is full, has no inode left, or can only be read. */
export function planDiskStates(seed: number, size: number, services: readonly string[]): PlannedSession[] {
  return planAtRows(seed, size, services, (row, _random, i) => ({
    what: 'disk',
    state: DISK_STATES[i % DISK_STATES.length] ?? 'full',
    row,
  }));
}

function planAtRows(
  seed: number,
  size: number,
  services: readonly string[],
  faultAt: (nth: number, random: Seeded, i: number) => PlannedFault,
): PlannedSession[] {
  return settle(
    Array.from({ length: size }, (_, i) => {
      const random = seeded(seed, i + 1);
      const drawn = random.pick(services);
      const first = FIRST[i];
      const service = first !== undefined && services.includes(first) ? first : drawn;
      const nth = random.int(1, Math.round((JOURNAL_ROWS[service] ?? 60) * REACHED_SHARE));
      return { service, lang: 'zh-CN', fault: faultAt(nth, random, i) };
    }),
  );
}
