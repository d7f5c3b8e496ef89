import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCodeRow } from '@yimen/contracts/base';
import { listFiles } from '../imports/source-tree.ts';
import type { CheckContext, PartFindings } from './part.ts';
import { isOutsideProduct } from './rooms.ts';

const TABLE = 'contracts/base/error-codes.table.ts';
const ENDINGS = ['.ts', '.tsx', '.mjs', '.json'];

/** A program text outside the table. */
interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Numbers of an area begin with its digit, so that a person on the telephone names the area with the number. */
const AREA_FIRST_NUMBER: Readonly<Record<ErrorCodeRow['area'], number>> = {
  base: 1000,
  device: 2000,
  refusal: 3000,
  gateway: 4000,
  journal: 5000,
  fleet: 6000,
  command: 7000,
};

/** Every code once, with its own number in its area's range, said in both languages, and used by some program. */
export function checkErrorCodes(context: CheckContext): PartFindings {
  const sources = listFiles(context.root, ENDINGS)
    // The guard is the one file of packaging that tells a code without the table: it runs where TypeScript cannot.
    .filter((path) => path !== TABLE && !path.startsWith('packaging/check/') && !/\.test\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(context.root, path), 'utf8') }));
  return {
    summary: `${ERROR_CODES.length} codes`,
    reasons: [...tableFaults(ERROR_CODES), ...unusedCodes(ERROR_CODES, sources), ...unknownCodes(ERROR_CODES, sources)],
  };
}

/** What is wrong inside the table itself. */
export function tableFaults(rows: readonly ErrorCodeRow[]): readonly string[] {
  const codes = new Map<string, number>();
  const numbers = new Map<number, number>();
  for (const row of rows) {
    codes.set(row.code, (codes.get(row.code) ?? 0) + 1);
    numbers.set(row.number, (numbers.get(row.number) ?? 0) + 1);
  }
  return [
    ...[...codes].filter(([, times]) => times > 1).map(([code]) => `${TABLE}: ${code} stands there more than once`),
    ...[...numbers].filter(([, times]) => times > 1).map(([number]) => `${TABLE}: number ${number} is given twice`),
    ...rows.flatMap((row) => rowFaults(row).map((fault) => `${TABLE}: ${row.code} ${fault}`)),
  ];
}

function rowFaults(row: ErrorCodeRow): readonly string[] {
  const first = AREA_FIRST_NUMBER[row.area];
  const faults = row.number >= first && row.number < first + 1000 ? [] : [`has number ${row.number} outside ${first}…`];
  for (const [reader, texts] of Object.entries({ citizen: row.citizen, staff: row.staff })) {
    if (texts === null) continue;
    if (!/\p{Script=Han}/u.test(texts.zh)) faults.push(`has no Chinese text for ${reader}`);
    if (texts.en.trim() === '' || /\p{Script=Han}/u.test(texts.en)) faults.push(`has no English text for ${reader}`);
  }
  return faults;
}

/** Codes that no program names, in quotes or in the brackets that end a message. */
export function unusedCodes(rows: readonly ErrorCodeRow[], sources: readonly SourceText[]): readonly string[] {
  const named = new Set<string>();
  for (const { text } of sources) {
    for (const match of text.matchAll(/(?:(['"`])([A-Za-z][\w.-]*)\1)|\[([A-Z][A-Z_]*)\]/g)) {
      named.add(match[2] ?? match[3] ?? '');
    }
  }
  return rows
    .filter((row) => !named.has(row.code))
    .map((row) => `${TABLE}: ${row.code} is used nowhere outside this table`);
}

/** Codes that a program throws although the table does not know them. */
export function unknownCodes(rows: readonly ErrorCodeRow[], sources: readonly SourceText[]): readonly string[] {
  const known = new Set(rows.map((row) => row.code));
  return sources
    .filter(({ path }) => !isOutsideProduct(path) || path.startsWith('packaging/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/new AppError\(\s*(['"`])([^'"`]+)\1/g)]
        .map((match) => match[2] ?? '')
        .filter((code) => !known.has(code))
        .map((code) => `${path}: throws ${code}, which ${TABLE} does not know`),
    );
}
