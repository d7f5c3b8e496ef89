import { Kysely, PostgresDialect, sql } from 'kysely';
import type { FleetDatabase } from './database.ts';
import { STORE_LIMITS } from './limits.table.ts';
import type { OpenConnection } from './open-connection.ts';
import { ServerPool } from './postgres-pool.ts';
import { StoreRefused } from './store-fault.ts';

/** Key of the lock that each write holds until its end. Any number will do; it only has to be always the same. */
const WRITE_LOCK = 7_903_401;
/** PostgreSQL 15, as its server counts. */
const OLDEST_SERVER = 150_000;

/** Makes a connection to a PostgreSQL server behind Kysely: for the writer one, for the reader some that can change nothing.
 *  @throws StoreAway it cannot be reached · StoreRefused it is not fit · what the server answers (SQLSTATE) */
export async function openPostgres(url: string, options: { readonly readOnly: boolean }): Promise<OpenConnection> {
  const width = options.readOnly ? STORE_LIMITS.readers : 1;
  const pool = new ServerPool(url, { role: options.readOnly ? 'reader' : 'writer', max: width });
  const db = new Kysely<FleetDatabase>({ dialect: new PostgresDialect({ pool }) });
  try {
    await checkServer(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    engine: 'postgres',
    db,
    width,
    write: (work) =>
      db.transaction().execute(async (transaction) => {
        // One writer at a time, as on SQLite: also when a connection was lost with its transaction under way, or when
        // two servers were started on one database. Each statement after this sees everything written before.
        await sql`select pg_advisory_xact_lock(${sql.lit(WRITE_LOCK)})`.execute(transaction);
        return work(transaction);
      }),
    snapshot: (work) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    close: () => db.destroy(),
  };
}

/** Refuses a server on which an acknowledged event would not be safe, or a text not be the same. */
async function checkServer(db: Kysely<FleetDatabase>): Promise<void> {
  const asked = await sql<{ version: number; encoding: string; fsync: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
      current_setting('fsync') as fsync`.execute(db);
  const [server] = asked.rows;
  if (server === undefined || server.version < OLDEST_SERVER)
    throw new StoreRefused('the server is older than PostgreSQL 15');
  if (server.encoding !== 'UTF8')
    throw new StoreRefused(`the database's encoding is ${server.encoding}: make it with encoding UTF8`);
  if (server.fsync !== 'on')
    throw new StoreRefused('the server runs with fsync=off: what it acknowledges can be lost with its power');
}
