import { reasonsOf, runTool } from '../tools/run-tool.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Type-aware lint (.oxlintrc.json): floating promises, exhaustive switches, `any`, and what is plainly wrong. */
export async function checkLint(context: CheckContext): Promise<PartFindings> {
  const result = await runTool(context.root, 'oxlint', ['--format=unix', '--deny-warnings']);
  const findings = result.stdout.split('\n').filter((line) => /^\S.*:\d+:\d+: /.test(line));
  return { summary: `${findings.length} findings`, reasons: reasonsOf('oxlint', result, findings) };
}
