import { join } from 'node:path';
import {
  FAULT_CHAPTERS,
  FAULT_MATRIX,
  type FaultChapter,
  type FaultRow,
} from '../../system-test/fault-matrix.table.ts';
import { findFaultTests, type FaultTests } from './fault-tests.ts';
import { generatedHeader, markdownTable } from './markdown-table.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TABLE = 'packaging/system-test/fault-matrix.table.ts';
const HEAD = ['编号 No.', '故障 fault', '负责 owner', '发布关口 gate', '结果 result', '测试 tests'];
const OWNERS: Readonly<Record<FaultRow['owner'], string>> = {
  devices: '设备 devices',
  services: '业务 services',
  screens: '屏幕 screens',
  line: '线路 line',
  releases: '发布 releases',
};

/** Every fault that may meet a terminal, whose it is, and the tests that show what then still holds; a row that none
 *  shows yet stands there as open. */
export function renderFaultMatrix(): string {
  return faultMatrix(FAULT_MATRIX, findFaultTests(ROOT));
}

/** What is wrong between the rows and the tests. */
export function faultMatrixFaults(): readonly string[] {
  return matrixFaults(FAULT_MATRIX, findFaultTests(ROOT));
}

export function faultMatrix(rows: readonly FaultRow[], tests: readonly FaultTests[]): string {
  const chapters = (Object.keys(FAULT_CHAPTERS) as FaultChapter[]).map((chapter) => {
    const own = rows.filter((row) => row.chapter === chapter);
    const { zh, en } = FAULT_CHAPTERS[chapter];
    return `## ${zh} · ${en}\n\n${markdownTable(
      HEAD,
      own.map((row) => cellsOf(row, tests)),
    )}\n`;
  });
  const open = rows.filter((row) => testsOf(row, tests).length === 0).length;
  return [
    generatedHeader('故障矩阵', 'Fault matrix', TABLE),
    '“测试”列为标题中带有该编号的测试（文件名及个数）；跳过的、预期失败的测试不计，该行即为“未验证”。',
    'Tests are those whose title carries the number (file and count). One that is skipped or expected to fail is not counted: the row is open.',
    '',
    `${rows.length - open} / ${rows.length} 已验证 shown, ${open} 未验证 open.`,
    '',
    ...chapters,
  ].join('\n');
}

function testsOf({ id }: FaultRow, tests: readonly FaultTests[]): readonly FaultTests[] {
  return tests.filter((test) => test.id === id);
}

function cellsOf(row: FaultRow, tests: readonly FaultTests[]): readonly string[] {
  const own = testsOf(row, tests);
  const count = own.reduce((sum, test) => sum + test.tests, 0);
  return [
    row.id,
    `${row.zh} / ${row.en}`,
    OWNERS[row.owner],
    row.isGate ? '是 yes' : '否 no',
    own.length > 0 ? `已验证 shown (${count})` : `未验证 open: ${row.open?.zh ?? ''} / ${row.open?.en ?? ''}`,
    own.length > 0 ? own.map(({ path, tests: n }) => `${path} (${n})`).join('; ') : '—',
  ];
}

/** A row without a test needs its reason, a row with tests has none; a test names no fault that there is not. */
export function matrixFaults(rows: readonly FaultRow[], tests: readonly FaultTests[]): readonly string[] {
  const known = new Set(rows.map(({ id }) => id));
  const doubled = rows.filter(({ id }, at) => rows.findIndex((other) => other.id === id) !== at);
  return [
    ...doubled.map(({ id }) => `${TABLE}: ${id} stands there more than once`),
    ...rows.flatMap((row) => {
      const isShown = testsOf(row, tests).length > 0;
      if (!isShown && row.open === null) return [`${TABLE}: ${row.id} has neither a test nor a reason why not`];
      return isShown && row.open !== null ? [`${TABLE}: ${row.id} is open, but tests carry its number`] : [];
    }),
    ...tests
      .filter(({ id }) => !known.has(id))
      .map(({ id, path }) => `${path}: a test carries ${id}, which ${TABLE} does not know`),
  ];
}
