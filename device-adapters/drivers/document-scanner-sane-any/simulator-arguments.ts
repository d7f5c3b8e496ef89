import { err, ok, type Result } from '@yimen/contracts/base';

/** What one run of scanimage is to do (scanimage(1)). */
export interface Command {
  readonly act: 'list' | 'formatted-list' | 'version' | 'options' | 'scan';
  /** Of a formatted list. */
  readonly listFormat: string;
  /** Absent: the first that is found. */
  readonly device: string | undefined;
  /** Of the picture. */
  readonly format: string | undefined;
  readonly batch: Batch | undefined;
  /** The scanner's own options, without dashes, in their order. */
  readonly settings: readonly (readonly [name: string, value: string])[];
}

export interface Batch {
  readonly pattern: string;
  readonly start: number;
  readonly count: number;
  readonly increment: number;
}

const LONG: Readonly<Record<string, string>> = {
  d: 'device-name',
  f: 'formatted-device-list',
  L: 'list-devices',
  A: 'all-options',
  V: 'version',
  b: 'batch',
};
/** They stand alone, or with a value behind `=` only. */
const ALONE = ['list-devices', 'all-options', 'version', 'batch', 'verbose', 'progress'];
/** Their value may also be the next word. */
const WITH_VALUE = [
  ...['device-name', 'formatted-device-list', 'format', 'batch-start', 'batch-count', 'batch-increment'],
  ...['source', 'mode', 'resolution', 'l', 't', 'x', 'y'],
];
const OWN = new Set([...ALONE, ...WITH_VALUE.slice(0, WITH_VALUE.indexOf('source'))]);
const BATCH_PATTERN = 'out%d.png';

/** Reads the arguments, long and short, with their values behind `=`, at once, or in the next word.
 *  @returns an error: what scanimage says of them; its exit code then is 1 */
export function commandOf(args: readonly string[]): Result<Command, string> {
  const read = wordsOf(args);
  if (!read.ok) return read;
  const all = read.value;
  const last = (name: string): string | undefined => all.findLast(([other]) => other === name)?.[1];
  const format = last('format');
  const batch = last('batch');
  const count = last('batch-count');
  return ok({
    act: actOf(all),
    listFormat: last('formatted-device-list') ?? '',
    device: last('device-name'),
    format,
    batch:
      batch === undefined
        ? undefined
        : {
            pattern: batch === '' ? BATCH_PATTERN : batch,
            start: wholeOf(last('batch-start'), 1),
            count: count === undefined ? Infinity : wholeOf(count, 0),
            increment: wholeOf(last('batch-increment'), 1),
          },
    settings: all.filter(([name]) => !OWN.has(name)),
  });
}

function actOf(all: readonly (readonly [string, string])[]): Command['act'] {
  const has = (name: string): boolean => all.some(([other]) => other === name);
  if (has('version')) return 'version';
  if (has('list-devices')) return 'list';
  if (has('formatted-device-list')) return 'formatted-list';
  return has('all-options') ? 'options' : 'scan';
}

function wordsOf(args: readonly string[]): Result<[string, string][], string> {
  const all: [string, string][] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, long, equals, said] = /^--([^=]+)(=?)([^]*)$/.exec(arg) ?? [];
    const [, short = '', behind = ''] = /^-([A-Za-z])([^]*)$/.exec(arg) ?? [];
    const name = long ?? LONG[short] ?? short;
    if (name === '') return err(`scanimage: argument without option: \`${arg}'`);
    const isGiven = long === undefined ? behind !== '' : equals !== '';
    const value = isGiven
      ? long === undefined
        ? behind
        : (said ?? '')
      : !WITH_VALUE.includes(name)
        ? ''
        : rest.shift();
    if (value === undefined) return err(`scanimage: option requires an argument -- '${name}'`);
    all.push([name, value]);
  }
  return ok(all);
}

function wholeOf(text: string | undefined, otherwise: number): number {
  const value = Math.trunc(Number(text ?? otherwise));
  return Number.isFinite(value) ? value : 0;
}
