import type { ImportGraph } from './import-graph.ts';

/** Finds the import cycles of a graph, types included: a cycle of types still means that neither file can be read,
 *  tested or moved without the other.
 *  @returns for every knot of files one shortest way round it: `[a, b, a]`. Empty when imports have a direction. */
export function findImportCycles(graph: ImportGraph): readonly (readonly string[])[] {
  const next = neighbours(graph);
  const cycles: string[][] = [];
  const known = new Set<string>();
  for (const file of graph.files) {
    if (known.has(file)) continue;
    const cycle = shortestWayBack(file, next);
    if (cycle === null) continue;
    for (const member of cycle) known.add(member);
    cycles.push(cycle);
  }
  return cycles;
}

function neighbours(graph: ImportGraph): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    // A process named by its URL is started, not imported: two processes may know each other.
    if (edge.kind === 'spawn' || edge.target.to !== 'file') continue;
    const list = next.get(edge.from) ?? [];
    list.push(edge.target.path);
    next.set(edge.from, list);
  }
  return next;
}

/** Breadth first from `start`; the first return to it is a shortest cycle. */
function shortestWayBack(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const target of next.get(file) ?? []) {
      if (target === start) return [...wayTo(file, cameFrom), start];
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return null;
}

function wayTo(file: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [file];
  for (let before = cameFrom.get(file); before !== undefined; before = cameFrom.get(before)) way.unshift(before);
  return way;
}
