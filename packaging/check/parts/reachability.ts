import { matchesGlob } from 'node:path/posix';
import type { ImportGraph } from '../imports/import-graph.ts';
import { NEVER_IN_PRODUCTION, PRODUCTION_ENTRIES } from '../production-entries.table.ts';

/** Walks from every production entry that exists, over what is loaded at run time and over the files that are named by
 *  `new URL('./x.ts', import.meta.url)` (processes and workers that the entry starts). Erased types are no way.
 *  @returns one sentence per forbidden file reached, with the way there. No entry at all is a fault too: a walk that
 *           starts nowhere proves nothing. */
export function findReachabilityFaults(graph: ImportGraph): readonly string[] {
  const entries = PRODUCTION_ENTRIES.filter((entry) => graph.files.includes(entry));
  if (entries.length === 0) return [`none of the production entries exists: ${PRODUCTION_ENTRIES.join(', ')}`];
  const next = loadedFiles(graph);
  return entries.flatMap((entry) => forbiddenWays(entry, next));
}

function loadedFiles(graph: ImportGraph): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  for (const { from, kind, target } of graph.edges) {
    if (kind === 'type' || target.to !== 'file') continue;
    const list = next.get(from) ?? [];
    list.push(target.path);
    next.set(from, list);
  }
  return next;
}

function forbiddenWays(entry: string, next: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const wayTo = new Map<string, readonly string[]>([[entry, [entry]]]);
  const faults: string[] = [];
  for (const [file, way] of wayTo) {
    if (NEVER_IN_PRODUCTION.some((pattern) => matchesGlob(file, pattern))) {
      faults.push(`reachable from production: ${way.join(' → ')}`);
      continue; // what lies behind a forbidden file is told by the file itself
    }
    for (const target of next.get(file) ?? []) {
      if (!wayTo.has(target)) wayTo.set(target, [...way, target]);
    }
  }
  return faults;
}
