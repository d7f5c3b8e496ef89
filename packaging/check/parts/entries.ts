import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { CheckContext, PartFindings } from './part.ts';

const scriptsSchema = z.object({ scripts: z.record(z.string(), z.string()) });

/** The whole of an entry: comments, the guard, then the program behind a dynamic import. Anything more could be a
 *  syntax error to an old Node before the guard has spoken. */
const ENTRY =
  /^(?:\/\/.*\n)*\n*import '[./]+\/(?:packaging\/)?guard\/node-guard\.mjs';\n+void import\('\.\/([\w-]+)\.ts'\);\n$/;

/** Every root script is `exec node <entry>.mjs` (npm puts a shell between itself and the program, which would keep a
 *  signal sent to npm for itself; with `exec` the program stands in the shell's place), and every entry is a guard before a program of the same name. */
export function checkEntries(context: CheckContext): PartFindings {
  const { scripts } = scriptsSchema.parse(JSON.parse(readFileSync(join(context.root, 'package.json'), 'utf8')));
  const reasons = Object.entries(scripts).flatMap(([name, command]) =>
    entryFaults(context.root, command).map((fault) => `package.json: script ${name} ${fault}`),
  );
  return { summary: `${Object.keys(scripts).length} commands`, reasons };
}

function entryFaults(root: string, command: string): readonly string[] {
  const path = /^exec node (\S+\.mjs)$/.exec(command)?.[1];
  if (path === undefined) return [`is not of the form "exec node <entry>.mjs": ${command}`];
  let text: string;
  try {
    text = readFileSync(join(root, path), 'utf8');
  } catch {
    return [`names ${path}, which does not exist`];
  }
  const program = ENTRY.exec(text)?.[1];
  if (program === undefined) return [`has an entry that is more than the guard and one dynamic import: ${path}`];
  return program === basename(path, '.mjs') ? [] : [`has an entry that starts another program than its own: ${path}`];
}
