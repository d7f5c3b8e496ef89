import { BENCHES } from './benches.table.ts';
import { parseBenchOptions, USAGE } from './options.ts';
import { showFigures, type BenchResult } from './report.ts';

const options = parseBenchOptions(
  process.argv.slice(2),
  Object.keys(BENCHES),
  Object.keys(BENCHES).filter((name) => BENCHES[name]?.takesRate === true),
);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
// `… | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => process.exit(0));

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
    if (options.isJson)
      process.stdout.write(`${JSON.stringify(Object.entries(BENCHES).map(([name, { says }]) => ({ name, says })))}\n`);
    else for (const [name, { says }] of Object.entries(BENCHES)) process.stdout.write(`${name.padEnd(12)} ${says}\n`);
    break;
  case 'run': {
    const bench = BENCHES[options.name];
    if (bench === undefined) break; // the options were checked against the table
    const figures = await bench.run({ rounds: options.rounds, rate: options.rate, say });
    const result: BenchResult = { bench: options.name, rounds: options.rounds, figures };
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
    else for (const line of showFigures(result)) process.stdout.write(`${line}\n`);
    break;
  }
}
