import {
  DRIVER_SUBJECTS,
  parserTargets,
  runDriverCase,
  runFuzz,
  type DriverSubject,
  type FuzzReport,
} from '@yimen/device-adapters/fuzz';

const PARSER_CASES = 1_000_000;
const DRIVER_CASES = 500;

export interface CampaignOptions {
  readonly target: string | undefined;
  readonly count: number | undefined;
  readonly seed: number;
  readonly from: number;
}

/** One target's result: a parser's, or a driver's with how its cases ended. */
export interface CampaignRow extends Omit<FuzzReport, 'bytes' | 'slowestMs'> {
  readonly kind: 'parser' | 'driver';
  readonly seed: number;
  readonly ends?: Readonly<Record<string, number>>;
  readonly slowestMs?: number;
}

export function targetNames(): readonly string[] {
  return [...parserTargets().map(({ name }) => name), ...DRIVER_SUBJECTS.map(({ driver }) => driver)];
}

/** Runs the chosen targets, or all; a target ends with its first finding, the others go on. */
export async function runCampaign(
  { target, count, seed, from }: CampaignOptions,
  say: (line: string) => void,
): Promise<readonly CampaignRow[]> {
  const rows: CampaignRow[] = [];
  const isChosen = (name: string): boolean => target === undefined || name === target;
  for (const parser of parserTargets().filter(({ name }) => isChosen(name))) {
    const cases = count ?? PARSER_CASES;
    const onProgress = (done: number): void => {
      if (done % 100_000 === 0) say(`${parser.name}: ${done} of ${cases}`);
    };
    rows.push({ kind: 'parser', seed, ...runFuzz(parser, { seed, from, count: cases, onProgress }) });
    say(lineOf(rows.at(-1)));
  }
  for (const subject of DRIVER_SUBJECTS.filter(({ driver }) => isChosen(driver))) {
    rows.push(await runDriver(subject, { seed, from, count: count ?? DRIVER_CASES }));
    say(lineOf(rows.at(-1)));
  }
  return rows;
}

async function runDriver(
  subject: DriverSubject,
  { seed, from, count }: { seed: number; from: number; count: number },
): Promise<CampaignRow> {
  const ends: Record<string, number> = {};
  for (let number = from; number < from + count; number += 1) {
    try {
      const end = await runDriverCase(subject, seed, number);
      ends[end] = (ends[end] ?? 0) + 1;
    } catch (error) {
      const finding = { case: number, says: String(error), hex: '' };
      return { kind: 'driver', target: subject.driver, seed, cases: number - from + 1, ends, finding };
    }
  }
  return { kind: 'driver', target: subject.driver, seed, cases: count, ends };
}

/** A row for people. */
export function lineOf(row: CampaignRow | undefined): string {
  if (row === undefined) return '';
  const how =
    row.ends === undefined
      ? `slowest ${(row.slowestMs ?? 0).toFixed(1)} ms`
      : Object.entries(row.ends)
          .map(([end, times]) => `${times} ${end}`)
          .join(', ');
  const again = row.finding && `npm run fuzz -- ${row.target} --seed ${row.seed} --from ${row.finding.case} --count 1`;
  return `${row.target}: ${row.cases} cases, ${how}${row.finding ? `\n  FOUND ${row.finding.says}\n  again: ${again}` : ', nothing found'}`;
}
