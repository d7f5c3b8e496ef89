import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonsOf, runTool } from '../tools/run-tool.ts';
import { TYPE_PROJECTS } from '../type-projects.table.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Compiles every project without writing. A project that is missing is a fault: its files would go unchecked. */
export async function checkTypes(context: CheckContext): Promise<PartFindings> {
  // A contract that is wrong is found by every project that reads it; it is told once.
  const reasons = new Set<string>();
  for (const project of TYPE_PROJECTS) {
    for (const reason of await projectFaults(context.root, project)) reasons.add(reason);
  }
  return { summary: `${TYPE_PROJECTS.length} projects, ${reasons.size} errors`, reasons: [...reasons] };
}

async function projectFaults(root: string, project: string): Promise<readonly string[]> {
  if (!existsSync(join(root, project))) return [`${project}: missing, so the types of its files are not checked`];
  const result = await runTool(root, 'typescript', ['-p', project, '--pretty', 'false']);
  const errors = result.stdout.split('\n').filter((line) => /error TS\d+/.test(line));
  // TS18003: no file yet; a room that is still empty has no wrong types.
  if (errors.length === 1 && errors[0]?.includes('TS18003') === true) return [];
  return reasonsOf(`tsc -p ${project}`, result, errors);
}
