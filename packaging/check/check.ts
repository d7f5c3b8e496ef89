import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readImportGraph, type ImportGraph } from './imports/import-graph.ts';
import { limits } from './limits.table.ts';
import { PARTS } from './parts.table.ts';
import type { CheckContext, Part } from './parts/part.ts';
import { runParts, type PartResult } from './run-parts.ts';

const ROOT = join(import.meta.dirname, '../..');

const HELP = `npm run check [-- OPTIONS]: holds the repository against its own rules.
  --only PART   run one part (may be repeated)
  --write       first write what can be written: format and generated documents
  --json        print one JSON document: {"ok","parts":[{"part","ok","ms","summary","reasons"}]}
  --help        this text
Parts:
${PARTS.map((part) => `  ${part.name.padEnd(13)} ${part.what}`).join('\n')}
Exit status: 0 good, 1 faults found, 2 wrong use.
`;

interface Options {
  readonly parts: readonly Part[];
  readonly write: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options} [WRONG_OPTION]\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const print = (text: string): void => void (options.json ? process.stderr : process.stdout).write(text);
  const results = await runParts(options.parts, contextOf(options), limits.partsAtOnce, (result) =>
    print(`${lineOf(result)}\n`),
  );
  const failed = results.filter((result) => !result.ok);
  for (const result of failed) print(reasonsText(result));
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: failed.length === 0, parts: results })}\n`);
  print(failed.length === 0 ? 'check: good\n' : `check: faults in ${failed.map((result) => result.part).join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** @returns the options, or a sentence that says what was expected */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        write: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.only.find((name) => !PARTS.some((part) => part.name === name));
    if (unknown !== undefined) {
      return `There is no part ${unknown}; expected one of ${PARTS.map((part) => part.name).join(', ')}.`;
    }
    const parts = values.only.length === 0 ? PARTS : PARTS.filter((part) => values.only.includes(part.name));
    return { parts, write: values.write, json: values.json, help: values.help };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. Expected: --only PART, --write, --json or --help.`;
  }
}

function contextOf(options: Options): CheckContext {
  let graph: ImportGraph | null = null;
  return { root: ROOT, write: options.write, graph: () => (graph ??= readImportGraph(ROOT)) };
}

function lineOf(result: PartResult): string {
  const seconds = (result.ms / 1000).toFixed(1);
  return `${result.ok ? 'ok   ' : 'FAULT'} ${result.part.padEnd(13)} ${seconds.padStart(6)} s  ${result.summary}`;
}

function reasonsText(result: PartResult): string {
  const shown = result.reasons.slice(0, limits.reasonsPrinted).map((reason) => `  ${reason}`);
  const hidden = result.reasons.length - shown.length;
  const more = hidden > 0 ? [`  … and ${hidden} more (npm run check -- --only ${result.part} --json)`] : [];
  return [`\n${result.part}:`, ...shown, ...more, ''].join('\n');
}
