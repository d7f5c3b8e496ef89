import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import { isPostgresUrl } from '@yimen/fleet-server/store-address';
import type { BookFiles } from './read-books.ts';

export type Language = 'zh-CN' | 'en';

export interface ReconcileOptions {
  readonly files: BookFiles;
  readonly day: string | null;
  readonly heldMs: number;
  readonly lang: Language;
  readonly json: boolean;
}

export const FLEET_HELP = `npm run fleet -- reconcile [--day YYYY-MM-DD] [options]: do all books agree?

Compares, by day (Asia/Shanghai) and bill by bill: the terminals' journals, the gateway's operations, the
statement of the payment provider and the offices, and the fleet's ledger as far as it has confirmed.
Reads only; everything may be running. Shows random references, never an official number or a name.

  --data DIR         a demonstration's data folder (default .yimen/)
  --journal FILE     a terminal's journal instead of DIR's own; may be given several times
  --fleet FILE|URL   the fleet's database instead of DIR's; the URL is postgres://USER@HOST:PORT/DATABASE (its password
                     there, in PGPASSWORD or in ~/.pgpass)
  --provider FILE    the sandbox's state instead of DIR's
  --day YYYY-MM-DD   that day alone
  --held-hours N     money may be held, a session may run, this long before somebody has to look (default 72)
  --lang zh-CN|en    language of the report (default zh-CN)
  --json             one JSON document on stdout
  --help             this text

Exit status: 0 all agree, 1 differences (each with what to do next) or a book that cannot be read, 2 wrong use.

The other chores of this command (backup, restore, verify-audit, first-admin) are not part of this release and are refused.
`;

interface WrongUse {
  readonly code: 'WRONG_OPTION';
  readonly message: string;
}

const SPEC = {
  options: {
    data: { type: 'string' },
    journal: { type: 'string', multiple: true },
    fleet: { type: 'string' },
    provider: { type: 'string' },
    day: { type: 'string' },
    'held-hours': { type: 'string' },
    lang: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  strict: true,
  allowPositionals: true,
} as const;

/** Chores of the commands contract that come later. */
const LATER: readonly string[] = ['backup', 'restore', 'verify-audit', 'first-admin'];
const HOUR_MS = 3_600_000;
/** Provider's hold: a paid case is held for three days. */
const HELD_HOURS = '72';

/** Reads the command line of `npm run fleet`; what is wrong is named together with what was expected. */
export function readFleetOptions(args: readonly string[]): Result<ReconcileOptions | 'help', WrongUse> {
  let parsed: ReturnType<typeof parseArgs<typeof SPEC>>;
  try {
    parsed = parseArgs({ ...SPEC, args: [...args] });
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split('\n')[0] ?? 'wrong use') : 'wrong use');
  }
  const { values, positionals } = parsed;
  if (values.help === true) return ok('help');
  const [chore, ...more] = positionals;
  if (chore !== undefined && LATER.includes(chore))
    return wrong(`${chore}: not part of this release; nothing was done. Today this command knows "reconcile" alone`);
  if (chore !== 'reconcile' || more.length > 0)
    return wrong(`expected "reconcile" and options, not "${positionals.join(' ') || 'nothing'}"`);
  return readReconcile(values);
}

function readReconcile(
  values: ReturnType<typeof parseArgs<typeof SPEC>>['values'],
): Result<ReconcileOptions, WrongUse> {
  const { day = null, lang = 'zh-CN', json = false, 'held-hours': hours = HELD_HOURS } = values;
  if (day !== null && !isDate(day)) return wrong(`--day ${day}: expected a date such as 2026-11-28`);
  if (lang !== 'zh-CN' && lang !== 'en') return wrong(`--lang ${lang}: expected zh-CN or en`);
  if (!/^\d{1,4}$/u.test(hours)) return wrong(`--held-hours ${hours}: expected a whole number of hours from 0 to 9999`);
  const dir = resolve(values.data ?? '.yimen');
  const files = {
    journals: (values.journal ?? [join(dir, 'core', 'journal.sqlite')]).map((file) => resolve(file)),
    fleet: fleetPlace(values.fleet ?? join(dir, 'fleet', 'fleet.sqlite')),
    provider: resolve(values.provider ?? join(dir, 'sandbox', 'sandbox.sqlite')),
  };
  return ok({ files, day, heldMs: Number(hours) * HOUR_MS, lang, json });
}

function fleetPlace(text: string): string {
  return isPostgresUrl(text) ? text : resolve(text);
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function wrong(message: string): Result<never, WrongUse> {
  return err({ code: 'WRONG_OPTION', message });
}
