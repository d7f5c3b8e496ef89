import { parseArgs } from 'node:util';

export const USAGE = `npm run service -- check [DIR …] [--release] [--json]
npm run service -- show [DIR …] [--out FILE] [--json]
  check  lint, dry walk, policy and digests of service packages; without DIR every package of terminal/services
         --release  as a real release: rows whose source is a placeholder are errors
  show   the flow of a package drawn as a picture (SVG) on stdout, or into FILE; of several packages, or without DIR,
         into ID.svg each in the folder FILE
         --json     one JSON document on stdout
Exit status: 0 content, 1 a rule is broken or a file cannot be read (named), 2 wrong use.`;

export type ServiceOptions =
  | { readonly what: 'wrong'; readonly message: string }
  | { readonly what: 'help' }
  | { readonly what: 'check'; readonly dirs: readonly string[]; readonly isRelease: boolean; readonly isJson: boolean }
  | { readonly what: 'show'; readonly dirs: readonly string[]; readonly out: string | null; readonly isJson: boolean };

/** What was typed. No folder named: `dirs` is empty. */
export function parseServiceOptions(args: readonly string[]): ServiceOptions {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        release: { type: 'boolean', default: false },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    return { what: 'wrong', message: error instanceof Error ? error.message : 'wrong options' };
  }
  const { values, positionals } = parsed;
  if (values.help) return { what: 'help' };
  const [command, ...dirs] = positionals;
  const isJson = values.json;
  if (command === 'check') {
    if (values.out !== undefined) return { what: 'wrong', message: '--out belongs to show' };
    return { what: 'check', dirs, isRelease: values.release, isJson };
  }
  if (command !== 'show')
    return { what: 'wrong', message: `expected "check" or "show", not "${command ?? 'nothing'}"` };
  if (values.release) return { what: 'wrong', message: '--release belongs to check' };
  if (dirs.length !== 1 && values.out === undefined && !isJson)
    return { what: 'wrong', message: 'pictures of several services go into a folder: --out FOLDER' };
  return { what: 'show', dirs, out: values.out ?? null, isJson };
}
