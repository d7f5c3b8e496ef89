import { sentenceOf } from '../start/problem.ts';
import { leftByPlace } from './by-place.ts';
import type { Moment } from './moments.table.ts';
import { PRIVACY_HELP, readPrivacyOptions, type PrivacyOptions } from './options.ts';
import { runWipe } from './run-wipe.ts';
import type { Hit } from './scanner.ts';
import { isWiped, type WipeResult } from './wipe-result.ts';

/** Hits of one citizen told one by one; the rest is counted. */
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
    const halls = hallsOf(options.value);
    const count = halls.length * options.value.services.length;
    const results: WipeResult[] = [];
    for (const moment of halls) results.push(...(await oneHall(options.value, moment, results.length, count)));
    report(results, options.value);
  } catch (error) {
    const { text, status } = sentenceOf(error);
    leave(text, status);
  }
}

/** A hall of its own for each moment: an office that knows a case already would not begin it again. */
function hallsOf({ rounds, control, moments }: PrivacyOptions): readonly Moment[] {
  return Array.from({ length: rounds }, () => (control ? (['stays'] as const) : moments)).flat();
}

function oneHall(
  options: PrivacyOptions,
  moment: Moment,
  before: number,
  count: number,
): Promise<readonly WipeResult[]> {
  let done = before;
  return runWipe({
    visits: options.services.map((service) => ({ service, moment })),
    say: (line, { left }) => {
      done += 1;
      const minutes = Math.round(performance.now() / 60_000);
      process.stderr.write(`  ${done} of ${count}, ${minutes} min: ${line}\n`);
      if (!options.json) for (const hit of left.terminal.slice(0, TOLD)) process.stdout.write(`${lineOfHit(hit)}\n`);
    },
  });
}

function report(results: readonly WipeResult[], options: PrivacyOptions): void {
  const left = results.flatMap((result) => result.left.terminal);
  const unread = results.flatMap((result) => result.unread);
  const missed = results.filter((result) => !result.cameToIt);
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
  for (const [place, count] of leftByPlace(results)) process.stderr.write(`  ${place}: ${count}\n`);
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
