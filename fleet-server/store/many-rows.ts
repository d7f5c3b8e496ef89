import { PostgresAdapter, sql, type InsertQueryBuilder, type InsertResult, type Kysely } from 'kysely';
import type { FleetDatabase, NewRow } from './database.ts';

/** Tables that take many rows at a time. None has a number that may be null, so that the kind of each column shows in its
 *  values. */
type Table = 'event' | 'event_feed' | 'service_fact';

/** The beginning of an INSERT of these rows (at least one), all with the same columns. To a PostgreSQL server the columns
 *  go as arrays: whatever the number of rows it is one and the same statement, which the server keeps prepared. */
export function insertRows<T extends Table>(
  db: Kysely<FleetDatabase>,
  table: T,
  rows: readonly NewRow<T>[],
): InsertQueryBuilder<FleetDatabase, T, InsertResult> {
  const query = db.insertInto(table);
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return query.values(rows);
  const names = Object.keys(rows[0] ?? {}) as (keyof NewRow<T> & string)[];
  const columns = names.map((name) => {
    const values: unknown[] = rows.map((row) => row[name]);
    return values.some((value) => typeof value === 'number') ? sql`${values}::bigint[]` : sql`${values}::text[]`;
  });
  return query.columns(names as never).expression(sql`select * from unnest(${sql.join(columns)})`);
}
