import { err, ok, type Result } from '@yimen/contracts/base';
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { FleetDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.table.ts';
import type { OpenConnection } from './open-connection.ts';
import { storeFaultOf, type StoreFault } from './store-fault.ts';

type Engine = OpenConnection['engine'];

/** Brings the schema to this program's version, step by step; a step that was done is not done again.
 *  @fault DATA_NEWER the file holds steps this program does not know: it was written by a newer one and is refused
 *         before anything is touched. DATA_UNREADABLE a step failed (the ones before it stand). */
export async function migrate({
  db,
  engine,
}: Pick<OpenConnection, 'db' | 'engine'>): Promise<Result<void, StoreFault>> {
  const newer = (await doneSteps(db, engine)).filter((name) => !MIGRATIONS.some((step) => step.name === name));
  if (newer.length > 0) {
    return err({
      code: 'DATA_NEWER',
      message: `the database was written by a newer program (schema step ${newer[0]}); start that one, or restore a backup`,
    });
  }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(asMigrations(engine)) } });
  // On a server Kysely takes a lock first: of two programs that start at once, the second finds the work done.
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return ok(undefined);
  const fault = storeFaultOf(error);
  if (fault !== undefined) return err(fault);
  const failed = results?.find((step) => step.status === 'Error');
  return err({
    code: 'DATA_UNREADABLE',
    message: `schema step ${failed?.migrationName ?? '?'} failed: ${error instanceof Error ? error.message : 'no reason given'}`,
  });
}

async function doneSteps(db: Kysely<FleetDatabase>, engine: Engine): Promise<string[]> {
  if (!(await tableNames(db, engine)).has('kysely_migration')) return [];
  const rows = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.rows.map((row) => row.name);
}

/** The tables of the store's own schema: a server's database may hold others beside it. */
export async function tableNames(db: Kysely<FleetDatabase>, engine: Engine): Promise<ReadonlySet<string>> {
  const asked =
    engine === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{ name: string }>`select table_name as name from information_schema.tables
          where table_schema = current_schema()`;
  return new Set((await asked.execute(db)).rows.map((row) => row.name));
}

function asMigrations(engine: Engine): Record<string, Migration> {
  const textOf = engine === 'sqlite' ? (step: string) => step : asPostgres;
  return Object.fromEntries(
    MIGRATIONS.map((step) => [step.name, { up: async (db) => void (await sql.raw(textOf(step.sql)).execute(db)) }]),
  );
}

/** The one dialect branch of the schema. Texts are compared by their bytes, as SQLite does, whatever the language of the
 *  database: lists have one order, and no upgrade of a language's rules can spoil an index. */
function asPostgres(step: string): string {
  return step.replace(/\) without rowid$/u, ')').replaceAll(/\btext\b/gu, 'text collate "C"');
}
