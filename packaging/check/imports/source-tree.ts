import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../limits.table.ts';

/** The top-level folders that hold code, in the order of the house: imports point up this list. */
export const TOP_FOLDERS = ['contracts', 'certs', 'device-adapters', 'terminal', 'fleet-server', 'packaging'] as const;

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', 'fixtures']);

/** All files below the top-level folders of `root` whose name ends with one of `endings`.
 *  @returns paths relative to `root`, with `/`, sorted. Dot folders, dependencies, builds and fixtures are left out.
 *  @throws Error when the tree is larger than `limits.sourceFiles` */
export function listFiles(root: string, endings: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const top of TOP_FOLDERS) walk(root, top, endings, found);
  return found.sort();
}

/** The same for program text: what can import or be imported. */
export function listSourceFiles(root: string): readonly string[] {
  return listFiles(root, ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs']).filter((path) => !path.endsWith('.d.ts'));
}

function walk(root: string, folder: string, endings: readonly string[], found: string[]): void {
  if (statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) walk(root, path, endings, found);
    else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
    if (found.length > limits.sourceFiles) throw new Error(`more than ${limits.sourceFiles} files below ${root}`);
  }
}
