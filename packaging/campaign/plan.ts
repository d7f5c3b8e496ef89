import { CATALOGUE, OFFICE_OF_DOMAIN } from '@yimen/contracts/service';
import type { FaultRecipe } from '../citizen/faults.table.ts';
import type { Visit } from '../citizen/visits.table.ts';
import type { DiskState } from '../power-cut/disk-states.ts';
import type { Death } from './death.ts';
import { DEVICES_OF, DEVICE_FAULTS, FAULT_STEPS, OFFICE_FAULTS, OUTER_VICTIMS, VICTIMS } from './faults.table.ts';
import { seeded, type Seeded } from './seeded.ts';
import { CAMPAIGN_VISITS, JOURNAL_ROWS, REFUSED_VISITS } from './visits.table.ts';

/** What breaks in one session of a campaign. */
export type PlannedFault =
  | { readonly what: 'none' }
  /** Something from outside, by the scripted citizen's own means. */
  | { readonly what: 'recipe'; readonly name: string; readonly step: string | null; readonly recipe: FaultRecipe }
  /** Processes die at a boundary of this session: its n-th journal row, or its n-th request to journal. */
  | { readonly what: 'kill'; readonly victims: readonly string[]; readonly boundary: Boundary }
  /** The power of the whole terminal, its disk's cache with it. */
  | { readonly what: 'power-cut'; readonly victims: readonly string[]; readonly boundary: Boundary }
  /** From about this row of the session on such calls of core at its files fail, for a while. */
  | { readonly what: 'calls'; readonly calls: string; readonly error: string; readonly row: number }
  /** The same for the terminal's disk. */
  | { readonly what: 'disk'; readonly state: DiskState; readonly row: number };

export type Boundary =
  | { readonly by: 'row'; readonly nth: number; readonly when: 'before' | 'after' }
  | { readonly by: 'request'; readonly nth: number };

export interface PlannedSession {
  /** Its number in the campaign, from 1. */
  readonly no: number;
  /** Number of the demonstration it runs on: a new one begins when somebody would have to come a second time. */
  readonly hall: number;
  readonly service: string;
  readonly visit: Partial<Visit>;
  readonly lang: 'zh-CN' | 'en';
  readonly fault: PlannedFault;
}

/** Sessions on one demonstration at most: more would only make each check read more rows. */
const HALL_SESSIONS = 20;

/** `visit`: somebody who may come again and again. */
type Draft = Omit<PlannedSession, 'no' | 'hall' | 'visit'> & { readonly visit?: PlannedSession['visit'] | undefined };
const REFUSED_SHARE = 0.1;

/** Seeded fault sessions. Each is drawn from the seed and its own number alone, so that one can be walked again alone. */
export function planRandom(seed: number, size: number): PlannedSession[] {
  return settle(
    Array.from({ length: size }, (_, i) => {
      const random = seeded(seed, i + 1);
      const service = random.pick(CATALOGUE).id;
      const lang = random.pick(['zh-CN', 'en'] as const);
      const visit = random.chance(REFUSED_SHARE) ? REFUSED_VISITS[service] : undefined;
      return { service, lang, visit, fault: drawFault(service, random) };
    }),
  );
}

/** F55: processes that die before or after each row of each service, shuffled by the seed. */
export function planKills(seed: number, size: number | undefined, services: readonly string[]): PlannedSession[] {
  const cases = services.flatMap((service) =>
    Array.from({ length: JOURNAL_ROWS[service] ?? 0 }, (_, i) => i + 1).flatMap((nth) =>
      VICTIMS.flatMap((victims) => boundariesAt(nth, victims).map((boundary) => ({ service, victims, boundary }))),
    ),
  );
  const random = seeded(seed);
  for (let i = cases.length - 1; i > 0; i -= 1) {
    const other = random.int(0, i);
    const [a, b] = [cases[i], cases[other]];
    if (a !== undefined && b !== undefined) [cases[i], cases[other]] = [b, a];
  }
  return settle(
    cases.slice(0, size).map(({ service, victims, boundary }) => ({
      service,
      lang: 'zh-CN',
      fault: { what: 'kill', victims, boundary },
    })),
  );
}

function boundariesAt(nth: number, victims: readonly string[]): Boundary[] {
  const rows: Boundary[] = [
    { by: 'row', nth, when: 'before' },
    { by: 'row', nth, when: 'after' },
  ];
  // A session journals several rows at once: about every second row is a request of its own.
  return victims.length === 1 && victims[0] === 'session' && nth % 2 === 0
    ? [...rows, { by: 'request', nth: nth / 2 }]
    : rows;
}

