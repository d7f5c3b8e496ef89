import type { VarianceAcceptance } from '@yimen/contracts/fleet';
import type { EventFields } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { VarianceView } from './fleet-reads.ts';
import type { BatchEvent } from './group-item.ts';
import { STORE_LIMITS } from './limits.table.ts';

type Db = Kysely<FleetDatabase>;

/** A difference of a terminal's count, as a rule looks at it: nobody has accepted it. */
export interface OpenDifference {
  readonly module: string;
  readonly unit: string;
  readonly at: number;
}

/** Takes the counted differences of one batch, and what terminals say about their acceptance. Each stands in a row of its
 *  own, so that neither order nor repetition changes anything, and no count ever overwrites another.
 *  @returns whether there was any */
export async function keepVariances(
  db: Db,
  tid: string,
  epoch: number,
  inserted: readonly BatchEvent[],
): Promise<boolean> {
  let some = false;
  for (const event of inserted) {
    if (event.kind === 'exchange-counted') some = (await keepCounted(db, tid, epoch, event)) || some;
    if (event.kind === 'variance-accepted') {
      await keepAccepted(db, tid, epoch, event);
      some = true;
    }
  }
  return some;
}

async function keepCounted(db: Db, tid: string, epoch: number, event: BatchEvent): Promise<boolean> {
  // Ingest has checked the body against the event table.
  const f = JSON.parse(event.body) as EventFields<'exchange-counted'>;
  if (f.variance === 0) return false;
  await db
    .insertInto('variance')
    .values({
      tid,
      epoch,
      j: event.j,
      wall: event.wall,
      at: event.at,
      module: f.module,
      unit: f.unit,
      expected: f.expected,
      counted: f.counted,
      variance: f.variance,
      missing: f.missing,
      who: f.who,
      work_order: f.workOrder,
    })
    .onConflict((oc) => oc.doNothing())
    .execute();
  if (f.acceptedBy !== null)
    await accept(db, { tid, epoch, j: event.j, source: 'terminal', who: f.acceptedBy, reason: null, at: event.at });
  return true;
}

async function keepAccepted(db: Db, tid: string, epoch: number, event: BatchEvent): Promise<void> {
  const f = JSON.parse(event.body) as EventFields<'variance-accepted'>;
  await accept(db, { tid, epoch, j: f.of, source: 'terminal', who: f.who, reason: null, at: event.at });
}

async function accept(db: Db, row: FleetDatabase['variance_acceptance']): Promise<boolean> {
  const done = await db
    .insertInto('variance_acceptance')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('j')
    .executeTakeFirst();
  return done !== undefined;
}

export const VARIANCE_WRITES = {
  /** The fleet accepts a difference that is open. @returns `notOpen`: somebody was earlier */
  async accept(
    db: Db,
    input: { id: string; by: string; reason: string; at: number },
  ): Promise<{ result: 'accepted' | 'unknown' | 'notOpen'; tid: string | null }> {
    const key = keyOf(input.id);
    const found = key === undefined ? undefined : (await rowsOf(db, { key, open: false, limit: 1 }))[0];
    if (key === undefined || found === undefined) return { result: 'unknown', tid: null };
    if (found.accepted !== null) return { result: 'notOpen', tid: key.tid };
    await accept(db, { ...key, source: 'fleet', who: input.by, reason: input.reason, at: input.at });
    return { result: 'accepted', tid: key.tid };
  },
};

export const VARIANCE_READS = {
  /** Newest first. `open`: those that nobody has accepted. */
  async variances(
    db: Db,
    input: { open: boolean; town?: string | undefined; tid?: string | undefined; limit: number },
  ): Promise<VarianceView[]> {
    return rowsOf(db, input);
  },

  /** What the fleet accepted and the terminal has not recorded yet, oldest first. */
  async acceptancesFor(db: Db, input: { tid: string; limit: number }): Promise<VarianceAcceptance[]> {
    const rows = await db
      .selectFrom('variance')
      .innerJoin('variance_acceptance as fleet', (join) =>
        join
          .onRef('fleet.tid', '=', 'variance.tid')
          .onRef('fleet.epoch', '=', 'variance.epoch')
          .onRef('fleet.j', '=', 'variance.j')
          .on('fleet.source', '=', 'fleet'),
      )
      .leftJoin('variance_acceptance as told', (join) =>
        join
          .onRef('told.tid', '=', 'variance.tid')
          .onRef('told.epoch', '=', 'variance.epoch')
          .onRef('told.j', '=', 'variance.j')
          .on('told.source', '=', 'terminal'),
      )
      .selectAll('variance')
      .where('variance.tid', '=', input.tid)
      .where('told.j', 'is', null)
      .orderBy('fleet.at')
      .orderBy('variance.epoch')
      .orderBy('variance.j')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return rows.map(({ epoch, j, wall, module, unit, variance }) => ({
      j,
      wall,
      module,
      unit,
      variance,
      decision: decisionOf(epoch, j),
    }));
  },
};

