import type { Birth } from '@yimen/contracts/fleet';
import type { Kysely } from 'kysely';
import type { FleetDatabase, NewRow } from './database.ts';
import { emptyModule, emptySupply } from './device-facts.ts';
import type { HeardBeat, LifeChange } from './group-item.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { chunks } from './chunks.ts';

type Db = Kysely<FleetDatabase>;

/** Writes of live state that wait for no ledger row. */
export const LIVE_WRITES = {
  /** Keeps the newest heartbeat of each terminal. A beat of an older link, or with `n` not above the last, changes
   *  nothing (fleet contract §2.5 rule 1). @returns the terminals that were changed. */
  async writeBeats(db: Db, input: { beats: readonly HeardBeat[] }): Promise<string[]> {
    const taken: HeardBeat[] = [];
    for (const heard of input.beats) if (await takeBeat(db, heard)) taken.push(heard);
    await keepModules(db, taken);
    await keepSupplies(db, taken);
    return taken.map((heard) => heard.tid);
  },

  /** The broker opened or closed a terminal's link. */
  async setLink(db: Db, input: { tid: string; up: boolean; at: number }): Promise<void> {
    const link = input.up ? 'up' : 'down';
    await db
      .updateTable('terminal')
      .set({ link, link_since: input.at })
      .where('tid', '=', input.tid)
      .where('link', '!=', link)
      .execute();
  },

  /** At a start no link exists yet: those that stood when the last run ended are down from now on. */
  async resetLinks(db: Db, input: { at: number }): Promise<void> {
    await db.updateTable('terminal').set({ link: 'down', link_since: input.at }).where('link', '=', 'up').execute();
  },
};

/** Takes one `life` message. One of an older `linkSession` than the last birth changes nothing. */
export async function keepLife(db: Db, change: LifeChange): Promise<void> {
  if (change.kind === 'birth') return keepBirth(db, change.tid, change.at, change.birth);
  await db
    .updateTable('terminal')
    .set({ link: 'down', link_since: change.at })
    .where('tid', '=', change.tid)
    .where('link', '=', 'up')
    .where('link_session', '<=', change.linkSession)
    .execute();
}

async function keepBirth(db: Db, tid: string, at: number, birth: Birth): Promise<void> {
  const before = await db
    .selectFrom('terminal')
    .select(['link', 'link_since', 'link_session'])
    .where('tid', '=', tid)
    .executeTakeFirst();
  if (before === undefined || birth.linkSession < before.link_session) return;
  await db
    .updateTable('terminal')
    .set({
      link: 'up',
      link_since: before.link === 'up' ? before.link_since : at,
      link_session: birth.linkSession,
      boot: birth.t.boot,
      software: `${birth.software.terminal} (${birth.software.image})`,
      services: JSON.stringify(birth.services),
    })
    .where('tid', '=', tid)
    .execute();
  await db
    .updateTable('module_state')
    .set({ driver: null, model: null, serial: null, firmware: null })
    .where('tid', '=', tid)
    .execute();
  for (const device of birth.devices) {
    const columns = {
      driver: device.driver,
      model: device.model,
      serial: device.serial,
      firmware: device.firmware ?? null,
    };
    await db
      .insertInto('module_state')
      .values({ ...emptyModule(tid, device.module), ...columns })
      .onConflict((oc) => oc.columns(['tid', 'module']).doUpdateSet(columns))
      .execute();
  }
}

async function takeBeat(db: Db, { tid, at, beat }: HeardBeat): Promise<boolean> {
  const done = await db
    .updateTable('terminal')
    .set({
      beat_session: beat.linkSession,
      beat_n: beat.n,
      heard_at: at,
      state: beat.state,
      busy: beat.busy ? 1 : 0,
      off: JSON.stringify(beat.off),
      outbox_rows: beat.outbox.rows,
      outbox_oldest_ms: beat.outbox.oldestMs,
      sys: JSON.stringify({ ...beat.sys, tempC: beat.sys.tempC ?? null }),
    })
    .where('tid', '=', tid)
    .where('link_session', '<=', beat.linkSession)
    .where((eb) =>
      eb.or([
        eb('beat_session', '<', beat.linkSession),
        eb.and([eb('beat_session', '=', beat.linkSession), eb('beat_n', '<', beat.n)]),
      ]),
    )
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

async function keepModules(db: Db, taken: readonly HeardBeat[]): Promise<void> {
  const rows: NewRow<'module_state'>[] = [];
  for (const { tid, at, beat } of taken) {
    // A module the beat leaves out is one it cannot tell of: what an older beat said of it no longer holds.
    await db
      .updateTable('module_state')
      .set({ hb_state: null, hb_fault: null, hb_at: null })
      .where('tid', '=', tid)
      .where('module', 'not in', ['', ...beat.modules.map((m) => m.module)])
      .execute();
    for (const m of beat.modules) {
      rows.push({
        ...emptyModule(tid, m.module),
        hb_state: m.state,
        hb_fault: m.fault ?? null,
        hb_at: at,
        hb_changed_at: at,
      });
    }
  }
  for (const part of chunks(
    onceEach(rows, (row) => `${row.tid} ${row.module}`),
    STORE_LIMITS.rowsPerInsert,
  )) {
    await db
      .insertInto('module_state')
      .values(part)
      .onConflict((oc) =>
        oc.columns(['tid', 'module']).doUpdateSet((eb) => ({
          hb_changed_at: eb
            .case()
            .when('module_state.hb_state', '=', eb.ref('excluded.hb_state'))
            .then(eb.ref('module_state.hb_changed_at'))
            .else(eb.ref('excluded.hb_at'))
            .end(),
          hb_state: eb.ref('excluded.hb_state'),
          hb_fault: eb.ref('excluded.hb_fault'),
          hb_at: eb.ref('excluded.hb_at'),
        })),
      )
      .execute();
  }
}

async function keepSupplies(db: Db, taken: readonly HeardBeat[]): Promise<void> {
  const rows: NewRow<'supply_state'>[] = taken.flatMap(({ tid, at, beat }) =>
    beat.supplies.map((s) => ({
      ...emptySupply(tid, s.unit),
      hb_count: s.count,
      hb_capacity: s.capacity,
      hb_source: s.source,
      hb_at: at,
    })),
  );
  for (const part of chunks(
    onceEach(rows, (row) => `${row.tid} ${row.unit}`),
    STORE_LIMITS.rowsPerInsert,
  )) {
    await db
      .insertInto('supply_state')
      .values(part)
      .onConflict((oc) =>
        oc.columns(['tid', 'unit']).doUpdateSet((eb) => ({
          hb_count: eb.ref('excluded.hb_count'),
          hb_capacity: eb.ref('excluded.hb_capacity'),
          hb_source: eb.ref('excluded.hb_source'),
          hb_at: eb.ref('excluded.hb_at'),
        })),
      )
      .execute();
  }
}

/** The last of those with the same name: one INSERT may not meet the same key twice. */
function onceEach<T>(list: readonly T[], nameOf: (one: T) => string): T[] {
  return [...new Map(list.map((one) => [nameOf(one), one])).values()];
}
