import { err, ok, type Result } from '@yimen/contracts/base';
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { FleetDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.table.ts';
import type { StoreFault } from './store-fault.ts';

/** Brings the schema to this program's version, step by step; a step that was done is not done again.
 *  @fault DATA_NEWER the file holds steps this program does not know: it was written by a newer one and is refused
 *         before anything is touched. DATA_UNREADABLE a step failed (the ones before it stand). */
export async function migrate(db: Kysely<FleetDatabase>): Promise<Result<void, StoreFault>> {
  const newer = (await doneSteps(db)).filter((name) => !MIGRATIONS.some((step) => step.name === name));
  if (newer.length > 0) {
    return err({
      code: 'DATA_NEWER',
      message: `the database was written by a newer program (schema step ${newer[0]}); start that one, or restore a backup`,
    });
  }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(asMigrations()) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return ok(undefined);
  const failed = results?.find((step) => step.status === 'Error');
  return err({
    code: 'DATA_UNREADABLE',
    message: `schema step ${failed?.migrationName ?? '?'} failed: ${error instanceof Error ? error.message : 'no reason given'}`,
  });
}

async function doneSteps(db: Kysely<FleetDatabase>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const rows = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.rows.map((row) => row.name);
}

function asMigrations(): Record<string, Migration> {
  return Object.fromEntries(
    MIGRATIONS.map((step) => [step.name, { up: async (db) => void (await sql.raw(step.sql).execute(db)) }]),
  );
}
