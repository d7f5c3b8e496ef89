import { parseArgs } from 'node:util';

const MOST_ROUNDS = 1000;
const MOST_A_SECOND = 20_000;

export const USAGE = `npm run bench                       lists the benchmarks
npm run bench -- NAME [--rounds N]  runs one beside its peer (default 7 rounds)
              --rate N        ingest: at N events a second, how long an acknowledgement takes
              --json                one JSON document on stdout`;

export type BenchOptions =
  | { readonly what: 'wrong'; readonly message: string }
  | { readonly what: 'help' }
  | { readonly what: 'list'; readonly isJson: boolean }
  | {
      readonly what: 'run';
      readonly name: string;
      readonly rounds: number;
      readonly rate: number | null;
      readonly isJson: boolean;
    };

/** What was typed. @param names the benchmarks that there are @param rated those that take `--rate` */
export function parseBenchOptions(
  args: readonly string[],
  names: readonly string[],
  rated: readonly string[] = [],
): BenchOptions {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        rate: { type: 'string' },
        rounds: { type: 'string', default: '7' },
      },
    });
  } catch (error) {
    return { what: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { what: 'help' };
  const [name, ...more] = positionals;
  if (name === undefined) return { what: 'list', isJson: values.json };
  if (more.length > 0) return { what: 'wrong', message: `one benchmark at a time, not also ${more.join(' ')}` };
  if (!names.includes(name))
    return { what: 'wrong', message: `there is no benchmark ${name}; there are ${names.join(', ')}` };
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS)
    return { what: 'wrong', message: `--rounds: a number from 1 to ${MOST_ROUNDS}, not ${values.rounds}` };
  const rate = values.rate === undefined ? null : Number(values.rate);
  if (rate !== null && !rated.includes(name)) return { what: 'wrong', message: `--rate: ${name} has no rate` };
  if (rate !== null && (!Number.isInteger(rate) || rate < 1 || rate > MOST_A_SECOND))
    return { what: 'wrong', message: `--rate: a number from 1 to ${MOST_A_SECOND}, not ${values.rate}` };
  return { what: 'run', name, rounds, rate, isJson: values.json };
}
