import { randomInt } from 'node:crypto';
import { watchParents } from '../start/parent-watch.ts';
import { sentenceOf } from '../start/problem.ts';
import { CAMPAIGNS } from './campaigns.table.ts';
import { chosen, nothingChosen, sharedSize, type Asked } from './chosen.ts';
import { journalLevel, type JournalLevelReport } from './journal-level.ts';
import { parseCampaignOptions, USAGE } from './options.ts';
import { reportLines, type WholeReport } from './report.ts';
import { runCampaign } from './run-campaign.ts';

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

async function run(asked: Asked): Promise<void> {
  const nothing = nothingChosen(asked);
  if (nothing !== undefined) {
    say(nothing);
    process.exit(2);
  }
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
    const report = await bothLevels(asked, () => isStopping);
    const whole = asked.isJson
      ? [JSON.stringify({ campaign: asked.id, seed: asked.seed, ...report })]
      : reportLines(report, asked);
    process.stdout.write(`${whole.join('\n')}\n`);
    const isWell = report.violation === null && (report.journal?.violations.length ?? 0) === 0;
    process.exit(isWell && !isStopping ? 0 : 1);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    say(text);
    process.exit(status);
  }
}

async function bothLevels(asked: Asked, stopped: () => boolean): Promise<WholeReport> {
  const journal = await underTheJournal(asked, stopped);
  return { ...(await runCampaign(chosen(asked), say, stopped)), journal };
}

async function underTheJournal(asked: Asked, stopped: () => boolean): Promise<JournalLevelReport | null> {
  const rig = CAMPAIGNS[asked.id]?.rig;
  if (rig === undefined || asked.level === 'services') return null;
  const { seed, only, from } = asked;
  const size = only === undefined ? sharedSize(asked, 'journal') : 1;
  return journalLevel({ rig, seed, size, from: only ?? from, say, stopped });
}
