import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { CreateRecordingMask } from '../framing/frame-mask.ts';
import { CATALOGUE, type CatalogueRow } from '../registry/catalogue.ts';
import { parseWhere, WHERE_FORMS, type Where } from '../registry/discover.ts';
import { recordingMaskOf } from '../registry/recording-masks.ts';
import { actionsOf, type ProbeAction } from './probe-actions.table.ts';
import { unknownDriver } from './probe-options.ts';
import { argsOf } from './run-action.ts';

/** Options that go with an action, as `probe` has them. */
const TEXTS = ['text', 'qr', 'mrz', 'can', 'bill', 'name', 'state', 'form', 'serial'] as const;
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
  form: { type: 'string' },
  serial: { type: 'string' },
  field: { type: 'string', multiple: true },
  fingerprint: { type: 'boolean' },
} as const;

type Texts = Readonly<Record<string, string>>;

export interface RecordOptions {
  readonly driver: string;
  readonly at: string;
  readonly where: Where;
  readonly file: string;
  readonly isJson: boolean;
  /** What makes the driver talk, in this order. */
  readonly actions: readonly { readonly name: string; readonly action: ProbeAction; readonly args: unknown }[];
  readonly texts: Texts;
  readonly createMask: CreateRecordingMask | undefined;
}

export interface ReplayOptions {
  readonly driver: string;
  readonly file: string;
  readonly isJson: boolean;
  readonly texts: Texts;
  readonly createMask: CreateRecordingMask | undefined;
}

type Typed = {
  readonly isHelp: boolean;
  readonly isJson: boolean;
  readonly at: string | undefined;
  readonly words: readonly string[];
  readonly texts: Texts;
};

/** Reads `DRIVER --at WHERE FILE [ACTION …]`; without an action `identify` and `status`.
 *  @returns the error is one sentence that says what was expected. */
export function parseRecord(args: readonly string[]): Result<RecordOptions | 'help', string> {
  const typed = typedOf(args);
  if (!typed.ok) return typed;
  if (typed.value.isHelp) return ok('help');
  const { at, words, texts, isJson } = typed.value;
  const [driver, file, ...names] = words;
  const row = rowOf(driver);
  if (!row.ok) return row;
  if (at === undefined) return err(`expected --at ${WHERE_FORMS}`);
  const where = parseWhere(at);
  if (!where.ok) return err(`--at: ${where.error.message}`);
  if (file === undefined) return err('expected a FILE to write');
  const mask = recordingMaskOf(row.value);
  if (!mask.ok) return mask;
  const actions = actionsNamed(row.value, names.length === 0 ? ['identify', 'status'] : names, texts);
  if (!actions.ok) return actions;
  return ok({
    driver: driver ?? '',
    at,
    where: where.value,
    file,
    isJson,
    actions: actions.value,
    texts,
    createMask: mask.value,
  });
}

/** Reads `DRIVER FILE`, with the options that a masked recording does not hold.
 *  @returns the error is one sentence that says what was expected. */
export function parseReplay(args: readonly string[]): Result<ReplayOptions | 'help', string> {
  const typed = typedOf(args);
  if (!typed.ok) return typed;
  if (typed.value.isHelp) return ok('help');
  const { at, words, texts, isJson } = typed.value;
  const [driver, file, ...more] = words;
  const row = rowOf(driver);
  if (!row.ok) return row;
  if (at !== undefined) return err('a replay needs no device, so no --at');
  if (file === undefined) return err('expected a FILE that record has written');
  if (more.length > 0) return err(`one FILE at a time, not also "${more.join(' ')}"`);
  return ok({ driver: driver ?? '', file, isJson, texts, createMask: row.value.mask });
}

function typedOf(args: readonly string[]): Result<Typed, string> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const texts: Record<string, string> = Object.fromEntries(
      TEXTS.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]] as const])),
    );
    if (values.field !== undefined) texts['field'] = values.field.join('\n');
    if (values.fingerprint === true) texts['fingerprint'] = 'yes';
    return ok({
      isHelp: values.help === true,
      isJson: values.json === true,
      at: values.at,
      words: positionals,
      texts,
    });
  } catch (error) {
    return err(`${(error as Error).message.split('.')[0] ?? 'unknown option'}; see --help`);
  }
}

function rowOf(driver: string | undefined): Result<CatalogueRow, string> {
  const row = driver !== undefined && Object.hasOwn(CATALOGUE, driver) ? CATALOGUE[driver] : undefined;
  if (row !== undefined) return ok(row);
  return err(driver === undefined ? `expected a DRIVER: ${Object.keys(CATALOGUE).join(', ')}` : unknownDriver(driver));
}

function actionsNamed(
  row: CatalogueRow,
  names: readonly string[],
  texts: Texts,
): Result<RecordOptions['actions'], string> {
  const known = actionsOf(row.kind);
  const actions: RecordOptions['actions'][number][] = [];
  for (const name of names) {
    const action = Object.hasOwn(known, name) ? known[name] : undefined;
    if (action === undefined || name === 'watch')
      return err(
        `no action "${name}" to record; expected ${Object.keys(known)
          .filter((word) => word !== 'watch')
          .join(', ')}`,
      );
    const missing = action.needs.find((key) => texts[key] === undefined);
    if (missing !== undefined) return err(`${name} needs --${missing}`);
    const args = argsOf(action, texts);
    if (!args.ok) return args;
    actions.push({ name, action, args: args.value });
  }
  const unfit = Object.keys(texts).find((key) => !actions.some(({ action }) => action.takes.includes(key)));
  return unfit === undefined ? ok(actions) : err(`nothing here takes --${unfit}`);
}
