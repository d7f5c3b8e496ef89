import { randomInt } from 'node:crypto';
import { runCampaign, targetNames } from './campaign.ts';
import { parseFuzzOptions, USAGE } from './options.ts';

const MOST_SEED = 2 ** 31;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
// `… | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => process.exit(0));

const options = parseFuzzOptions(process.argv.slice(2), targetNames(), randomInt(MOST_SEED));
switch (options.what) {
  case 'wrong':
    say(options.message);
    say(USAGE);
    process.exitCode = 2;
    break;
  case 'help':
    process.stdout.write(`${USAGE}\n`);
    break;
  case 'list':
    for (const name of targetNames()) process.stdout.write(`${name}\n`);
    break;
  case 'run': {
    say(`seed ${options.seed}`);
    const rows = await runCampaign(options, say);
    const findings = rows.filter((row) => row.finding !== undefined).length;
    if (options.isJson) process.stdout.write(`${JSON.stringify({ seed: options.seed, rows })}\n`);
    else process.stdout.write(`${rows.length} targets, ${findings} findings, seed ${options.seed}\n`);
    process.exitCode = findings === 0 ? 0 : 1;
    break;
  }
}
