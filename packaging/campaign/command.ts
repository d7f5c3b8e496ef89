import { randomInt } from 'node:crypto';
import { watchParents } from '../start/parent-watch.ts';
import { sentenceOf } from '../start/problem.ts';
import { CAMPAIGNS } from './campaigns.table.ts';
import { parseCampaignOptions, USAGE, type CampaignOptions } from './options.ts';
import type { PlannedSession } from './plan.ts';
import { runCampaign, type CampaignReport } from './run-campaign.ts';

const MOST_SEED = 2 ** 29;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Carries out `npm run campaign` and leaves with its status: 0 nothing violated, 1 violated or not walked, 2 wrong use. */
export async function campaignCommand(args: readonly string[]): Promise<void> {
  // `… | head` closes the pipe early: that is no error of ours.
  process.stdout.on('error', () => process.exit(0));
  const options = parseCampaignOptions(args, randomInt(MOST_SEED));
  switch (options.what) {
    case 'wrong':
      say(options.message);
      say(USAGE);
      process.exit(2);
      break;
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      break;
    case 'list':
      for (const [id, { what, size }] of Object.entries(CAMPAIGNS))
        process.stdout.write(`${id.padEnd(8)} ${what} (${size ?? 'every case'})\n`);
      break;
    case 'run':
      await run(options);
      break;
  }
}

async function run(asked: Extract<CampaignOptions, { what: 'run' }>): Promise<void> {
  let isStopping = false;
  const stop = (): void => {
    // The processes that were started end with this one: their stdin closes.
    if (isStopping) process.exit(1);
    isStopping = true;
    say('stopping');
    setTimeout(() => process.exit(1), 2_500).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  watchParents(stop);
  say(`campaign ${asked.id}, seed ${asked.seed}`);
  try {
    const report = await runCampaign(chosen(asked), say, () => isStopping);
    print(report, asked);
    process.exit(report.violation === null && !isStopping ? 0 : 1);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    say(text);
    process.exit(status);
  }
}

function chosen(asked: Extract<CampaignOptions, { what: 'run' }>): readonly PlannedSession[] {
  const { id, seed, size, service, only, from } = asked;
  // The number that is looked for may lie beyond the default size of another run with the same seed.
  const wanted = size === undefined && only !== undefined ? { seed, size: only, service } : { seed, size, service };
  const planned = CAMPAIGNS[id]?.plan(wanted) ?? [];
  return planned.filter(({ no }) => (only === undefined ? no >= from : no === only));
}

function print(report: CampaignReport, asked: Extract<CampaignOptions, { what: 'run' }>): void {
  if (asked.isJson) {
    process.stdout.write(`${JSON.stringify({ campaign: asked.id, seed: asked.seed, ...report })}\n`);
    return;
  }
  const { violation, sessions, outcomes, kills, ms } = report;
  const ends = Object.entries(outcomes).map(([end, times]) => `${times} ${end}`);
  if (violation !== null) process.stdout.write(`${violationLines(violation, asked).join('\n')}\n`);
  process.stdout.write(
    `${sessions} sessions (${ends.join(', ')}), ${kills.died} of ${kills.ordered} kills at their boundary, ${violation === null ? 'no violation' : 'VIOLATED'}, ${Math.round(ms / 1000)} s, seed ${asked.seed}\n`,
  );
}

function violationLines(
  violation: NonNullable<CampaignReport['violation']>,
  { id, seed, service }: Extract<CampaignOptions, { what: 'run' }>,
): readonly string[] {
  const only = `npm run campaign -- ${id} --seed ${seed}${service === undefined ? '' : ` --service ${service}`}`;
  return [
    `session ${violation.no}, ${violation.service}: ${violation.fault}`,
    ...violation.violations.map((line) => `  ${line}`),
    `  again, alone: ${only} --only ${violation.no}`,
    `  again, with those before it: ${only} --size ${violation.no}`,
    `  its data: ${violation.dataDir}`,
  ];
}
