import { CAMPAIGNS } from './campaigns.table.ts';
import type { CampaignOptions, Level } from './options.ts';
import type { PlannedSession } from './plan.ts';

export type Asked = Extract<CampaignOptions, { what: 'run' }>;

/** Of a size, where a campaign has both levels. A session takes about six times as long as a run. */
const SESSION_SHARE = 0.25;

/** The sessions of what was asked, in their order. */
export function chosen(asked: Asked): readonly PlannedSession[] {
  const { id, seed, service, only, from } = asked;
  if (asked.level === 'journal') return [];
  const size = sharedSize(asked, 'services');
  // The number that is looked for may lie beyond the default size of another run with the same seed.
  const wanted = size === undefined && only !== undefined ? { seed, size: only, service } : { seed, size, service };
  const planned = CAMPAIGNS[id]?.plan(wanted) ?? [];
  return planned.filter(({ no }) => (only === undefined ? no >= from : no === only));
}

/** What one level has of the size that was asked for. */
export function sharedSize({ id, size, level }: Asked, of: Level): number | undefined {
  if (size === undefined || level !== undefined || CAMPAIGNS[id]?.rig === undefined) return size;
  const sessions = Math.ceil(size * SESSION_SHARE);
  return of === 'services' ? sessions : Math.max(1, size - sessions);
}

/** Why nothing would run, which must not look like nothing found; undefined: something does. */
export function nothingChosen(asked: Asked): string | undefined {
  const { id, size, only, from } = asked;
  const first = only ?? from;
  if (CAMPAIGNS[id]?.rig !== undefined || chosen(asked).length > 0) return undefined;
  const last = size ?? CAMPAIGNS[id]?.size;
  return `--${only === undefined ? 'from' : 'only'}: there is no session ${first}, the last is ${last ?? 'before it'} (--size counts from 1)`;
}
