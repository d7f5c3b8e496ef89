import { parseArgs } from 'node:util';

export const USAGE = `npm run fuzz [-- TARGET] [--count N] [--seed S] [--from N] [--json]
  TARGET     one parser or driver; left out: all of them (npm run fuzz -- --list names them)
  --count    cases each (default 1000000 per parser, 500 per driver)
  --seed     default: drawn, and printed
  --from     number of the first case: with --count 1 a finding runs again`;

export type FuzzOptions =
  | { readonly what: 'wrong'; readonly message: string }
  | { readonly what: 'help' | 'list' }
  | {
      readonly what: 'run';
      readonly target: string | undefined;
      readonly count: number | undefined;
      readonly seed: number;
      readonly from: number;
      readonly isJson: boolean;
    };

const LARGEST = 0xffff_ffff;

/** What was typed. @param drawn the seed when none was given */
export function parseFuzzOptions(args: readonly string[], targets: readonly string[], drawn: number): FuzzOptions {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        count: { type: 'string' },
        seed: { type: 'string' },
        from: { type: 'string' },
      },
    });
  } catch (error) {
    return { what: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { what: 'help' };
  if (values.list) return { what: 'list' };
  const [target, ...more] = positionals;
  if (more.length > 0) return { what: 'wrong', message: `one target or all, not also ${more.join(' ')}` };
  if (target !== undefined && !targets.includes(target))
    return { what: 'wrong', message: `there is no target ${target}; there are ${targets.join(', ')}` };
  for (const name of ['count', 'seed', 'from'] as const) {
    const text = values[name];
    const isRight = text === undefined || (/^\d{1,10}$/.test(text) && Number(text) <= LARGEST);
    if (!isRight || (name === 'count' && text === '0'))
      return { what: 'wrong', message: `--${name}: a whole number, not ${text ?? ''}` };
  }
  return {
    what: 'run',
    target,
    count: values.count === undefined ? undefined : Number(values.count),
    seed: values.seed === undefined ? drawn : Number(values.seed),
    from: Number(values.from ?? 0),
    isJson: values.json,
  };
}
