import { sentenceOf } from '../start/problem.ts';
import type { Moment } from './moments.table.ts';
import { PRIVACY_HELP, readPrivacyOptions, type PrivacyOptions } from './options.ts';
import { isWiped, runWipe, type WipeResult } from './run-wipe.ts';
import type { Hit } from './scanner.ts';

/** Hits told one by one; the rest is counted. */
const TOLD = 40;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = readPrivacyOptions(args);
  if (!options.ok)
    return leave(`${options.error.message}. npm run privacy -- --help tells more [${options.error.code}]`, 2);
  if (options.value === 'help') {
    process.stdout.write(PRIVACY_HELP);
    return;
  }
  try {
    const results: WipeResult[] = [];
    for (let round = 0; round < options.value.rounds; round += 1)
      // A hall of its own for each moment: an office that knows a case already would not begin it again.
      for (const moment of options.value.control ? (['stays'] as const) : options.value.moments)
        results.push(...(await oneHall(options.value, moment)));
    report(results, options.value);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    leave(text, status);
  }
}

function oneHall(options: PrivacyOptions, moment: Moment): Promise<readonly WipeResult[]> {
  return runWipe({
    visits: options.services.map((service) => ({ service, moment })),
    say: (line) => process.stderr.write(`  ${line}\n`),
  });
}

function report(results: readonly WipeResult[], options: PrivacyOptions): void {
  const left = results.flatMap((result) => [...result.left.terminal, ...result.left.deviceHost]);
  const unread = results.flatMap((result) => result.unread);
  const missed = results.filter((result) => !result.cameToIt);
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  else for (const hit of left.slice(0, TOLD)) process.stdout.write(`${lineOfHit(hit)}\n`);
  const bytes = results.reduce((sum, result) => sum + result.bytes, 0);
  const summary = `${results.length} citizens, ${Math.round(bytes / 1_000_000)} MB looked through, ${left.length} left, ${unread.length} places unread, ${missed.length} did not come to their moment`;
  const isGood = options.control ? left.length > 0 : results.every(isWiped);
  if (isGood) process.stderr.write(`${summary}\n`);
  else leave(`${summary} [PRIVACY_LEFT]`, 1);
}

function lineOfHit({ place, at, labels, around }: Hit): string {
  return `${place} ${at}: ${labels[0] ?? ''}  ${around}`;
}

function leave(text: string, status: 1 | 2): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = status;
}
