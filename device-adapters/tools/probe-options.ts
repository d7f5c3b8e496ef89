import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@yimen/contracts/base';
import { CATALOGUE } from '../registry/catalogue.ts';
import { parseWhere, WHERE_FORMS, type Where } from '../registry/discover.ts';
import { didYouMean } from './nearest-word.ts';
import { actionsOf, type ProbeAction } from './probe-actions.table.ts';

export interface ProbeOptions {
  readonly driver: string;
  readonly at: string;
  readonly where: Where;
  readonly name: string;
  readonly action: ProbeAction;
  readonly isJson: boolean;
  readonly texts: Readonly<Record<string, string>>;
}

export type ProbeCall =
  | { readonly call: 'help'; readonly driver?: string }
  | { readonly call: 'list'; readonly isJson: boolean }
  | { readonly call: 'run'; readonly options: ProbeOptions };

const OPTIONS = {
  at: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  text: { type: 'string' },
  qr: { type: 'string' },
  mrz: { type: 'string' },
  can: { type: 'string' },
  bill: { type: 'string' },
  name: { type: 'string' },
  state: { type: 'string' },
  file: { type: 'string' },
  id: { type: 'string' },
  form: { type: 'string' },
  serial: { type: 'string' },
  out: { type: 'string' },
  dpi: { type: 'string' },
  pages: { type: 'string' },
  source: { type: 'string' },
  mode: { type: 'string' },
  field: { type: 'string', multiple: true },
  fingerprint: { type: 'boolean' },
  unmasked: { type: 'boolean' },
} as const;

const TEXTS = [
  'text',
  'qr',
  'mrz',
  'can',
  'bill',
  'name',
  'state',
  'file',
  'id',
  'form',
  'serial',
  'out',
  'dpi',
  'pages',
  'source',
  'mode',
] as const;

/** Reads the command line; the error is one sentence that says what was expected. */
export function parseProbe(args: readonly string[]): Result<ProbeCall, string> {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return err(`${(error as Error).message.split('.')[0] ?? 'unknown option'}; see --help`);
  }
  const { values, positionals } = parsed;
  const isJson = values.json === true;
  const [driver, name, ...more] = positionals;
  if (values.help === true) return ok({ call: 'help', ...(isDriver(driver) && { driver }) });
  if (driver === undefined) {
    return values.at === undefined
      ? ok({ call: 'list', isJson })
      : err(`expected a DRIVER before --at: ${driverNames()}`);
  }
  const row = isDriver(driver) ? CATALOGUE[driver] : undefined;
  if (row === undefined) return err(unknownDriver(driver));
  const actions = actionsOf(row.kind);
  if (name === undefined) return err(`expected an ACTION: ${Object.keys(actions).join(', ')}`);
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    return err(
      `${driver} has no action "${shown(name)}"${didYouMean(name, Object.keys(actions))}; expected ${Object.keys(actions).join(', ')}`,
    );
  if (more.length > 0) return err(`one action at a time, not also "${more.join(' ')}"`);
  if (values.at === undefined) return err(`expected --at ${WHERE_FORMS}`);
  const where = parseWhere(values.at);
  if (!where.ok) return err(`--at: ${where.error.message}`);
  const texts = Object.fromEntries(TEXTS.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])));
  if (values.field !== undefined) texts['field'] = values.field.join('\n');
  if (values.fingerprint === true) texts['fingerprint'] = 'yes';
  const unfit = Object.keys(texts).find((key) => !action.takes.includes(key));
  if (unfit !== undefined) return err(`${name} takes no --${unfit}`);
  if (values.unmasked === true && !action.takes.includes('unmasked'))
    return err(`${name} shows nothing that is masked`);
  const missing = action.needs.find((key) => texts[key] === undefined);
  if (missing !== undefined) return err(`${name} needs --${missing}`);
  if (values.unmasked === true) texts['unmasked'] = 'yes';
  return ok({ call: 'run', options: { driver, at: values.at, where: where.value, name, action, isJson, texts } });
}

/** The sentence about a driver id that does not exist. */
export function unknownDriver(typed: string): string {
  return `no driver "${shown(typed)}"${didYouMean(typed, Object.keys(CATALOGUE))}; expected one of ${driverNames()}`;
}

function isDriver(word: string | undefined): word is string {
  return word !== undefined && Object.hasOwn(CATALOGUE, word);
}

/** What was typed, as it may stand in a sentence of one line. */
function shown(typed: string): string {
  return typed.slice(0, 60).replaceAll(/\p{Cc}/gu, ' ');
}

function driverNames(): string {
  return Object.keys(CATALOGUE).join(', ');
}
