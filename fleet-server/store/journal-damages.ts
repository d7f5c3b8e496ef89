import type { EventFields } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { BatchEvent, GroupBatch } from './group-item.ts';
import { STORE_LIMITS } from './limits.table.ts';

type Db = Kysely<FleetDatabase>;

/** How often a terminal's journal was found damaged, and when it was told last. */
export interface DamageFacts {
  readonly count: number;
  readonly last: number;
}

/** Whether a batch begins an epoch that its terminal opened by itself, because its journal was damaged. It may have cut
 *  rows that stand here already: only in a new epoch can it count on without giving a number twice. It proves nothing but
 *  what its certificate proves anyway, and raises an alarm (`journal.damaged`). */
export function opensEpoch(batch: GroupBatch, issued: number | undefined): boolean {
  const [first] = batch.events;
  if (issued === undefined || batch.from !== 1 || first?.seq !== 1 || first.kind !== 'epoch-opened') return false;
  // Ingest has checked the body against the event table.
  const { epoch, reason } = JSON.parse(first.body) as EventFields<'epoch-opened'>;
  const isNext = batch.epoch > issued && batch.epoch <= issued + STORE_LIMITS.epochsAhead;
  return isNext && epoch === batch.epoch && reason === 'journal-damaged';
}

/** The last epoch that a terminal opened by itself after `issued`. */
export async function openedEpoch(db: Db, tid: string, issued: number): Promise<number> {
  const row = await db
    .selectFrom('journal_damage')
    .select('epoch')
    .where('tid', '=', tid)
    .where('epoch', '>', issued)
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.epoch ?? issued;
}

/** Takes the damages of one batch; the first row of an epoch that was opened for one is enough to know of it.
 *  @returns whether there was any */
export async function keepDamages(
  db: Db,
  tid: string,
  epoch: number,
  inserted: readonly BatchEvent[],
): Promise<boolean> {
  let some = false;
  for (const event of inserted) {
    if (event.kind !== 'journal-damaged' && !isOpening(event)) continue;
    const told =
      event.kind === 'journal-damaged' ? (JSON.parse(event.body) as EventFields<'journal-damaged'>) : undefined;
    const row = { tid, epoch, at: event.at, row: told?.row ?? 0, lost: told?.lost ?? 0, kept_seq: told?.keptSeq ?? 0 };
    await db
      .insertInto('journal_damage')
      .values(row)
      .onConflict((oc) => (told === undefined ? oc.doNothing() : oc.columns(['tid', 'epoch']).doUpdateSet(row)))
      .execute();
    some = true;
  }
  return some;
}

function isOpening(event: BatchEvent): boolean {
  if (event.kind !== 'epoch-opened' || event.seq !== 1) return false;
  return (JSON.parse(event.body) as EventFields<'epoch-opened'>).reason === 'journal-damaged';
}

export async function damagesOf(db: Db, tid: string): Promise<DamageFacts | null> {
  const found = await db
    .selectFrom('journal_damage')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('at').as('last')])
    .where('tid', '=', tid)
    .executeTakeFirstOrThrow();
  return found.count === 0 ? null : { count: found.count, last: found.last };
}

/** Of results in an epoch that was opened after a damage, those that were counted before: the terminal had cut its own row
 *  of it and settled the session again. The first stands. */
export async function countedBefore(
  db: Db,
  tid: string,
  epoch: number,
  results: readonly BatchEvent[],
): Promise<ReadonlySet<number>> {
  // What is settled again stands near the beginning: nobody is served before it is settled.
  const early = results.filter((event) => event.seq <= STORE_LIMITS.settledAgainRows);
  if (early.length === 0) return new Set();
  const damage = await db
    .selectFrom('journal_damage')
    .select('kept_seq')
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  if (damage === undefined) return new Set();
  const cut = await db
    .selectFrom('event')
    .select('body')
    .where('tid', '=', tid)
    .where('epoch', '<', epoch)
    .where('epoch', '>=', epoch - STORE_LIMITS.epochsAhead)
    .where('seq', '>', damage.kept_seq)
    .where('kind', '=', 'service-result')
    .execute();
  const known = new Set(cut.map(({ body }) => serviceKey(body)));
  return new Set(early.filter(({ body }) => known.has(serviceKey(body))).map(({ seq }) => seq));
}

/** Only one service of a kind is carried to its result in a session. */
function serviceKey(body: string): string {
  const { sessionId, service } = JSON.parse(body) as EventFields<'service-result'>;
  return `${sessionId} ${service}`;
}
