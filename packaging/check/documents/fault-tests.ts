import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../imports/source-tree.ts';
import { field, isNode, parse, visit, type SyntaxNode } from '../imports/syntax-tree.ts';

/** Tests of one file that carry a fault's number in their title. */
export interface FaultTests {
  readonly id: string;
  readonly path: string;
  readonly tests: number;
}

/** Which tests of the repository name which fault: read from their titles, nothing is executed. A suite that several test
 *  files run is told itself. */
export function findFaultTests(root: string): readonly FaultTests[] {
  return listFiles(root, ['.test.ts', '.test.tsx', '-suite.ts']).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return NAMES_ONE.test(text) ? faultTestsOf(path, text) : [];
  });
}

const NAMES_ONE = /\bF\d\d\b/u;
const ID = /\bF\d\d\b/gu;
const RUNNERS: ReadonlySet<string> = new Set(['it', 'test', 'describe']);
/** A test that does not run, or that passes because it fails, shows nothing. */
const SHOWS_NOTHING: ReadonlySet<string> = new Set(['skip', 'todo', 'fails', 'skipIf', 'runIf']);

/** The same of one file. A test that goes through a table counts once a row that names the fault. */
export function faultTestsOf(path: string, text: string): readonly FaultTests[] {
  const program = parse(path, text);
  const tests = new Map<string, Set<string>>();
  const hidden = new Set<unknown>();
  visit(program, (node) => {
    const call = runnerCallOf(node);
    if (call === undefined) return;
    if (call.showsNothing) for (const inner of callsIn(node)) hidden.add(inner);
    if (hidden.has(node)) return;
    const named = call.runner === 'describe' ? callsIn(node).filter(isTest) : [node];
    const shown = named.filter((one) => !hidden.has(one)).map(({ start }) => String(start));
    for (const id of idsOf(call.title)) add(tests, id, shown);
    for (const [at, ids] of rowsOf(call.table, program).entries())
      for (const id of ids)
        add(
          tests,
          id,
          shown.map((key) => `${key} row ${at}`),
        );
  });
  return [...tests].filter(([, own]) => own.size > 0).map(([id, own]) => ({ id, path, tests: own.size }));
}

interface RunnerCall {
  readonly runner: string;
  readonly title: unknown;
  /** What `each` goes through. */
  readonly table: unknown;
  readonly showsNothing: boolean;
}

/** `it('…')`, `it.skip('…')`, `describe.each([…])('…')` and the like. */
function runnerCallOf(node: SyntaxNode): RunnerCall | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const args = field(node, 'arguments');
  if (!Array.isArray(args)) return undefined;
  let callee = field(node, 'callee');
  let table: unknown;
  if (isNode(callee) && callee.type === 'CallExpression') {
    table = argumentsOf(callee)[0];
    callee = field(callee, 'callee');
  }
  const words: string[] = [];
  while (isNode(callee) && callee.type === 'MemberExpression') {
    words.push(String(field(field(callee, 'property'), 'name')));
    callee = field(callee, 'object');
  }
  const runner = isNode(callee) && callee.type === 'Identifier' ? String(field(callee, 'name')) : '';
  // The inner half of `it.each([…])` has its rows where a title would stand.
  if (!RUNNERS.has(runner) || (table === undefined && words.includes('each'))) return undefined;
  return { runner, title: args[0], table, showsNothing: words.some((word) => SHOWS_NOTHING.has(word)) };
}

function argumentsOf(node: SyntaxNode): readonly unknown[] {
  const args = field(node, 'arguments');
  return Array.isArray(args) ? args : [];
}

/** The runner calls below a call, itself among them. */
function callsIn(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  visit(node, (inner) => {
    if (runnerCallOf(inner) !== undefined) found.push(inner);
  });
  return found;
}

function isTest(node: SyntaxNode): boolean {
  const call = runnerCallOf(node);
  return call !== undefined && call.runner !== 'describe' && !call.showsNothing;
}

function textOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Literal') return typeof field(node, 'value') === 'string' ? String(field(node, 'value')) : '';
  if (node.type !== 'TemplateLiteral') return '';
  const quasis = field(node, 'quasis');
  const parts = Array.isArray(quasis) ? quasis : [];
  const raw = parts.map((part: unknown) => field(field(part, 'value'), 'raw'));
  return raw.filter((text) => typeof text === 'string').join(' ');
}

function idsOf(title: unknown): readonly string[] {
  return [...new Set(textOf(title).match(ID))];
}

/** Ids with which the cells of a table's rows begin, row by row. A table may be a constant of the same file. */
function rowsOf(table: unknown, program: unknown): readonly (readonly string[])[] {
  const rows = elementsOf(isNode(table) && table.type === 'Identifier' ? constantOf(table, program) : table);
  return rows.map((row) => {
    const texts = cellsOf(row).map(textOf);
    return [...new Set(texts.filter((text) => /^F\d\d\b/u.test(text)).flatMap((text) => text.match(ID) ?? []))];
  });
}

function elementsOf(node: unknown): readonly unknown[] {
  const elements = isNode(node) ? field(bare(node), 'elements') : undefined;
  return Array.isArray(elements) ? elements : [];
}

/** Cells of a row: the row itself, its elements, or the values of its members. */
function cellsOf(row: unknown): readonly unknown[] {
  if (!isNode(row)) return [];
  const properties = field(bare(row), 'properties');
  if (Array.isArray(properties)) return properties.map((property: unknown) => field(property, 'value'));
  const elements = elementsOf(row);
  return elements.length > 0 ? elements : [row];
}

/** Without `as const` and its like. */
function bare(node: SyntaxNode): SyntaxNode {
  const inner = field(node, 'expression');
  return node.type.startsWith('TS') && isNode(inner) ? bare(inner) : node;
}

function constantOf(name: SyntaxNode, program: unknown): unknown {
  let found: unknown;
  visit(program, (node) => {
    if (node.type === 'VariableDeclarator' && field(field(node, 'id'), 'name') === field(name, 'name'))
      found ??= field(node, 'init');
  });
  return found;
}

function add(tests: Map<string, Set<string>>, id: string, keys: readonly string[]): void {
  const own = tests.get(id) ?? new Set();
  for (const key of keys) own.add(key);
  tests.set(id, own);
}
