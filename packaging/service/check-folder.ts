import { checkPackage, walkAll, workflowSchema } from '@yimen/contracts/service';
import type { PackageFolder } from './read-folder.ts';
import type { Reported } from './reported.ts';

/** What a check found out about one package. */
export interface FolderReport {
  readonly id: string;
  readonly dir: string;
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** Steps, and ways through them that were walked; 0 when the workflow cannot be read. */
  readonly steps: number;
  readonly paths: number;
  readonly findings: readonly Reported[];
}

export function checkFolder({ dir, id, raw, unread, findings }: PackageFolder, isRelease: boolean): FolderReport {
  const ruled = checkPackage(raw, { release: isRelease }).filter((one) => !unread.some((file) => one.where === file));
  const all = [...findings, ...ruled].toSorted((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'));
  const workflow = workflowSchema.safeParse(raw.workflow);
  const errors = all.filter((one) => one.level === 'error').length;
  return {
    id,
    dir,
    ok: errors === 0,
    errors,
    warnings: all.length - errors,
    steps: workflow.success ? workflow.data.steps.length : 0,
    paths: workflow.success ? walkAll(workflow.data).paths.length : 0,
    findings: all,
  };
}

/** Lines for people: each package with what is wrong and what mends it; the last line is the whole. */
export function reportLines(reports: readonly FolderReport[]): readonly string[] {
  const bad = reports.filter((report) => !report.ok);
  const warnings = reports.reduce((sum, report) => sum + report.warnings, 0);
  const errors = bad.reduce((sum, report) => sum + report.errors, 0);
  return [
    ...reports.flatMap(folderLines),
    bad.length === 0
      ? `content: ${count(reports.length, 'package')}, ${count(warnings, 'warning')}`
      : `not content: ${count(errors, 'error')} in ${bad.map((report) => report.id).join(', ')}`,
  ];
}

function folderLines(report: FolderReport): readonly string[] {
  const { steps, paths, errors, warnings } = report;
  const counts = [count(steps, 'step'), count(paths, 'way'), count(errors, 'error'), count(warnings, 'warning')];
  // One rule, one remedy: what breaks the same rule stands together.
  const rules = Map.groupBy(report.findings, (one) => `${one.level.padEnd(7)} ${one.rule}`);
  return [
    `${report.id}: ${counts.join(', ')}`,
    ...[...rules].flatMap(([rule, found]) => [
      `  ${rule}`,
      ...found.map((one) => `    ${one.where}: ${one.message}`),
      `    → ${found[0]?.remedy ?? ''}`,
    ]),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
