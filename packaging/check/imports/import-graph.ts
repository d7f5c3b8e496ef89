import { readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { limits } from '../limits.table.ts';
import { readPackageExports, type PackageExports } from './package-exports.ts';
import { readImports, type ImportMention } from './read-imports.ts';
import { listSourceFiles } from './source-tree.ts';

/** Where a mention leads. */
export type ImportTarget =
  /** A file of this repository, by its path from the root. `via` tells whether a workspace's door was used. */
  | { readonly to: 'file'; readonly path: string; readonly via: 'relative' | 'exports' }
  /** A package from the registry or a module of Node (`node:fs`), by the name before any subpath. */
  | { readonly to: 'package'; readonly name: string }
  /** A workspace name with a subpath that its `exports` does not list. */
  | { readonly to: 'no-door'; readonly specifier: string }
  | { readonly to: 'missing-file'; readonly path: string }
  | { readonly to: 'computed' };

export interface ImportEdge {
  /** The importing file, from the root. */
  readonly from: string;
  readonly line: number;
  readonly kind: ImportMention['kind'];
  readonly target: ImportTarget;
}

export interface ImportGraph {
  readonly files: readonly string[];
  readonly edges: readonly ImportEdge[];
  /** Files that could not be read as source, with the reason. */
  readonly unreadable: readonly string[];
}

/** Reads all source files below `root` and resolves what they import. Nothing is executed. */
export function readImportGraph(root: string): ImportGraph {
  const doors = readPackageExports(root);
  const files = listSourceFiles(root);
  const edges: ImportEdge[] = [];
  const unreadable: string[] = [];
  for (const from of files) {
    try {
      for (const mention of mentionsIn(root, from)) {
        edges.push({ from, line: mention.line, kind: mention.kind, target: resolve(root, from, mention, doors) });
      }
    } catch (error) {
      unreadable.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { files, edges, unreadable };
}

function mentionsIn(root: string, path: string): readonly ImportMention[] {
  const text = readFileSync(join(root, path), 'utf8');
  if (text.length > limits.sourceFileBytes) throw new Error(`${path}: larger than ${limits.sourceFileBytes} bytes`);
  return readImports(path, text);
}

function resolve(root: string, from: string, mention: ImportMention, doors: PackageExports): ImportTarget {
  const { specifier } = mention;
  if (specifier === null) return { to: 'computed' };
  if (specifier.startsWith('.') || mention.kind === 'spawn') {
    // Vite allows `./x.svg?url`; the file is what stands before the question mark.
    const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
    const exists = statSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
    return exists ? { to: 'file', path, via: 'relative' } : { to: 'missing-file', path };
  }
  const door = doors.get(specifier);
  if (door !== undefined) return { to: 'file', path: door, via: 'exports' };
  if (specifier.startsWith('@yimen/')) return { to: 'no-door', specifier };
  return { to: 'package', name: packageName(specifier) };
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
