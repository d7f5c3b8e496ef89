import { ERROR_CODES, type ErrorCodeRow } from '@yimen/contracts/base';
import { generatedHeader, markdownTable } from './markdown-table.ts';

const AREAS: Readonly<Record<ErrorCodeRow['area'], string>> = {
  base: '基础 · base',
  device: '设备 · devices',
  refusal: '不予受理 · refusals of a service',
  gateway: '业务网关 · gateway',
  journal: '日志 · journal',
  fleet: '机群 · fleet',
  command: '命令 · commands',
};

const SEVERITIES: Readonly<Record<ErrorCodeRow['severity'], string>> = {
  notice: '提示 notice',
  warning: '预警 warning',
  minor: '次要 minor',
  major: '重要 major',
  critical: '紧急 critical',
};

const HEAD = ['编号 No.', '代码 code', '级别 severity', '可重试 retryable', '市民看到 citizen', '工作人员 staff'];

/** The reference of everything that can be told to a citizen, to staff or to another program, by area and number. */
export function renderErrorCodes(): string {
  const rows: readonly ErrorCodeRow[] = ERROR_CODES;
  const sections = Object.entries(AREAS).map(([area, title]) => {
    const own = rows.filter((row) => row.area === area).sort((a, b) => a.number - b.number);
    return `## ${title}\n\n${markdownTable(HEAD, own.map(cellsOf))}\n`;
  });
  return [generatedHeader('错误代码', 'Error codes', 'contracts/base/error-codes.table.ts'), ...sections].join('\n');
}

function cellsOf(row: ErrorCodeRow): readonly string[] {
  return [
    String(row.number),
    row.code,
    SEVERITIES[row.severity],
    row.retryable ? '是 yes' : '否 no',
    row.citizen === null ? '—' : `${row.citizen.zh} / ${row.citizen.en}`,
    `${row.staff.zh} / ${row.staff.en}`,
  ];
}
