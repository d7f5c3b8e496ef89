import { setTimeout as wait } from 'node:timers/promises';
import { ok, type Result } from '@yimen/contracts/base';
import { reconcile, type Reconciliation } from './compare.ts';
import { FLEET_HELP, readFleetOptions, type ReconcileOptions } from './options.ts';
import { readBooks } from './read-books.ts';
import type { ReadFault } from './read-journal.ts';
import { jsonReport, reportLines } from './report.ts';
import { settled } from './settle.ts';

/** Where the command's lines go, and the time. */
export interface CommandWorld {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly wallMs: () => number;
  /** How long between two readings. */
  readonly settleMs: number;
}

/** Carries out `npm run fleet`.
 *  @returns the exit status: 0 all agree, 1 differences or an unreadable book, 2 wrong use */
export async function runFleet(args: readonly string[], world: CommandWorld): Promise<number> {
  const options = readFleetOptions(args);
  if (!options.ok) {
    world.err(`${options.error.message}. npm run fleet -- --help tells more [${options.error.code}]`);
    return 2;
  }
  if (options.value === 'help') {
    world.out(FLEET_HELP);
    return 0;
  }
  return reconcileNow(options.value, world);
}

async function reconcileNow(options: ReconcileOptions, world: CommandWorld): Promise<number> {
  const found = await settled(
    () => once(options, world),
    () => wait(world.settleMs),
  );
  if (!found.ok) {
    world.err(`${found.error.message} [${found.error.code}]`);
    return found.error.code === 'WRONG_OPTION' ? 2 : 1;
  }
  if (options.json) world.out(JSON.stringify(jsonReport(found.value, options)));
  else for (const line of reportLines(found.value, options)) world.out(line);
  return found.value.differences.length === 0 ? 0 : 1;
}

async function once(options: ReconcileOptions, world: CommandWorld): Promise<Result<Reconciliation, ReadFault>> {
  const books = await readBooks(options.files, world.wallMs());
  return books.ok ? ok(reconcile(books.value, options)) : books;
}
