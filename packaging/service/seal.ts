import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FILES } from '@yimen/contracts/service';
import { renderRelease } from '../release/describe-release.ts';

const USAGE = 'node packaging/service/seal.ts DIR…   writes service packages in canonical form and seals each anew\n';

/** Writes the files of one service package in canonical form (two spaces, one line feed at the end) and after them the
 *  `release.json` that fits. Nothing is written when a file is missing or is no JSON.
 *  @returns the files whose text changed; empty: it was sealed already
 *  @throws Error naming what is missing or wrong */
export function sealPackage(dir: string): readonly string[] {
  const texts = PACKAGE_FILES.map((path) => ({ path, text: canonicalTextOf(join(dir, path)) }));
  const changed = texts.filter(({ path, text }) => writeIfOther(join(dir, path), text)).map(({ path }) => path);
  // Last: a release that is cut off leaves the old list, which refuses the new files.
  return writeIfOther(join(dir, 'release.json'), renderRelease(dir)) ? [...changed, 'release.json'] : changed;
}

function canonicalTextOf(path: string): string {
  const text = readFileSync(path, 'utf8');
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    throw new Error(`${path} is not JSON`);
  }
}

function writeIfOther(path: string, text: string): boolean {
  if (textOf(path) === text) return false;
  writeFileSync(path, text);
  return true;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function main(dirs: readonly string[]): number {
  if (dirs.length === 0 || dirs.some((dir) => dir.startsWith('-'))) {
    process.stderr.write(USAGE);
    return 2;
  }
  let status = 0;
  for (const dir of dirs) {
    try {
      const changed = sealPackage(dir);
      process.stdout.write(`${dir}: ${changed.length === 0 ? 'sealed already' : `wrote ${changed.join(', ')}`}\n`);
    } catch (error) {
      process.stderr.write(`${dir}: not sealed: ${error instanceof Error ? error.message : String(error)}\n`);
      status = 1;
    }
  }
  return status;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
