import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSourceFiles } from '../imports/source-tree.ts';
import { reasonsOf, runTool } from '../tools/run-tool.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Type-aware lint (.oxlintrc.json): floating promises, exhaustive switches, `any`, and what is plainly wrong. A comment
 *  that switches a rule off is a fault of its own: a rule that is wrong is changed for all. */
export async function checkLint(context: CheckContext): Promise<PartFindings> {
  const result = await runTool(context.root, 'oxlint', ['--format=unix', '--deny-warnings']);
  const findings = result.stdout.split('\n').filter((line) => /^\S.*:\d+:\d+: /.test(line));
  const silenced = silencedRules(context.root);
  return {
    summary: `${findings.length + silenced.length} findings`,
    reasons: [...reasonsOf('oxlint', result, findings), ...silenced],
  };
}

function silencedRules(root: string): readonly string[] {
  return listSourceFiles(root).flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /(?:^|[\s{])(?:\/\/|\/\*)\s*(?:oxlint|eslint)-disable/.test(line)
          ? [`${path}:${index + 1} switches a lint rule off`]
          : [],
      ),
  );
}
