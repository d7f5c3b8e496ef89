import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { laneFailure, runLane } from './run-lane.ts';
import { reportText, type LaneReport } from './lane-report.ts';
import { LANES, type Lane } from './lanes.table.ts';
import { thisMachine } from './machine.ts';
import { prepareLanes } from './prepare-lanes.ts';

const ROOT = join(import.meta.dirname, '../..');

const HELP = `npm test [-- OPTIONS]: runs the lanes, one after another.
  --lane NAME   run one lane (may be repeated)
  --portable    leave out the lanes that need more than npm packages, and name them
  --json        print one JSON document: {"passed","failed","leftOut":[],"lanes":[{"lane","passed","failed",…}]}
  --help        this text
Lanes:
${LANES.map((lane) => `  ${lane.name.padEnd(9)} ${String(lane.budgetSeconds).padStart(4)} s  ${lane.what}`).join('\n')}
As root on Debian, missing system packages are installed first. Exit status: 0 all passed, 1 not, 2 wrong use.
`;

interface Options {
  readonly lanes: readonly Lane[];
  readonly leftOut: readonly Lane[];
  readonly json: boolean;
  readonly help: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options} [WRONG_OPTION]\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const tell = (line: string): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const reports = await runLanes(options, tell);
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  for (const report of reports) tell(reportText(report));
  for (const lane of options.leftOut) tell(`left out: lane ${lane.name}, which needs ${needsOf(lane)}`);
  const leftOut = options.leftOut.map((lane) => lane.name);
  if (options.json) process.stdout.write(`${JSON.stringify({ passed, failed, leftOut, lanes: reports })}\n`);
  tell(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @returns the options, or a sentence that says what was expected */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        lane: { type: 'string', multiple: true, default: [] },
        portable: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.lane.find((name) => !LANES.some((lane) => lane.name === name));
    if (unknown !== undefined) {
      return `There is no lane ${unknown}; expected one of ${LANES.map((lane) => lane.name).join(', ')}.`;
    }
    const named = LANES.filter((lane) => values.lane.length === 0 || values.lane.includes(lane.name));
    const leftOut = values.portable ? named.filter((lane) => !isPortable(lane)) : [];
    const lanes = named.filter((lane) => !leftOut.includes(lane));
    return { lanes, leftOut, json: values.json, help: values.help };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. Expected: --lane NAME, --portable, --json or --help.`;
  }
}

function isPortable(lane: Lane): boolean {
  return lane.debianPackages.length === 0 && !lane.needsRoot;
}

function needsOf(lane: Lane): string {
  return [...(lane.needsRoot ? ['root'] : []), ...lane.debianPackages].join(', ');
}

async function runLanes(options: Options, tell: (line: string) => void): Promise<readonly LaneReport[]> {
  const stopped = stopOnSignal();
  const readiness = await prepareLanes(options.lanes, thisMachine(stopped), tell);
  const reports: LaneReport[] = [];
  for (const lane of options.lanes) {
    const missing = readiness.get(lane.name) ?? null;
    tell(`lane ${lane.name}: ${missing ?? lane.what}`);
    const report =
      missing === null
        ? await runLane({ root: ROOT, lane, output: options.json ? 2 : 1, signal: stopped })
        : { lane: lane.name, seconds: 0, budgetSeconds: lane.budgetSeconds, ...laneFailure(missing) };
    reports.push(report);
    if (stopped.aborted) break;
  }
  return reports;
}

function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
