import { sentenceOf } from '../start/problem.ts';
import { walk } from '../citizen/walk.ts';
import type { CampaignHall } from './campaign-hall.ts';
import { readJournal } from './evidence.ts';
import { violationsOf } from './invariants.ts';
import type { PlannedSession } from './plan.ts';
import { restOf } from './rest.ts';
import { beginFault } from './session-faults.ts';

/** How one session of a campaign went. */
export interface SessionReport {
  readonly no: number;
  readonly service: string;
  /** `done`, `refused`, `stopped`, `abandoned`, or `none`: nobody came as far as a service. */
  readonly outcome: string;
  /** Why it was refused or stopped. */
  readonly why: string | null;
  /** For what comes at a boundary: whether it was reached. */
  readonly died: boolean | null;
  readonly rows: number;
  readonly ms: number;
  readonly violations: readonly string[];
}

/** Walks one citizen through, waits until all is quiet, and looks at every store. */
export async function oneSession(hall: CampaignHall, planned: PlannedSession): Promise<SessionReport> {
  const startedAt = performance.now();
  const from = readJournal(hall.dataDir).at(-1)?.j ?? 0;
  const { fault, service } = planned;
  const open = beginFault(hall, fault, from);
  const hung = await walkAlong(hall, planned);
  const { reached: died, violations } = await open.end();
  await hall.tidy();
  const unrest = await restOf(hall);
  const evidence = await hall.evidence();
  const own = evidence.rows.filter(({ j }) => j > from);
  const result = own.findLast(({ kind }) => kind === 'service-result');
  return {
    no: planned.no,
    service,
    outcome: wordOf(result?.['outcome']) ?? 'none',
    why: wordOf(result?.['reason']) ?? wordOf(result?.['stop']),
    died,
    rows: own.length,
    ms: Math.round(performance.now() - startedAt),
    violations: [
      ...(hung === undefined ? [] : [`the citizen could not go on: ${hung}`]),
      ...(unrest === undefined ? [] : [`not at rest after a minute: ${unrest}`]),
      ...violations,
      ...violationsOf(evidence),
    ],
  };
}

/** @returns the sentence with which the walk gave up */
async function walkAlong(hall: CampaignHall, planned: PlannedSession): Promise<string | undefined> {
  const { service, visit, lang, fault } = planned;
  const broken = fault.what === 'recipe' ? { id: fault.name, step: fault.step, recipe: fault.recipe } : null;
  try {
    await walk({ service, portBase: hall.portBase, lang, speed: 'fast', fault: broken, visit, json: true }, hall.doors);
    return undefined;
  } catch (error) {
    return sentenceOf(error).text;
  }
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
