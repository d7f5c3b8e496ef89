import { deviceStateSchema } from '@yimen/contracts/device';
import { terminalStateSchema } from '@yimen/contracts/fleet';
import type { Kysely } from 'kysely';
import type { FleetDatabase, Row } from './database.ts';
import type {
  HallView,
  ModuleView,
  ShownState,
  SupplyView,
  TerminalDetail,
  TerminalView,
  TownView,
} from './fleet-reads.ts';

type Db = Kysely<FleetDatabase>;
type TerminalRow = Row<'terminal'> & { town: string };

/** Reads of places and live state. `now` is the server's wall time, `staleMs` the age at which a beat tells nothing. */
export const TERMINAL_READS = {
  async towns(db: Db): Promise<TownView[]> {
    return db.selectFrom('town').select(['code', 'zh', 'en']).orderBy('code').execute();
  },

  async halls(db: Db): Promise<HallView[]> {
    const rows = await db.selectFrom('hall').selectAll().orderBy('town').orderBy('hall_id').execute();
    return rows.map((row) => ({
      hallId: row.hall_id,
      town: row.town,
      zh: row.zh,
      en: row.en,
      addressZh: row.address_zh,
      addressEn: row.address_en,
      hoursZh: row.hours_zh,
      hoursEn: row.hours_en,
    }));
  },

  async terminals(
    db: Db,
    input: {
      town?: string | undefined;
      hall?: string | undefined;
      tid?: string | undefined;
      now: number;
      staleMs: number;
    },
  ): Promise<TerminalDetail[]> {
    let query = db
      .selectFrom('terminal')
      .innerJoin('hall', 'hall.hall_id', 'terminal.hall_id')
      .selectAll('terminal')
      .select('hall.town')
      .orderBy('terminal.tid');
    if (input.town !== undefined) query = query.where('hall.town', '=', input.town);
    if (input.hall !== undefined) query = query.where('terminal.hall_id', '=', input.hall);
    if (input.tid !== undefined) query = query.where('terminal.tid', '=', input.tid);
    const rows = await query.execute();
    const modules = grouped(await modulesOf(db, input.tid), (row) => row.tid);
    const supplies = grouped(await suppliesOf(db, input.tid), (row) => row.tid);
    const alarms = await openAlarmCounts(db, input.tid);
    return rows.map((row) => ({
      ...terminalView(row, input),
      modules: (modules.get(row.tid) ?? []).map(moduleView),
      supplies: (supplies.get(row.tid) ?? []).flatMap(supplyView),
      openAlarms: alarms.get(row.tid) ?? 0,
    }));
  },
};

async function modulesOf(db: Db, tid: string | undefined): Promise<Row<'module_state'>[]> {
  const query = db.selectFrom('module_state').selectAll().orderBy('module');
  return (tid === undefined ? query : query.where('tid', '=', tid)).execute();
}

async function suppliesOf(db: Db, tid: string | undefined): Promise<Row<'supply_state'>[]> {
  const query = db.selectFrom('supply_state').selectAll().orderBy('unit');
  return (tid === undefined ? query : query.where('tid', '=', tid)).execute();
}

async function openAlarmCounts(db: Db, tid: string | undefined): Promise<Map<string, number>> {
  const query = db
    .selectFrom('alarm')
    .select((eb) => ['tid', eb.fn.countAll<number>().as('n')])
    .where('state', '!=', 'normal')
    .groupBy('tid');
  const rows = await (tid === undefined ? query : query.where('tid', '=', tid)).execute();
  return new Map(rows.map((row) => [row.tid, row.n]));
}

function terminalView(
  row: TerminalRow,
  input: { now: number; staleMs: number },
): Omit<TerminalDetail, 'modules' | 'supplies' | 'openAlarms'> {
  return {
    tid: row.tid,
    hallId: row.hall_id,
    town: row.town,
    simulated: row.simulated === 1,
    link: row.link as TerminalView['link'],
    linkSince: row.link_since,
    state: shownState(row, input),
    busy: row.busy === 1,
    heardAt: row.heard_at,
    off: JSON.parse(row.off) as TerminalView['off'],
    outboxRows: row.outbox_rows,
    software: row.software,
    services: JSON.parse(row.services) as TerminalDetail['services'],
    sys: row.sys === null ? null : (JSON.parse(row.sys) as TerminalDetail['sys']),
  };
}

/** Grey without a link or a fresh beat: what was true once is not shown as if it were true now (fleet design §9). */
function shownState(row: TerminalRow, input: { now: number; staleMs: number }): ShownState {
  const state = terminalStateSchema.safeParse(row.state);
  const fresh = row.link === 'up' && row.heard_at !== null && input.now - row.heard_at <= input.staleMs;
  return fresh && state.success ? state.data : 'unknown';
}

/** The later of what the ledger and what the beat said of a module; the beat where both are of one moment. */
export function currentModule(row: Row<'module_state'>): {
  state: string;
  fault: string | null;
  changedAt: number | null;
  lost: string[];
} {
  const lost = JSON.parse(row.ev_lost) as string[];
  if (row.hb_state !== null && row.hb_at !== null && row.hb_at >= (row.ev_at ?? 0)) {
    const same = row.hb_state === row.ev_state;
    return {
      state: row.hb_state,
      fault: row.hb_fault,
      changedAt: same ? row.ev_at : row.hb_changed_at,
      lost: same ? lost : [],
    };
  }
  return { state: row.ev_state ?? 'starting', fault: row.ev_fault, changedAt: row.ev_at, lost };
}

function moduleView(row: Row<'module_state'>): ModuleView {
  const { state, fault, changedAt } = currentModule(row);
  return {
    module: row.module,
    state: deviceStateSchema.catch('offline').parse(state),
    fault,
    driver: row.driver,
    model: row.model,
    serial: row.serial,
    firmware: row.firmware,
    changedAt,
  };
}

/** The later of what the ledger and what the beat said of a supply; nothing when neither spoke. */
export function supplyView(row: Row<'supply_state'>): SupplyView[] {
  const beat = row.hb_at !== null && row.hb_at >= (row.ev_at ?? 0);
  const [count, capacity, source] = beat
    ? [row.hb_count, row.hb_capacity, row.hb_source]
    : [row.ev_count, row.ev_capacity, row.ev_source];
  if (count === null || capacity === null || source === null) return [];
  return [{ unit: row.unit, count, capacity, source: source as SupplyView['source'] }];
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
