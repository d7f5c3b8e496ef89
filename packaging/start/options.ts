import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@yimen/contracts/base';
import { isPostgresUrl, shownAddress } from '@yimen/fleet-server/store-address';

export interface StartOptions {
  readonly portBase: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly light: number;
  readonly speed: 'real' | 'fast';
  /** The fleet's database: a URL or the path of a SQLite file; null: a file in the data folder. */
  readonly store: string | null;
  /** The citizen's screen in a Chromium of its own, replaced whole after each citizen. */
  readonly kiosk: boolean;
  /** The same in the Electron shell. */
  readonly electron: boolean;
  readonly json: boolean;
}

export const START_HELP = `npm start -- [options]: the whole demonstration on this machine

  --port-base N   first of the six ports on 127.0.0.1 (default 7000: dashboard, citizen, bench, mqtt, gateway, sandbox)
  --data DIR      where everything is kept (default .yimen/)
  --fresh         forget what DIR holds
  --light N       light simulated terminals, 0 to 13 (default 13)
  --store S       the fleet's database: sqlite (default, in DIR), the path of a SQLite file or of a folder for it, or
                  postgres://USER@HOST:PORT/DATABASE (PostgreSQL 15 or newer, an empty database of its own; it belongs
                  to DIR: a fresh DIR needs a fresh database. Password: in the URL, in PGPASSWORD or in ~/.pgpass)
  --speed S       device times: real (default) or fast
  --kiosk         open the citizen's screen in Chromium's kiosk mode, a fresh browser for each citizen
  --electron      open it in the Electron shell instead, a fresh window for each citizen
  --json          one JSON line when ready, then silence
  --help          this text
`;

interface WrongUse {
  readonly code: 'WRONG_OPTION';
  readonly message: string;
}

/** Reads the options of `npm start`; a wrong one is named together with what was expected. */
export function readStartOptions(args: readonly string[]): Result<StartOptions | 'help', WrongUse> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { values } = parsed.value;
  if (values.help === true) return ok('help');
  const portBase = wholeNumber(values['port-base'] ?? '7000', 1024, 65_529);
  if (portBase === undefined)
    return wrong(`--port-base ${values['port-base'] ?? ''}: expected a whole number from 1024 to 65529`);
  const light = wholeNumber(values.light ?? '13', 0, 13);
  if (light === undefined) return wrong(`--light ${values.light ?? ''}: expected a whole number from 0 to 13`);
  const speed = values.speed ?? 'real';
  if (speed !== 'real' && speed !== 'fast') return wrong(`--speed ${speed}: expected real or fast`);
  if (values.electron === true && values.kiosk === true)
    return wrong('--electron with --kiosk: expected one of them, because there is one screen');
  const store = storeOf(values.store ?? 'sqlite', values.fresh === true);
  if (!store.ok) return store;
  return ok({
    store: store.value,
    portBase,
    light,
    speed,
    dataDir: resolve(values.data ?? '.yimen'),
    fresh: values.fresh === true,
    kiosk: values.kiosk === true,
    electron: values.electron === true,
    json: values.json === true,
  });
}

/** Nothing of a URL that is wrong is repeated: there may be a password in it. */
function storeOf(text: string, fresh: boolean): Result<string | null, WrongUse> {
  if (text === 'sqlite') return ok(null);
  if (isPostgresUrl(text)) {
    if (!URL.canParse(text) || new URL(text).pathname.length < 2)
      return wrong('--store postgres://…: expected postgres://USER@HOST:PORT/DATABASE');
    if (!fresh) return ok(text);
    return wrong(
      `--fresh with --store ${shownAddress(text)}: expected one of them; a database is not ours to empty. Make a new one, name a new folder with --data, and leave --fresh out`,
    );
  }
  if (text === '' || /^[a-z]+:/u.test(text))
    return wrong('--store: expected sqlite, the path of a file or folder, or postgres://USER@HOST:PORT/DATABASE');
  const path = resolve(text);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return ok(isFolder ? join(path, 'fleet.sqlite') : path);
}

function parse(args: readonly string[]): Result<ReturnType<typeof parseArgs<typeof SPEC>>, WrongUse> {
  try {
    return ok(parseArgs({ ...SPEC, args: [...args] }));
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split('\n')[0] ?? 'wrong use') : 'wrong use');
  }
}

const SPEC = {
  options: {
    'port-base': { type: 'string' },
    data: { type: 'string' },
    fresh: { type: 'boolean' },
    light: { type: 'string' },
    speed: { type: 'string' },
    store: { type: 'string' },
    electron: { type: 'boolean' },
    kiosk: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  strict: true,
  allowPositionals: false,
} as const;

function wholeNumber(text: string, from: number, to: number): number | undefined {
  const value = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

function wrong(message: string): Result<never, WrongUse> {
  return err({ code: 'WRONG_OPTION', message });
}
