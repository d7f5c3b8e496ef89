import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { forgetDeath, readDeath } from './death.ts';
import { killProcesses } from './kill-processes.ts';

/** Core as a crash campaign starts it: the product's own program, which dies (or has others die) exactly before or after
 *  the commit that brings an ordered row of its journal. The product has no seam for this: SQLite's own `exec` is wrapped
 *  here, in a program that no production entry can reach. */
const { runDir } = z.object({ runDir: z.string() }).parse(JSON.parse(process.env['YIMEN_CORE'] ?? 'null'));
const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')?.value as (
  this: DatabaseSync,
  sql: string,
) => void;

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const death =
    sql === 'COMMIT' && this.location()?.endsWith('journal.sqlite') === true ? readDeath(runDir) : undefined;
  if (death?.at.by !== 'row' || lastRow(this) < death.at.j) {
    exec.call(this, sql);
    return;
  }
  forgetDeath(runDir);
  if (death.at.when === 'after') exec.call(this, sql);
  killProcesses(death.portBase, death.victims);
  if (death.at.when === 'before') exec.call(this, sql);
};

/** Seen from inside the transaction that is about to be committed. */
function lastRow(db: DatabaseSync): number {
  return Number(db.prepare('SELECT max(j) AS j FROM journal').get()?.['j'] ?? 0);
}

await import(new URL('../../terminal/core/main.ts', import.meta.url).href);
