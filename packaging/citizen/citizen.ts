import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOGUE } from '@yimen/contracts/service';
import { startDemonstration } from '../start/demonstration.ts';
import { watchParents } from '../start/parent-watch.ts';
import { freePortBase, portsFrom } from '../start/ports.ts';
import { Problem, sentenceOf } from '../start/problem.ts';
import { readWhereabouts } from '../start/whereabouts.ts';
import { CITIZEN_HELP, readCitizenOptions, type CitizenOptions } from './options.ts';
import { journalEnd, reportAfter, type CitizenReport } from './report.ts';
import { walk } from './walk.ts';

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = readCitizenOptions(args);
  if (!options.ok)
    return leave(`${options.error.message}. npm run citizen -- --help tells more [${options.error.code}]`, 2);
  if (options.value === 'help') {
    process.stdout.write(CITIZEN_HELP);
    return;
  }
  try {
    const reports = await serve(options.value);
    print(reports, options.value);
    process.exit(0);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    leave(text, status);
  }
}

/** On the running demonstration, or on one of its own that is gone afterwards. */
async function serve(options: CitizenOptions): Promise<readonly CitizenReport[]> {
  if (readWhereabouts(options.portBase) !== undefined) return walkAll(options);
  const say = (line: string): void => {
    process.stderr.write(`  ${line}\n`);
  };
  say(`no demonstration at port ${options.portBase}: starting one`);
  const portBase = await freePortBase();
  const dataDir = mkdtempSync(join(tmpdir(), 'yimen-citizen-'));
  const running = await startDemonstration(
    {
      portBase,
      dataDir,
      fresh: false,
      light: 0,
      speed: options.speed,
      kiosk: false,
      electron: false,
      store: null,
      json: true,
    },
    say,
  );
  const stop = async (): Promise<void> => {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const interrupted = (): void => {
    void stop().then(() => process.exit(1));
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  watchParents(interrupted);
  try {
    return await walkAll({ ...options, portBase });
  } finally {
    await stop();
  }
}

/** One citizen after the other: each waits until the machine invites the next. */
async function walkAll(options: CitizenOptions): Promise<readonly CitizenReport[]> {
  const services = options.service === 'all' ? CATALOGUE.map(({ id }) => id) : [options.service];
  const reports: CitizenReport[] = [];
  for (const service of services) {
    if (services.length > 1) process.stderr.write(`  ${service} (${reports.length + 1} of ${services.length})\n`);
    reports.push(await walkOn({ ...options, service }));
  }
  return reports;
}

async function walkOn(options: CitizenOptions): Promise<CitizenReport> {
  const told = readWhereabouts(options.portBase);
  if (told === undefined) throw new Problem('NOT_RUNNING', `No demonstration runs at port ${options.portBase}`);
  const ports = portsFrom(options.portBase);
  const citizenUrl = `http://127.0.0.1:${ports.citizen}`;
  const file = join(told.dataDir, 'core', 'journal.sqlite');
  const from = journalEnd(file);
  await walk(options, {
    citizenUrl,
    benchUrl: `http://127.0.0.1:${ports.bench}`,
    sandboxUrl: `http://127.0.0.1:${ports.sandbox}`,
  });
  const report = await reportAfter(file, from, () => ackedSeq(citizenUrl));
  if (report === undefined) throw new Problem('NOT_RUNNING', 'The citizen left before a service had begun');
  return report;
}

async function ackedSeq(citizenUrl: string): Promise<number> {
  const answer = await fetch(`${citizenUrl}/status.json`).catch(() => undefined);
  const status = (await answer?.json().catch(() => undefined)) as { acknowledgedSeq?: number } | undefined;
  return status?.acknowledgedSeq ?? 0;
}

function print(reports: readonly CitizenReport[], options: CitizenOptions): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(options.service === 'all' ? reports : reports[0])}\n`);
    return;
  }
  process.stdout.write(`${reports.flatMap(linesOf).join('\n')}\n`);
}

function linesOf(report: CitizenReport): readonly string[] {
  return [
    `${report.service}: ${report.outcome}${report.reason === undefined ? '' : ` (${report.reason})`}${report.state === undefined ? '' : ` (${report.state})`}`,
    `  fee ¥${(report.feeFen / 100).toFixed(2)}, charged ${report.charged}, refunded ${report.refunded}, produced ${report.produced}, handed over ${report.handedOver}`,
    ...(report.incident === null ? [] : [`  incident ${report.incident}`]),
    ...report.steps.map((step) => `  ${step.step.padEnd(14)} ${step.outcome.padEnd(8)} ${step.ms} ms`),
    `  journal rows ${report.journal.from}–${report.journal.to}; fleet ${report.fleet.acknowledged ? `has it after ${report.fleet.afterMs ?? 0} ms` : 'has not acknowledged it yet'}`,
  ];
}

function leave(text: string, status: 1 | 2): void {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}
