import type { StopState } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { FleetDatabase, Row } from './database.ts';
import type { AlarmView } from './fleet-reads.ts';
import { damagesOf, type DamageFacts } from './journal-damages.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { releasesOf, type ReleaseFact } from './release-states.ts';
import { currentModule, supplyView } from './terminal-reads.ts';
import { openDifferences, type OpenDifference } from './variances.ts';

type Db = Kysely<FleetDatabase>;

/** What the rules look at, of one terminal, as committed. */
export interface AlarmFacts {
  readonly tid: string;
  readonly link: AlarmLink;
  readonly linkSince: number | null;
  readonly heardAt: number | null;
  readonly modules: readonly {
    module: string;
    state: string;
    fault: string | null;
    since: number;
    lost: readonly string[];
  }[];
  readonly supplies: readonly { unit: string; count: number }[];
  readonly stops: readonly { seq: number; service: string; stop: StopState; at: number; incident: string | null }[];
  /** Counted differences that nobody has accepted, oldest first. */
  readonly differences: readonly OpenDifference[];
  readonly damages: DamageFacts | null;
  /** The release in force of each service, and what was refused. */
  readonly releases: readonly ReleaseFact[];
  readonly forks: { count: number; last: number } | null;
  readonly holes: { count: number; oldest: number } | null;
  readonly quarantined: { count: number; last: number } | null;
  /** How many services the terminal offers (its last birth); 0 = not told. */
  readonly services: number;
}
type AlarmLink = 'up' | 'down' | 'never';

export type AlarmRow = Row<'alarm'>;
export type TransitionRow = Omit<Row<'alarm_transition'>, 'alarm_id' | 'no'>;

/** An alarm as it stands after its transitions; `expected` is `transitions` as it was read, so that a machine that
 *  decided on an older state cannot overwrite a newer one. */
export interface AlarmChange {
  readonly alarm: AlarmRow;
  readonly expected: number;
  readonly transitions: readonly TransitionRow[];
}

export const ALARM_WRITES = {
  /** Keeps changed alarms with their transitions, and how far a reader of the feed got, as one transaction.
   *  @returns the ids that were not kept because they had changed meanwhile. */
  async apply(
    db: Db,
    input: { changes: readonly AlarmChange[]; cursor?: { name: string; pos: number } },
  ): Promise<string[]> {
    const stale: string[] = [];
    for (const change of input.changes) if (!(await keepAlarm(db, change))) stale.push(change.alarm.id);
    if (input.cursor !== undefined && stale.length === 0) {
      const { name, pos } = input.cursor;
      await db
        .insertInto('feed_cursor')
        .values({ name, pos })
        .onConflict((oc) => oc.column('name').doUpdateSet({ pos }))
        .execute();
    }
    return stale;
  },
};

export const ALARM_READS = {
  /** For lists: newest raise first. `open` leaves out those in `normal`. */
  async alarms(db: Db, input: { open: boolean; town?: string | undefined; limit: number }): Promise<AlarmView[]> {
    let query = db
      .selectFrom('alarm')
      .innerJoin('terminal', 'terminal.tid', 'alarm.tid')
      .innerJoin('hall', 'hall.hall_id', 'terminal.hall_id')
      .selectAll('alarm')
      .select('hall.town')
      .orderBy('alarm.raised_at', 'desc')
      .orderBy('alarm.id')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead));
    if (input.open) query = query.where('alarm.state', '!=', 'normal');
    if (input.town !== undefined) query = query.where('hall.town', '=', input.town);
    return (await query.execute()).map((row) => ({
      id: row.id,
      tid: row.tid,
      town: row.town,
      module: row.module,
      code: row.code,
      severity: row.severity as AlarmView['severity'],
      state: row.state as AlarmView['state'],
      raisedAt: row.raised_at,
      count: row.count,
      stop: row.stop as StopState | null,
    }));
  },

  /** Every kept alarm of these terminals, with when its condition turned since `changedSince`. */
  async alarmsOf(
    db: Db,
    input: { tids: readonly string[]; changedSince: number },
  ): Promise<{ alarm: AlarmRow; changes: number[] }[]> {
    const rows = await db
      .selectFrom('alarm')
      .selectAll()
      .where('tid', 'in', ['', ...input.tids])
      .execute();
    const recent = rows.filter((row) => row.changed_at >= input.changedSince).map((row) => row.id);
    const turns = await db
      .selectFrom('alarm_transition')
      .select(['alarm_id', 'at'])
      .where('alarm_id', 'in', ['', ...recent])
      .where('at', '>=', input.changedSince)
      .where('input', 'in', ['raise', 'clear'])
      .where((eb) => eb.or([eb('why', 'is', null), eb('why', '!=', 'again')]))
      .execute();
    return rows.map((alarm) => ({
      alarm,
      changes: turns.filter((turn) => turn.alarm_id === alarm.id).map((turn) => turn.at),
    }));
  },

  async alarmById(db: Db, input: { id: string }): Promise<AlarmRow | undefined> {
    return db.selectFrom('alarm').selectAll().where('id', '=', input.id).executeTakeFirst();
  },

  /** The whole story of an alarm, oldest first. */
  async transitionsOf(db: Db, input: { id: string }): Promise<Row<'alarm_transition'>[]> {
    return db.selectFrom('alarm_transition').selectAll().where('alarm_id', '=', input.id).orderBy('no').execute();
  },

  /** Terminals with anything committed after the cursor, and where the next read begins. */
  async touchedSince(db: Db, input: { name: string; limit: number }): Promise<{ tids: string[]; pos: number }> {
    const cursor = await db.selectFrom('feed_cursor').select('pos').where('name', '=', input.name).executeTakeFirst();
    const from = cursor?.pos ?? 0;
    const rows = await db
      .selectFrom('event_feed')
      .select(['pos', 'tid'])
      .where('pos', '>', from)
      .orderBy('pos')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return { tids: [...new Set(rows.map((row) => row.tid))], pos: rows.at(-1)?.pos ?? from };
  },

  async allTids(db: Db): Promise<string[]> {
    return (await db.selectFrom('terminal').select('tid').orderBy('tid').execute()).map((row) => row.tid);
  },

  async facts(db: Db, input: { tids: readonly string[] }): Promise<AlarmFacts[]> {
    const facts: AlarmFacts[] = [];
    for (const tid of input.tids) {
      const row = await db
        .selectFrom('terminal')
        .select(['link', 'link_since', 'heard_at', 'services'])
        .where('tid', '=', tid)
        .executeTakeFirst();
      if (row === undefined) continue;
      facts.push({
        tid,
        link: row.link as AlarmLink,
        linkSince: row.link_since,
        heardAt: row.heard_at,
        services: (JSON.parse(row.services) as unknown[]).length,
        modules: await modulesOf(db, tid),
        supplies: (
          await db.selectFrom('supply_state').selectAll().where('tid', '=', tid).orderBy('unit').execute()
        ).flatMap(supplyView),
        stops: await openStops(db, tid),
        differences: await openDifferences(db, tid),
        damages: await damagesOf(db, tid),
        releases: await releasesOf(db, tid),
        ...(await ledgerFacts(db, tid)),
      });
    }
    return facts;
  },
};

