import { join } from 'node:path';
import { sql } from 'kysely';
import type { OpenConnection } from '../store/open-connection.ts';
import { openPostgres } from '../store/postgres-bridge.ts';
import { openSqlite } from '../store/sqlite-bridge.ts';
import { storeAddressOf } from '../store/store-address.ts';
import type { PostgresCluster } from './postgres-cluster.ts';

let cluster: PostgresCluster | undefined;
const databases = new Map<string, string>();

/** From here on stores are databases of this server; `undefined`: files again. */
export function keepStoresIn(server: PostgresCluster | undefined): void {
  cluster = server;
  databases.clear();
}

/** Where the store of a test's folder is, as a person would write it: a file in it, or a database of its own. The same
 *  folder is the same store. */
export function placeIn(dir: string): string {
  if (cluster === undefined) return join(dir, 'fleet.sqlite');
  const known = databases.get(dir) ?? cluster.database(`fleet_${databases.size + 1}`);
  databases.set(dir, known);
  return known;
}

/** A connection past the store, that may do anything. */
export async function connectTo(place: string): Promise<OpenConnection> {
  const address = storeAddressOf(place);
  return 'file' in address
    ? openSqlite(address.file, { readOnly: false })
    : openPostgres(address.postgres, { readOnly: false });
}

/** Runs statements past the store. @returns the rows of the last one */
export async function runSql(place: string, ...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const connection = await connectTo(place);
  try {
    let rows: Record<string, unknown>[] = [];
    for (const text of statements)
      rows = (await sql.raw<Record<string, unknown>>(text).execute(connection.db)).rows.map((row) => ({ ...row }));
    return rows;
  } finally {
    await connection.close();
  }
}
