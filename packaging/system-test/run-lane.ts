import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { readRunnerReport, type LaneReport } from './lane-report.ts';
import type { Lane } from './lanes.table.ts';
import { limits } from './limits.table.ts';

export interface LaneRun {
  readonly root: string;
  readonly lane: Lane;
  /** Where the runner's own lines go: standard output, standard error (so that standard output stays whole for
   *  `--json`), or nowhere. */
  readonly output: 1 | 2 | 'ignore';
  /** Stops the lane and everything it started. */
  readonly signal: AbortSignal;
}

/** Runs one lane in a process group of its own and counts it. A lane that outlives its budget or is stopped from
 *  outside is ended with all its children, and fails. */
export async function runLane(run: LaneRun): Promise<LaneReport> {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-lane-'));
  const started = performance.now();
  try {
    const reportPath = join(folder, 'report.json');
    const ending = await runToEnd(startRunner(run, reportPath), run);
    const seconds = (performance.now() - started) / 1000;
    return { lane: run.lane.name, seconds, budgetSeconds: run.lane.budgetSeconds, ...countOf(ending, reportPath, run) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `clean` and `with-errors` are the runner's own endings, by its exit status. */
type Ending = 'clean' | 'with-errors' | 'over-budget' | 'stopped';

function startRunner(run: LaneRun, reportPath: string): ChildProcess {
  const projects = run.lane.projects.flatMap((project) => ['--project', project.name]);
  const runner = join(run.root, 'node_modules/vitest/dist/cli.js');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  return spawn(process.execPath, [runner, 'run', ...projects, ...reporters], {
    cwd: run.root,
    detached: true, // its own process group, so that the whole lane can be ended at once
    stdio: ['ignore', run.output, run.output === 1 ? 2 : run.output],
  });
}

function runToEnd(child: ChildProcess, run: LaneRun): Promise<Ending> {
  return new Promise((resolve) => {
    let stoppedFor: Ending | null = null;
    const stop = (why: Ending): void => {
      stoppedFor ??= why;
      endGroup(child, 'SIGTERM');
      setTimeout(() => endGroup(child, 'SIGKILL'), limits.stopGraceMs).unref();
    };
    const stopFromOutside = (): void => stop('stopped');
    const budget = setTimeout(() => stop('over-budget'), run.lane.budgetSeconds * 1000);
    run.signal.addEventListener('abort', stopFromOutside, { once: true });
    const finish = (status: unknown): void => {
      clearTimeout(budget);
      run.signal.removeEventListener('abort', stopFromOutside);
      // Whatever the lane left behind goes with it.
      endGroup(child, 'SIGKILL');
      resolve(stoppedFor ?? (status === 0 ? 'clean' : 'with-errors'));
    };
    child.once('error', finish);
    child.once('exit', finish);
    if (run.signal.aborted) stopFromOutside();
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is already gone, which is what was wanted.
  }
}

function countOf(ending: Ending, reportPath: string, run: LaneRun): ReturnType<typeof readRunnerReport> {
  if (ending === 'over-budget') return laneFailure(`the lane took longer than its ${run.lane.budgetSeconds} s`);
  if (ending === 'stopped') return laneFailure('the lane was stopped');
  try {
    return readRunnerReport(readFileSync(reportPath, 'utf8'), { root: run.root, cleanExit: ending === 'clean' });
  } catch (error) {
    return laneFailure(`the runner ended without a report: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The count of a lane that could not start or did not come to its end. */
export function laneFailure(reason: string): ReturnType<typeof readRunnerReport> {
  return { passed: 0, failed: 1, slowest: [], failures: [{ file: '', test: '(lane)', reason }] };
}
