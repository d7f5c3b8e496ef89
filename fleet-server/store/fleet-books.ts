import { err, ok, type Result } from '@yimen/contracts/base';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import { tableNames } from './migrate.ts';
import { MIGRATIONS } from './migrations.table.ts';
import type { OpenConnection } from './open-connection.ts';
import { operationOf, type StoredOperation } from './operations.ts';
import { openPostgres } from './postgres-bridge.ts';
import { shanghaiDay } from './service-facts.ts';
import { openSqlite } from './sqlite-bridge.ts';
import { isPostgresUrl } from './store-address.ts';
import { storeFaultOf, type StoreFault } from './store-fault.ts';

/** One finished service as the fleet counts it, corrections included. */
export interface FleetFact {
  readonly tid: string;
  readonly epoch: number;
  readonly seq: number;
  /** The day in Asia/Shanghai under which the dashboard shows it. */
  readonly day: string;
  readonly service: string;
  readonly outcome: string;
  readonly stop: string | null;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly produced: number;
  readonly handedOver: number;
}

/** How far the fleet has a terminal's ledger: `upTo` without the ranges of `missing`. */
export interface FleetLedger {
  readonly tid: string;
  readonly epoch: number;
  readonly upTo: number;
  readonly missing: readonly (readonly [number, number])[];
  /** Rows that arrived and could not be taken in. */
  readonly quarantined: readonly number[];
}

/** One cell of the dashboard's volumes, of a terminal. */
export interface FleetVolume {
  readonly tid: string;
  readonly day: string;
  readonly service: string;
  readonly outcome: string;
  readonly n: number;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly produced: number;
  readonly handedOver: number;
}

export interface FleetBooks {
  readonly operations: readonly StoredOperation[];
  readonly facts: readonly FleetFact[];
  readonly ledgers: readonly FleetLedger[];
  readonly volumes: readonly FleetVolume[];
}

/** Everything that a closing compares, of one moment, from a database that may be in use. Reads only; for programs beside
 *  the server, which asks its own store.
 *  @param where a SQLite file, or the URL of a PostgreSQL database
 *  @fault DATA_UNREADABLE no such file, or not a fleet database of this version · STORE_BUSY · STORE_AWAY · STORE_DENIED */
export async function readFleetBooks(where: string | URL): Promise<Result<FleetBooks, StoreFault>> {
  try {
    const connection = await openToRead(where);
    try {
      // One snapshot: what the server commits meanwhile belongs to the next reading.
      return await connection.snapshot((db) => booksOf(db, connection.engine));
    } finally {
      await connection.close();
    }
  } catch (error) {
    const fault = storeFaultOf(error);
    return err({
      code: fault?.code ?? 'DATA_UNREADABLE',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

async function openToRead(where: string | URL): Promise<OpenConnection> {
  return typeof where === 'string' && isPostgresUrl(where)
    ? openPostgres(where, { readOnly: true })
    : openSqlite(where, { readOnly: true });
}

async function booksOf(
  db: Kysely<FleetDatabase>,
  engine: OpenConnection['engine'],
): Promise<Result<FleetBooks, StoreFault>> {
  const names = await tableNames(db, engine);
  const isOurs = MIGRATIONS.every(({ sql }) => {
    const table = /^create table (\w+)/u.exec(sql)?.[1];
    return table === undefined || names.has(table);
  });
  if (!isOurs) return err({ code: 'DATA_UNREADABLE', message: 'not a fleet database of this version' });
  const operations = await db
    .selectFrom('operation')
    .selectAll()
    .orderBy('created_at')
    .orderBy('operation_id')
    .execute();
  return ok({
    operations: operations.map(operationOf),
    facts: await factsOf(db),
    ledgers: await ledgersOf(db),
    volumes: await volumesOf(db),
  });
}

async function factsOf(db: Kysely<FleetDatabase>): Promise<FleetFact[]> {
  const rows = await db.selectFrom('service_fact').selectAll().orderBy('at').orderBy('tid').orderBy('seq').execute();
  return rows.map((row) => ({
    tid: row.tid,
    epoch: row.epoch,
    seq: row.seq,
    day: shanghaiDay(row.at),
    service: row.service,
    outcome: row.outcome,
    stop: row.stop,
    chargedFen: row.charged_fen,
    refundedFen: row.refunded_fen,
    produced: row.produced,
    handedOver: row.handed_over,
  }));
}

async function ledgersOf(db: Kysely<FleetDatabase>): Promise<FleetLedger[]> {
  const holes = await db.selectFrom('hole').selectAll().orderBy('from_seq').execute();
  const held = await db.selectFrom('quarantine').select(['tid', 'epoch', 'seq']).orderBy('seq').execute();
  const states = await db.selectFrom('ledger_state').selectAll().orderBy('tid').orderBy('epoch').execute();
  return states.map(({ tid, epoch, up_to: upTo }) => {
    const isOwn = (row: { tid: string; epoch: number }): boolean => row.tid === tid && row.epoch === epoch;
    return {
      tid,
      epoch,
      upTo,
      missing: holes.filter(isOwn).map((hole) => [hole.from_seq, hole.to_seq] as const),
      quarantined: held.filter(isOwn).map(({ seq }) => seq),
    };
  });
}

async function volumesOf(db: Kysely<FleetDatabase>): Promise<FleetVolume[]> {
  const rows = await db
    .selectFrom('rollup_day')
    .selectAll()
    .where('level', '=', 'terminal')
    .orderBy('day')
    .orderBy('place')
    .orderBy('service')
    .orderBy('outcome')
    .execute();
  return rows.map((row) => ({
    tid: row.place,
    day: row.day,
    service: row.service,
    outcome: row.outcome,
    n: row.n,
    chargedFen: row.charged_fen,
    refundedFen: row.refunded_fen,
    produced: row.produced,
    handedOver: row.handed_over,
  }));
}
