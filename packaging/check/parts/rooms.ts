import { matchesGlob } from 'node:path/posix';
import { findImportCycles } from '../imports/import-cycles.ts';
import type { ImportEdge, ImportGraph } from '../imports/import-graph.ts';
import {
  BANS,
  CONTRACTS_PACKAGES,
  NODE_GUARD,
  PACKAGE_RULES,
  ROOMS,
  STAND_INS,
  TEST_FILES,
  TESTS_MAY_IMPORT,
  type Ban,
  type Room,
} from '../rooms.table.ts';

/** Holds every import of the graph against rooms.table.ts.
 *  @returns one sentence per fault, with the file, its line and the rule: files without a room, imports that the
 *           importing room may not make, doors that are missing or passed by, packages out of place, and cycles with
 *           their whole path. Empty when the house stands as drawn. */
export function findRoomFaults(graph: ImportGraph): readonly string[] {
  const homeless = graph.files.filter((file) => ownerOf(file) === null);
  const cycles = findImportCycles(graph);
  return [
    ...graph.unreadable.map((reason) => `cannot be read: ${reason}`),
    ...homeless.map((file) => `${file}: no room in packaging/check/rooms.table.ts covers this file`),
    ...graph.edges.flatMap((edge) => edgeFaults(edge).map((fault) => `${edge.from}:${edge.line} ${fault}`)),
    ...cycles.map((cycle) => `import cycle: ${cycle.join(' → ')}`),
  ];
}

function edgeFaults(edge: ImportEdge): readonly string[] {
  switch (edge.target.to) {
    case 'file':
      return fileFaults(edge, edge.target.path, edge.target.via);
    case 'package':
      return packageFaults(edge.from, edge.target.name);
    case 'no-door':
      return [`imports ${edge.target.specifier}, which that workspace's exports do not offer`];
    case 'missing-file':
      return edge.kind === 'spawn' ? [] : [`imports ${edge.target.path}, which does not exist`];
    case 'computed':
      return isOutsideProduct(edge.from) ? [] : ['imports a computed name: what it reaches cannot be checked'];
  }
}

function fileFaults(edge: ImportEdge, path: string, via: 'relative' | 'exports'): readonly string[] {
  // A URL starts a process or names an asset; which process may start which is not a matter of imports.
  if (edge.kind === 'spawn' || (path === NODE_GUARD && edge.from.endsWith('.mjs'))) return [];
  const faults = BANS.filter((ban) => isBanned(ban, edge, path)).map((ban) => `imports ${path}: ${ban.why}`);
  if (topOf(edge.from) !== topOf(path) && via === 'relative') {
    faults.push(`imports ${path} across a border: only through the exports of @yimen/${topOf(path)}`);
  }
  const owner = ownerOf(edge.from);
  if (owner !== null && !allowedBy(owner, edge.from).some((entry) => opens(entry, path, edge.from))) {
    const allowed = owner.row.mayImport.length === 0 ? 'nothing' : owner.row.mayImport.join(', ');
    faults.push(`imports ${path}: ${owner.row.room} may import ${allowed}`);
  }
  return faults;
}

function isBanned(ban: Ban, edge: ImportEdge, path: string): boolean {
  if (!matchesGlob(edge.from, ban.from) || !matchesGlob(path, ban.to)) return false;
  switch (ban.applies) {
    case 'always':
      return true;
    case 'at-run-time':
      return edge.kind === 'runtime';
    case 'in-the-product':
      return !isOutsideProduct(edge.from);
  }
}

function packageFaults(from: string, name: string): readonly string[] {
  if (isOutsideProduct(from)) return [];
  const faults = PACKAGE_RULES.filter(
    (rule) =>
      rule.packages.some((pattern) => matchesGlob(name, pattern)) &&
      !rule.onlyIn.some((pattern) => matchesGlob(from, pattern)),
  ).map((rule) => `imports ${name}: ${rule.why}`);
  if (topOf(from) === 'contracts' && !name.startsWith('node:') && !CONTRACTS_PACKAGES.includes(name)) {
    faults.push(`imports ${name}: contracts depend on ${CONTRACTS_PACKAGES.join(', ')} alone`);
  }
  return faults;
}

/** Whether a file is no part of what a hall runs: tests, doubles, stand-ins, packaging. */
export function isOutsideProduct(path: string): boolean {
  return isTestFile(path) || STAND_INS.some((pattern) => matchesGlob(path, pattern));
}

function isTestFile(path: string): boolean {
  return TEST_FILES.some((pattern) => matchesGlob(path, pattern));
}

interface Owner {
  readonly row: Room;
  /** The concrete folder or file that the row's pattern stands for here. */
  readonly place: string;
  /** What the `*` of the pattern stands for here. */
  readonly star: string | undefined;
}

function ownerOf(path: string): Owner | null {
  let owner: Owner | null = null;
  for (const row of ROOMS) {
    const match = patternOf(row.room).exec(path);
    if (match === null || (owner !== null && owner.row.room.length >= row.room.length)) continue;
    owner = { row, place: match[0].replace(/\/$/, ''), star: match[1] };
  }
  return owner;
}

function patternOf(room: string): RegExp {
  const escaped = room.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '([^/]*)');
  return new RegExp(`^${escaped}(?:/|$)`);
}

function allowedBy(owner: Owner, from: string): readonly string[] {
  const named = owner.row.mayImport.map((entry) => entry.replace('*', owner.star ?? '*'));
  const forTests = isTestFile(from) ? (TESTS_MAY_IMPORT[topOf(from)] ?? []) : [];
  return [owner.place, ...named, ...forTests];
}

/** Whether an allowed folder or file opens `path` to `from`. */
function opens(entry: string, path: string, from: string): boolean {
  if (path === entry) return true;
  if (!path.startsWith(`${entry}/`)) return false;
  const inside = path.slice(entry.length).split('/');
  return !inside.includes('testing') || isOutsideProduct(from);
}

function topOf(path: string): string {
  return path.split('/')[0] ?? path;
}
