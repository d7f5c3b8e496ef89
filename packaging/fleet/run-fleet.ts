import { setTimeout as wait } from 'node:timers/promises';
import type { Result } from '@yimen/contracts/base';
import { reconcile, type Reconciliation } from './compare.ts';
import type { Difference } from './difference.table.ts';
import { FLEET_HELP, readFleetOptions, type ReconcileOptions } from './options.ts';
import { readBooks } from './read-books.ts';
import type { ReadFault } from './read-journal.ts';
import { jsonReport, reportLines } from './report.ts';

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
  const found = await twice(options.value, world);
  if (!found.ok) {
    world.err(`${found.error.message} [${found.error.code}]`);
    return found.error.code === 'WRONG_OPTION' ? 2 : 1;
  }
  if (options.value.json) world.out(JSON.stringify(jsonReport(found.value, options.value)));
  else for (const line of reportLines(found.value, options.value)) world.out(line);
  return found.value.differences.length === 0 ? 0 : 1;
}

/** The books are read one after another while everything runs: what is different at one reading and not at the next was
 *  on its way. */
async function twice(options: ReconcileOptions, world: CommandWorld): Promise<Result<Reconciliation, ReadFault>> {
  const first = await once(options, world);
  if (!first.ok || first.value.differences.length === 0) return first;
  await wait(world.settleMs);
  const second = await once(options, world);
  if (!second.ok) return second;
  const before = new Set(first.value.differences.map(nameOf));
  return { ok: true, value: { ...second.value, differences: second.value.differences.filter((one) => before.has(nameOf(one))) } };
}

async function once(options: ReconcileOptions, world: CommandWorld): Promise<Result<Reconciliation, ReadFault>> {
  const books = await readBooks(options.files, world.wallMs());
  return books.ok ? { ok: true, value: reconcile(books.value, options) } : books;
}

function nameOf({ kind, day, tid, ref }: Difference): string {
  return JSON.stringify([kind, day, tid, ref]);
}
