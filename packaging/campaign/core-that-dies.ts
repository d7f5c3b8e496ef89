import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { forgetDeath, readDeath, tellDeathbed, type Deathbed } from './death.ts';
import { killProcesses } from './kill-processes.ts';

/** Core as a crash campaign starts it: the product's own program, which dies (or has others die) exactly before or after
 *  the commit that brings an ordered row of its journal. The product has no seam for this: SQLite's own `exec` is wrapped
 *  here, in a program that no production entry can reach. */
const { runDir } = z.object({ runDir: z.string() }).parse(JSON.parse(process.env['YIMEN_CORE'] ?? 'null'));
const exec = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec')?.value as (
  this: DatabaseSync,
  sql: string,
) => void;

let newest: Deathbed | undefined;

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  const isCommit = sql === 'COMMIT' && this.location()?.endsWith('journal.sqlite') === true;
  const death = isCommit ? readDeath(runDir) : undefined;
  if (death?.at.by !== 'row' || rowsSince(this, death.at.fromJ) < death.at.nth) {
    exec.call(this, sql);
    if (isCommit) newest = newestOf(this);
    return;
  }
  if (death.at.when === 'after') {
    exec.call(this, sql);
    newest = newestOf(this);
  }
  if (newest !== undefined) tellDeathbed(runDir, newest);
  forgetDeath(runDir);
  killProcesses(death.portBase, death.victims, death.disk);
  if (death.at.when === 'before') exec.call(this, sql);
};

function newestOf(db: DatabaseSync): Deathbed | undefined {
  const row = db.prepare('SELECT j, hash FROM journal ORDER BY j DESC LIMIT 1').get();
  return row === undefined ? undefined : { j: Number(row['j']), hash: String(row['hash']) };
}

/** Rows of a session, seen from inside the transaction that is about to be committed. Core's own rows (a device's status, a
 *  supply's count) come between them when it pleases the clock, and would make every boundary another one. */
function rowsSince(db: DatabaseSync, j: number): number {
  const row = db.prepare('SELECT count(*) AS n FROM journal WHERE j > ? AND session_id IS NOT NULL').get(j);
  return Number(row?.['n'] ?? 0);
}

await import(new URL('../../terminal/core/main.ts', import.meta.url).href);