/** Differences of a terminal that nobody has accepted, oldest first, for the rules. */
export async function openDifferences(db: Db, tid: string): Promise<OpenDifference[]> {
  const rows = await rowsOf(db, { open: true, tid, limit: STORE_LIMITS.rowsPerRead });
  return rows.map(({ module, unit, at }) => ({ module, unit, at })).toReversed();
}

interface Key {
  readonly tid: string;
  readonly epoch: number;
  readonly j: number;
}

async function rowsOf(
  db: Db,
  input: { key?: Key; open: boolean; town?: string | undefined; tid?: string | undefined; limit: number },
): Promise<VarianceView[]> {
  let query = db
    .selectFrom('variance')
    .innerJoin('terminal', 'terminal.tid', 'variance.tid')
    .innerJoin('hall', 'hall.hall_id', 'terminal.hall_id')
    .leftJoin('variance_acceptance as fleet', (join) =>
      join
        .onRef('fleet.tid', '=', 'variance.tid')
        .onRef('fleet.epoch', '=', 'variance.epoch')
        .onRef('fleet.j', '=', 'variance.j')
        .on('fleet.source', '=', 'fleet'),
    )
    .leftJoin('variance_acceptance as told', (join) =>
      join
        .onRef('told.tid', '=', 'variance.tid')
        .onRef('told.epoch', '=', 'variance.epoch')
        .onRef('told.j', '=', 'variance.j')
        .on('told.source', '=', 'terminal'),
    )
    .selectAll('variance')
    .select([
      'hall.town',
      'fleet.who as fleetWho',
      'fleet.reason as fleetReason',
      'fleet.at as fleetAt',
      'told.who as toldWho',
      'told.at as toldAt',
    ])
    .orderBy('variance.at', 'desc')
    .orderBy('variance.tid')
    .orderBy('variance.j', 'desc')
    .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead));
  const { key } = input;
  if (key !== undefined)
    query = query
      .where('variance.tid', '=', key.tid)
      .where('variance.epoch', '=', key.epoch)
      .where('variance.j', '=', key.j);
  if (input.open) query = query.where('fleet.j', 'is', null).where('told.j', 'is', null);
  if (input.tid !== undefined) query = query.where('variance.tid', '=', input.tid);
  if (input.town !== undefined) query = query.where('hall.town', '=', input.town);
  return (await query.execute()).map((row) => ({
    id: `${row.tid}:${row.epoch}:${row.j}`,
    tid: row.tid,
    town: row.town,
    module: row.module,
    unit: row.unit,
    expected: row.expected,
    counted: row.counted,
    variance: row.variance,
    missing: row.missing,
    who: row.who,
    at: row.at,
    workOrder: row.work_order,
    accepted: acceptedOf(row),
  }));
}

/** The fleet's own acceptance says more than the terminal's row about it. */
function acceptedOf(row: {
  fleetWho: string | null;
  fleetReason: string | null;
  fleetAt: number | null;
  toldWho: string | null;
  toldAt: number | null;
}): VarianceView['accepted'] {
  const atTerminal = row.toldAt !== null;
  if (row.fleetAt !== null)
    return { by: 'fleet', who: row.fleetWho, reason: row.fleetReason, at: row.fleetAt, atTerminal };
  return row.toldAt === null ? null : { by: 'terminal', who: row.toldWho, reason: null, at: row.toldAt, atTerminal };
}

/** The number of the fleet's acceptance, as the terminal records it. */
function decisionOf(epoch: number, j: number): string {
  return `acc-${epoch}-${String(j).padStart(6, '0')}`;
}

function keyOf(id: string): Key | undefined {
  const parts = /^([A-Z0-9-]{6,32}):(\d{1,10}):(\d{1,15})$/u.exec(id);
  return parts === null ? undefined : { tid: parts[1] ?? '', epoch: Number(parts[2]), j: Number(parts[3]) };
}
