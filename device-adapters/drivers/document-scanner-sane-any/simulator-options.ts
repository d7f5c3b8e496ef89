import { err, ok, type Result } from '@yimen/contracts/base';
import type { Window } from './simulator-picture.ts';
import { ABILITIES } from './simulator-words.table.ts';

/** What is set before a scan. */
export interface Settings {
  readonly source: string;
  readonly window: Window;
  /** What scanimage says about values that it rounded. */
  readonly notes: string;
}

export interface Sensors {
  readonly coverOpen: boolean;
  readonly pageLoaded: boolean;
  readonly doubleFeed: boolean;
}

const { sources, modes, dpi: DPI, widthMm, lengthMm } = ABILITIES;
const WORDS: Readonly<Record<string, readonly string[]>> = { source: sources, mode: modes };
/** By option: from, to, and the name that scanimage has for it when it rounds. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number, name: string]>> = {
  resolution: [DPI.least, DPI.most, 'resolution'],
  l: [0, widthMm, 'tl-x'],
  t: [0, lengthMm, 'tl-y'],
  x: [0, widthMm, 'br-x'],
  y: [0, lengthMm, 'br-y'],
};

/** The answer to `-A`. Sensors are left out by a scanner that has none. */
export function optionsText(device: string, sensors: Sensors | undefined): string {
  const yesNo = (is: boolean): string => `[=(yes|no)] [${is ? 'yes' : 'no'}] [hardware]`;
  const reach = (mm: number, first: number): string => `0..${mm}mm (in steps of 0.1) [${first}]`;
  return [
    '',
    `All options specific to device \`${device}':`,
    '  Scan Mode:',
    `    --source ${sources.join('|')} [${sources[0]}]`,
    '        Where the originals lie.',
    `    --mode ${modes.join('|')} [${modes[0]}]`,
    '        What a sample is.',
    `    --resolution ${DPI.least}..${DPI.most}dpi (in steps of 1) [${DPI.first}]`,
    '        Samples in an inch, both ways.',
    '  Geometry:',
    `    -l ${reach(widthMm, 0)}`,
    '        Left edge.',
    `    -t ${reach(lengthMm, 0)}`,
    '        Upper edge.',
    `    -x ${reach(widthMm, widthMm)}`,
    '        Width.',
    `    -y ${reach(lengthMm, lengthMm)}`,
    '        Height.',
    '  Enhancement:',
    '    --brightness -127..127 (in steps of 1) [inactive]',
    '        Brighter or darker.',
    ...(sensors === undefined
      ? []
      : [
          '  Sensors:',
          `    --cover-open${yesNo(sensors.coverOpen)}`,
          '        The feeder is not closed.',
          `    --page-loaded${yesNo(sensors.pageLoaded)}`,
          '        Sheets lie in the feeder.',
          `    --double-feed${yesNo(sensors.doubleFeed)}`,
          '        Two sheets came at once.',
        ]),
    '',
  ].join('\n');
}

/** Takes what is set, as scanimage does: numbers are rounded and go on, words must be the scanner's own.
 *  @returns an error: what it says; its exit code then is 1 */
export function settingsOf(settings: readonly (readonly [name: string, value: string])[]): Result<Settings, string> {
  const words = new Map<string, string>();
  const numbers = new Map<string, number>();
  const notes: string[] = [];
  for (const [name, value] of settings) {
    const range = RANGES[name];
    const dashed = `${name.length === 1 ? '-' : '--'}${name}`;
    if (range !== undefined) {
      const number = rounded(name, value, range, notes);
      if (number === undefined) return err(`scanimage: option --${name}: bad option value (rest of option: ${value})`);
      numbers.set(name, number);
    } else if (!Object.hasOwn(WORDS, name)) {
      return err(`scanimage: unrecognized option '${dashed}'`);
    } else if (WORDS[name]?.includes(value) !== true) {
      return err(`scanimage: setting of option ${dashed} failed (Invalid argument)`);
    } else {
      words.set(name, value);
    }
  }
  return ok({ source: words.get('source') ?? sources[0], window: windowOf(words, numbers), notes: notes.join('') });
}

function rounded(
  name: string,
  value: string,
  [least, most, told]: readonly [number, number, string],
  notes: string[],
): number | undefined {
  const asked = value.trim() === '' ? Number.NaN : Number(value.replace(/(?:mm|dpi)$/, ''));
  if (!Number.isFinite(asked)) return undefined;
  const near = Math.min(most, Math.max(least, name === 'resolution' ? Math.round(asked) : asked));
  if (near !== asked) notes.push(`scanimage: rounded value of ${told} from ${asked} to ${near}\n`);
  return near;
}

function windowOf(words: ReadonlyMap<string, string>, numbers: ReadonlyMap<string, number>): Window {
  const [leftMm, topMm] = [numbers.get('l') ?? 0, numbers.get('t') ?? 0];
  return {
    leftMm,
    topMm,
    widthMm: Math.min(numbers.get('x') ?? widthMm, widthMm - leftMm),
    lengthMm: Math.min(numbers.get('y') ?? lengthMm, lengthMm - topMm),
    dpi: numbers.get('resolution') ?? DPI.first,
    isColour: words.get('mode') === modes[1],
  };
}