/** Gives each session its demonstration and its person. */
export function settle(drafts: readonly Draft[]): PlannedSession[] {
  let hall = 1;
  let served = 0;
  let came: Record<string, number> = {};
  return drafts.map((draft, i) => {
    const visits = CAMPAIGN_VISITS[draft.service] ?? [{}];
    if (served >= HALL_SESSIONS || (draft.visit === undefined && (came[draft.service] ?? 0) >= visits.length)) {
      hall += 1;
      served = 0;
      came = {};
    }
    served += 1;
    if (draft.visit !== undefined) return { ...draft, no: i + 1, hall, visit: draft.visit };
    const nth = came[draft.service] ?? 0;
    came[draft.service] = nth + 1;
    return { ...draft, no: i + 1, hall, visit: visits[nth] ?? {} };
  });
}

function drawFault(service: string, random: Seeded): PlannedFault {
  const share = random.next();
  if (share < 0.2) return { what: 'none' };
  if (share < 0.5) return deviceFault(service, random);
  if (share < 0.65) return officeFault(service, random);
  if (share < 0.9) return kill(service, random);
  if (share < 0.97) {
    const does = random.pick(['never-takes', 'walks-away'] as const);
    return recipe(does, random.pick(FAULT_STEPS), { how: 'citizen', does, step: null });
  }
  return recipe('page dies', random.pick(FAULT_STEPS), { how: 'page', step: null });
}

function deviceFault(service: string, random: Seeded): PlannedFault {
  const device = random.pick(DEVICES_OF[service] ?? []);
  const name = random.pick(DEVICE_FAULTS[device] ?? []);
  const step = random.chance(0.4) ? null : random.pick(FAULT_STEPS);
  return { what: 'recipe', name, step, recipe: { how: 'device', device, step } };
}

function officeFault(service: string, random: Seeded): PlannedFault {
  const domain = CATALOGUE.find(({ id }) => id === service)?.domain ?? 'exit-entry';
  const { kind, action } = random.pick(OFFICE_FAULTS);
  const called = kind.replace('{office}', OFFICE_OF_DOMAIN[domain]);
  const times = random.pick([1, 1, 2]);
  return recipe(`${called} ${String(action['do'])}`, null, {
    how: 'office',
    switch: { kind: called, times, action },
    step: null,
  });
}

function kill(service: string, random: Seeded): PlannedFault {
  const victims = random.pick([...VICTIMS, ...VICTIMS, ...OUTER_VICTIMS]);
  const nth = random.int(1, JOURNAL_ROWS[service] ?? 60);
  return { what: 'kill', victims, boundary: random.pick(boundariesAt(nth, victims)) };
}

function recipe(name: string, step: string | null, how: FaultRecipe): PlannedFault {
  return { what: 'recipe', name, step, recipe: how };
}

/** The order to die that a planned boundary becomes once it is known where the session's rows begin. */
export function deathOf(
  fault: Extract<PlannedFault, { what: 'kill' | 'power-cut' }>,
  from: number,
  portBase: number,
): Death {
  const { victims, boundary } = fault;
  const at =
    boundary.by === 'row'
      ? { by: 'row' as const, fromJ: from, nth: boundary.nth, when: boundary.when }
      : { by: 'request' as const, n: boundary.nth };
  return { portBase, victims: [...victims], at };
}

/** One line for people. */
export function faultWords(fault: PlannedFault): string {
  if (fault.what === 'none') return 'nothing breaks';
  if (fault.what === 'recipe') {
    const where = fault.recipe.how === 'device' ? `${fault.recipe.device} ` : '';
    return `${where}${fault.name}${fault.step === null ? '' : ` at ${fault.step}`}`;
  }
  if (fault.what === 'calls') return `${fault.calls} answer ${fault.error} from row ${fault.row} on`;
  if (fault.what === 'disk') return `the disk is ${fault.state} from row ${fault.row} on`;
  const { boundary, victims } = fault;
  const how = fault.what === 'kill' ? `${victims.join(' and ')} killed` : 'the power cut';
  const at = boundary.by === 'row' ? `${boundary.when} row ${boundary.nth}` : `instead of request ${boundary.nth}`;
  return `${how} ${at}`;
}
