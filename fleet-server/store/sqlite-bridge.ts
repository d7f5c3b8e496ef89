import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { FleetDatabase } from './database.ts';
import { STORE_LIMITS } from './limits.table.ts';
import type { OpenConnection } from './open-connection.ts';

/** Opens one connection of `node:sqlite` behind Kysely: WAL and `synchronous=FULL`, because with NORMAL a power cut
 *  takes acknowledged rows with it. Statements are kept prepared, newest `STORE_LIMITS.statements` of them.
 *  @throws what `node:sqlite` throws (`errcode`: 14 cannot open, 26 not a database, 8 read only, 13 full). */
export function openSqlite(file: string | URL, options: { readonly readOnly: boolean }): OpenConnection {
  const raw = new DatabaseSync(file, { readOnly: options.readOnly, timeout: STORE_LIMITS.busyMs });
  if (!options.readOnly)
    raw.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000; PRAGMA cache_size=-65536;',
    );
  const kept = new Map<string, SqliteStatement>();
  const database: SqliteDatabase = {
    close: () => raw.close(),
    prepare: (sql) => {
      const statement = kept.get(sql) ?? bridgeStatement(raw.prepare(sql));
      kept.delete(sql);
      kept.set(sql, statement);
      const oldest = kept.keys().next();
      if (kept.size > STORE_LIMITS.statements && oldest.done === false) kept.delete(oldest.value);
      return statement;
    },
  };
  const db = new Kysely<FleetDatabase>({ dialect: new SqliteDialect({ database }) });
  return {
    engine: 'sqlite',
    db,
    width: 1,
    write: (work) => db.transaction().execute(work),
    snapshot: (work) => db.transaction().execute(work),
    close: async () => {
      await db.destroy();
      // Before its first query Kysely has not taken the connection over and leaves it open.
      if (raw.isOpen) raw.close();
    },
  };
}

function bridgeStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...(values as SQLInputValue[])),
    run: (values) => statement.run(...(values as SQLInputValue[])),
    iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
  };
}
