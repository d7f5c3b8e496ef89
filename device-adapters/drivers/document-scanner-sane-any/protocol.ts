import { SANE_LIMITS } from './limits.table.ts';

export type Source = 'glass' | 'feeder';
export type Mode = 'grey' | 'colour';

/** A line of the list. */
export interface RawDevice {
  readonly name: string;
  readonly vendor: string;
  readonly model: string;
}

/** An option of a device, as `scanimage -A` prints it. */
interface RawOption {
  /** What stands between its name and its value: `Gray|Color`, `1..1200dpi (in steps of 1)`. */
  readonly range: string;
  readonly value: string;
}

/** What a look gives: its options by name, without dashes; those that are inactive it does not have. */
export type RawLook = ReadonlyMap<string, RawOption>;

/** What is to be scanned, in the scanner's words. */
export interface ScanOrder {
  readonly device: string;
  /** Absent: the scanner has only one. */
  readonly source: string | undefined;
  readonly mode: string;
  readonly dpi: number;
  readonly widthMm: number | undefined;
  readonly lengthMm: number | undefined;
  readonly pages: number;
}

/** Words for what the standard leaves to each backend (SANE 1.06, §4.5: only "resolution" and the corners are fixed). */
const WORDS: Readonly<Record<Source | Mode, RegExp>> = {
  glass: /^(?:flatbed|fb|platen|normal|document table)$/i,
  feeder: /^(?:adf|adf front|adf simplex|automatic document feeder|document feeder|feeder)\s*(?:\(.*\))?$/i,
  grey: /^(?:gr[ae]y|gr[ae]yscale|true gray|8-bit gray|gray8)$/i,
  colour: /^(?:colou?r|true color|24-?bit color|color24|rgb)\s*(?:[([].*[)\]])?$/i,
};

const TAB = '\t';
const OPTION = /^ {2,}--?([A-Za-z][A-Za-z0-9-]*)(.*)$/;
const YES_NO = /^\[=\((?:auto\|)?yes\|no\)\]/;
const HEAD = /^All options specific to device /m;

/** Arguments for a list of every device that SANE finds. */
export function listArgs(): string[] {
  return ['-f', ['%d', '%v', '%m', '%t%n'].join(TAB)];
}

/** Arguments for one device's options. */
export function lookArgs(device: string): string[] {
  return ['-d', device, '-A'];
}

/** Arguments for pages in `1.png`, `2.png`, … of the run's folder. */
export function scanArgs(order: ScanOrder): string[] {
  const { source, widthMm, lengthMm } = order;
  return [
    ...['-d', order.device],
    ...(source === undefined ? [] : [`--source=${source}`]),
    `--mode=${order.mode}`,
    `--resolution=${order.dpi}`,
    ...(widthMm === undefined ? [] : ['-l', '0', '-x', String(widthMm)]),
    ...(lengthMm === undefined ? [] : ['-t', '0', '-y', String(lengthMm)]),
    '--format=png',
    '--batch={folder}/%d.png',
    '--batch-start=1',
    `--batch-count=${order.pages}`,
  ];
}

/** The name of a page's file; pages count from 0. */
export function pageName(page: number): string {
  return `${page + 1}.png`;
}

/** Devices of a list; lines that are none are skipped. */
export function devicesOf(stdout: Uint8Array): RawDevice[] {
  return textOf(stdout)
    .split('\n')
    .flatMap((line) => {
      const [name = '', vendor, model, type] = line.split(TAB);
      return name === '' || vendor === undefined || model === undefined || type === undefined
        ? []
        : [{ name, vendor, model }];
    });
}

/** What a look gives; `undefined`: that is no list of options. */
export function lookOf(stdout: Uint8Array): RawLook | undefined {
  const text = textOf(stdout);
  if (!HEAD.test(text)) return undefined;
  const options = new Map<string, RawOption>();
  for (const line of text.split('\n')) {
    const [, name, rest] = OPTION.exec(line) ?? [];
    const option = rest === undefined ? undefined : optionOf(rest);
    if (name !== undefined && option !== undefined) options.set(name, option);
  }
  return options;
}

/** The scanner's word for a source or a mode.
 *  @param own what the configuration says
 *  @returns `undefined`: it has none */
export function wordOf(
  look: RawLook,
  option: 'source' | 'mode',
  what: Source | Mode,
  own?: string,
): string | undefined {
  const words = (look.get(option)?.range ?? '').split('|').map((word) => word.trim());
  return words.find((word) => (own === undefined ? WORDS[what].test(word) : word === own));
}

/** Whether it scans at exactly this resolution. */
export function hasResolution(look: RawLook, dpi: number): boolean {
  const range = look.get('resolution')?.range ?? '';
  const span = spanOf(range);
  if (span === undefined)
    return range
      .replace(/dpi.*$/, '')
      .split('|')
      .map(Number)
      .includes(dpi);
  const { least, most, step } = span;
  return dpi >= least && dpi <= most && (step === 0 || Number.isInteger((dpi - least) / step));
}

/** How far it reaches, millimetres, at most A4; `undefined`: it does not say. */
export function reachMm(look: RawLook, axis: 'x' | 'y'): number | undefined {
  const most = axis === 'x' ? SANE_LIMITS.pageWidthMm : SANE_LIMITS.pageLengthMm;
  const { range = '' } = look.get(axis) ?? {};
  const span = /mm/.test(range) ? spanOf(range) : undefined;
  return span === undefined || span.most <= 0 ? undefined : Math.min(span.most, most);
}

/** What a sensor says; `undefined`: there is none, or it says something else. */
export function sensorOf(look: RawLook, name: 'cover-open' | 'page-loaded' | 'double-feed'): boolean | undefined {
  return { yes: true, no: false }[look.get(name)?.value ?? ''];
}

function optionOf(rest: string): RawOption | undefined {
  const isYesNo = YES_NO.test(rest);
  const said = rest.replace(YES_NO, '');
  // Words of a range may have brackets themselves: the value is the first with a blank before it, and only more of
  // the same behind it.
  const [, range = '', value = ''] = /^(?:\s(.*?))??\s\[([^\]]*)\](?:\s\[[^\]]*\])*\s*$/.exec(said) ?? [];
  if (value === '' || value === 'inactive') return undefined;
  return { range: isYesNo ? 'yes|no' : range, value };
}

function spanOf(range: string): { least: number; most: number; step: number } | undefined {
  const [, least, most] = /^(-?[\d.]+)\.\.(-?[\d.]+)/.exec(range) ?? [];
  if (least === undefined || most === undefined) return undefined;
  const [, step = '0'] = /in steps of ([\d.]+)/.exec(range) ?? [];
  return { least: Number(least), most: Number(most), step: Number(step) };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
