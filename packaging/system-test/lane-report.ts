import { relative } from 'node:path';
import { z } from 'zod';
import type { LaneName } from './lanes.table.ts';
import { limits } from './limits.table.ts';

/** One test that did not pass. */
export interface TestFailure {
  readonly file: string;
  readonly test: string;
  /** The first line of the reason. */
  readonly reason: string;
}

export interface LaneReport {
  readonly lane: LaneName;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly budgetSeconds: number;
  readonly slowest: readonly { readonly file: string; readonly seconds: number }[];
  readonly failures: readonly TestFailure[];
}

const assertionSchema = z.object({
  fullName: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
});
const fileSchema = z.object({
  name: z.string(),
  status: z.string(),
  startTime: z.number(),
  endTime: z.number(),
  message: z.string().default(''),
  assertionResults: z.array(assertionSchema),
});
const runSchema = z.object({ testResults: z.array(fileSchema) });
type TestFile = z.output<typeof fileSchema>;

/** What the test runner wrote about a lane, counted strictly: a skipped test, a file that could not be loaded, a lane
 *  without tests and an error outside every test are failures, because each of them proves nothing in silence.
 *  @param json the text of the runner's JSON report
 *  @param about.cleanExit the runner's exit status was 0: its report alone is silent about errors outside tests
 *  @throws SyntaxError or ZodError when it is no such report */
export function readRunnerReport(
  json: string,
  about: { readonly root: string; readonly cleanExit: boolean },
): Pick<LaneReport, 'passed' | 'failed' | 'slowest' | 'failures'> {
  const run = runSchema.parse(JSON.parse(json));
  const passed = run.testResults.flatMap((file) => file.assertionResults).filter((test) => test.status === 'passed');
  const failures = run.testResults.flatMap((file) => failuresOf(file, about.root));
  if (run.testResults.length === 0) failures.push({ file: '', test: '(lane)', reason: 'the lane has no test file' });
  else if (!about.cleanExit && failures.length === 0) {
    failures.push({ file: '', test: '(lane)', reason: 'an error outside every test; the runner shows it above' });
  }
  return { passed: passed.length, failed: failures.length, slowest: slowestOf(run.testResults, about.root), failures };
}

function failuresOf(file: TestFile, root: string): TestFailure[] {
  const name = relative(root, file.name);
  const failures = file.assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) => ({ file: name, test: test.fullName.trim(), reason: reasonOf(test) }));
  if (failures.length > 0) return failures;
  const empty = file.assertionResults.length === 0;
  if (file.status === 'passed' && !empty) return [];
  return [{ file: name, test: '(file)', reason: firstLine(file.message) || 'the file has no test' }];
}

function reasonOf(test: z.output<typeof assertionSchema>): string {
  if (test.status === 'failed') return firstLine(test.failureMessages?.[0] ?? '') || 'failed';
  return `${test.status}: a test that does not run proves nothing; mend or remove it`;
}

function slowestOf(files: readonly TestFile[], root: string): LaneReport['slowest'] {
  return files
    .map((file) => ({ file: relative(root, file.name), seconds: (file.endTime - file.startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, limits.slowestFiles);
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}

/** The lane in a few lines for people. */
export function reportText(report: LaneReport): string {
  const time = `${report.seconds.toFixed(1)} s of ${report.budgetSeconds} s`;
  const told = report.failures.slice(0, limits.failuresTold);
  const hidden = report.failures.length - told.length;
  return [
    `lane ${report.lane}: ${report.passed} passed, ${report.failed} failed, ${time}`,
    ...report.slowest.map(({ file, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${file}`),
    ...told.map(
      ({ file, test, reason }) => `  FAILED ${[file, test].filter((part) => part !== '').join(' › ')}: ${reason}`,
    ),
    ...(hidden > 0 ? [`  … and ${hidden} more failures`] : []),
  ].join('\n');
}
