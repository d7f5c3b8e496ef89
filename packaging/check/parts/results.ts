import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  SyntaxKind,
  type Expression,
  type ExpressionStatement,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { API, type Project, type Type } from 'typescript/unstable/async';
import { TYPE_PROJECTS } from '../type-projects.table.ts';
import type { CheckContext, PartFindings } from './part.ts';
import { isOutsideProduct } from './rooms.ts';

/** A `Result` that nobody looks at hides a failure that its type promised to show: a statement that only calls, or only
 *  awaits, something that answers `Result` is a fault. Tests and simulators are free. `void f()` says that it is meant. */
export async function checkResults(context: CheckContext): Promise<PartFindings> {
  const faults = new Set(await unlookedResults(context.root, TYPE_PROJECTS));
  return { summary: `${faults.size} dropped`, reasons: [...faults] };
}

/** Asks the type checker for the type of every call that stands alone. The checker's programming interface is marked
 *  unstable by its makers; the exact version of TypeScript in package.json keeps it still.
 *  @returns `file:line nobody looks at …`, per statement */
export async function unlookedResults(root: string, projects: readonly string[]): Promise<readonly string[]> {
  const api = new API({ cwd: root });
  const faults: string[] = [];
  try {
    for (const project of projects) {
      const config = join(root, project);
      if (existsSync(config)) faults.push(...(await faultsOfProject(api, root, config)));
    }
  } finally {
    await api.close();
  }
  return faults;
}

async function faultsOfProject(api: API, root: string, config: string): Promise<readonly string[]> {
  const snapshot = await api.updateSnapshot({ openProjects: [config] });
  const project = snapshot.getProject(config);
  if (project === undefined) throw new Error(`the type checker does not know ${config}`);
  const faults: string[] = [];
  for (const file of project.rootFiles) {
    const path = relative(root, file);
    if (isOutsideProduct(path)) continue;
    faults.push(...(await faultsOfFile(project, file)).map((fault) => `${path}:${fault}`));
  }
  await snapshot.dispose();
  return faults;
}

async function faultsOfFile(project: Project, file: string): Promise<readonly string[]> {
  const source = await project.program.getSourceFile(file);
  const calls = source === undefined ? [] : callsThatStandAlone(source);
  if (source === undefined || calls.length === 0) return [];
  const types = await project.checker.getTypeAtLocation(calls);
  const faults: string[] = [];
  for (const [position, call] of calls.entries()) {
    const type = types[position];
    if (type === undefined || !(await isResult(project, type))) continue;
    const start = call.getStart(source);
    const line = source.text.slice(0, start).split('\n').length;
    faults.push(`${line} nobody looks at the Result of ${source.text.slice(start, call.end).split('\n')[0] ?? ''}`);
  }
  return faults;
}

function callsThatStandAlone(source: SourceFile): readonly Expression[] {
  const calls: Expression[] = [];
  const look = (node: Node): void => {
    if (isExpressionStatement(node) && CALLS.has(node.expression.kind)) calls.push(node.expression);
    node.forEachChild(look);
  };
  source.forEachChild(look);
  return calls;
}

const CALLS: ReadonlySet<SyntaxKind> = new Set([SyntaxKind.CallExpression, SyntaxKind.AwaitExpression]);

function isExpressionStatement(node: Node): node is ExpressionStatement {
  return node.kind === SyntaxKind.ExpressionStatement;
}

/** By shape, because an inferred type loses the name: a union whose every member has `ok` and of which one has `error`. */
async function isResult(project: Project, type: Type): Promise<boolean> {
  if (!type.isUnionType()) return false;
  let withError = 0;
  for (const member of await type.getTypes()) {
    if ((await project.checker.getPropertyOfType(member, 'ok')) === undefined) return false;
    if ((await project.checker.getPropertyOfType(member, 'error')) !== undefined) withError += 1;
  }
  return withError > 0;
}
