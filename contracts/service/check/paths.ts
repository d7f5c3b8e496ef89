import type { Manifest, Workflow } from '../package.ts';
import { beginFindings } from './begin-rules.ts';
import { caseFindings } from './case-rules.ts';
import { PATHS_MOST, inWords, walkAll, type Path } from './dry-walk.ts';
import { finding, type Finding } from './finding.ts';
import { frameFindings, phaseFindings } from './frame-rules.ts';
import { lookupOrderFindings } from './lookup-rules.ts';
import { propertyFindings } from './property-rules.ts';

/** Walks every way through the workflow and holds each to the rules. One thing that is wrong on many paths is told once,
 *  with the first path that shows it. */
export function pathFindings(
  manifest: Manifest,
  workflow: Workflow,
  isBadGuard: (id: string) => boolean,
): readonly Finding[] {
  const walk = walkAll(workflow);
  const found = new Map<string, Finding>();
  for (const path of walk.paths) {
    for (const one of onePath(manifest, path)) {
      const key = `${one.rule} ${one.where}`;
      if (!found.has(key)) found.set(key, { ...one, message: `${one.message} (${inWords(path)})` });
    }
  }
  const walked = new Set(walk.paths.flatMap((path) => path.steps.map((step) => step.id)));
  const lost = workflow.steps.filter((step) => !walked.has(step.id) && !isBadGuard(step.id));
  return [
    ...(walk.isComplete
      ? lost.map(({ id }) => finding('unreachable', id, 'no citizen comes here: its guards never hold together'))
      : [finding('too-many-paths', 'workflow.json', `more than ${PATHS_MOST} ways; the rest was not walked`)]),
    ...found.values(),
  ];
}

/** One mistake is one finding: each group of rules names the first thing that is wrong, what the office would miss is told
 *  of a path that is otherwise right, and steps out of order by the rule that says why, by their phase only where no other
 *  rule speaks. */
function onePath(manifest: Manifest, path: Path): readonly Finding[] {
  const found = [
    ...frameFindings(manifest, path),
    ...lookupOrderFindings(path),
    ...caseFindings(manifest, path),
    ...propertyFindings(path),
  ];
  const missing = found.length > 0 ? found : beginFindings(manifest, path);
  return missing.length > 0 ? missing : phaseFindings(path);
}