async function keepAlarm(db: Db, { alarm, expected, transitions }: AlarmChange): Promise<boolean> {
  const kept = await db
    .insertInto('alarm')
    .values(alarm)
    .onConflict((oc) =>
      oc.columns(['tid', 'module', 'code']).doUpdateSet(alarm).where('alarm.transitions', '=', expected),
    )
    .returning('id')
    .executeTakeFirst();
  if (kept === undefined) return false;
  let no = expected;
  for (const transition of transitions) {
    no += 1;
    await db
      .insertInto('alarm_transition')
      .values({ ...transition, alarm_id: alarm.id, no })
      .execute();
  }
  return true;
}

async function modulesOf(db: Db, tid: string): Promise<AlarmFacts['modules']> {
  const rows = await db.selectFrom('module_state').selectAll().where('tid', '=', tid).orderBy('module').execute();
  return rows.map((row) => {
    const { state, fault, changedAt, lost } = currentModule(row);
    return { module: row.module, state, fault, since: changedAt ?? 0, lost };
  });
}

/** Services that stopped in the middle and were neither corrected nor closed by their incident number. */
async function openStops(db: Db, tid: string): Promise<AlarmFacts['stops']> {
  const rows = await db
    .selectFrom('service_fact')
    .leftJoin('incident', (join) =>
      join.onRef('incident.tid', '=', 'service_fact.tid').onRef('incident.number', '=', 'service_fact.incident'),
    )
    .select([
      'service_fact.seq',
      'service_fact.service',
      'service_fact.stop',
      'service_fact.at',
      'service_fact.incident',
      'incident.state as incidentState',
    ])
    .where('service_fact.tid', '=', tid)
    .where('service_fact.stop', 'is not', null)
    .orderBy('service_fact.at')
    .orderBy('service_fact.seq')
    .limit(STORE_LIMITS.rowsPerRead)
    .execute();
  return rows.flatMap(({ incidentState, stop, ...row }) =>
    incidentState === 'closed' ? [] : [{ ...row, stop: stop as StopState }],
  );
}

async function ledgerFacts(db: Db, tid: string): Promise<Pick<AlarmFacts, 'forks' | 'holes' | 'quarantined'>> {
  const forks = await db
    .selectFrom('ledger_fork')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('at').as('last')])
    .where('tid', '=', tid)
    .executeTakeFirstOrThrow();
  const holes = await db
    .selectFrom('hole')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('since').as('oldest')])
    .where('tid', '=', tid)
    .executeTakeFirstOrThrow();
  const held = await db
    .selectFrom('quarantine')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('at').as('last')])
    .where('tid', '=', tid)
    .executeTakeFirstOrThrow();
  const broken = await db
    .selectFrom('quarantine_payload')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('at').as('last')])
    .where('tid', '=', tid)
    .executeTakeFirstOrThrow();
  const heldCount = held.count + broken.count;
  return {
    forks: forks.count === 0 ? null : { count: forks.count, last: forks.last },
    holes: holes.count === 0 ? null : { count: holes.count, oldest: holes.oldest },
    quarantined: heldCount === 0 ? null : { count: heldCount, last: Math.max(held.last ?? 0, broken.last ?? 0) },
  };
}
