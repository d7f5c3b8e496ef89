import { z } from 'zod';
import { reasonsOf, runTool, type ToolResult } from '../tools/run-tool.ts';
import type { CheckContext, PartFindings } from './part.ts';

const placeSchema = z.object({ name: z.string(), line: z.number().optional() });
const issueSchema = z.looseObject({ file: z.string() });
const reportSchema = z.object({ issues: z.array(issueSchema) });

const KINDS: Readonly<Record<string, string>> = {
  files: 'nobody uses this file',
  exports: 'exported, but nobody imports it',
  types: 'exported type, but nobody imports it',
  duplicates: 'exported twice',
  dependencies: 'dependency that nobody imports',
  devDependencies: 'development dependency that nobody uses',
  unlisted: 'imported, but not in the package.json of the workspace',
  unresolved: 'imported, but not found',
};

/** Files, exports and dependencies that nobody uses (knip.json). */
export async function checkUnused(context: CheckContext): Promise<PartFindings> {
  const result = await runTool(context.root, 'knip', ['--reporter', 'json', '--no-progress', '--no-config-hints']);
  const findings = findingsOf(result);
  return { summary: `${findings.length} findings`, reasons: reasonsOf('knip', result, findings) };
}

function findingsOf(result: ToolResult): readonly string[] {
  if (!result.stdout.trimStart().startsWith('{')) return [];
  return reportSchema.parse(JSON.parse(result.stdout)).issues.flatMap((issue) =>
    Object.entries(KINDS).flatMap(([kind, meaning]) => {
      const places = z.array(placeSchema).safeParse(issue[kind]);
      return (places.data ?? []).map((place) =>
        kind === 'files' ? `${issue.file}: ${meaning}` : `${issue.file}:${place.line ?? 1} ${place.name}: ${meaning}`,
      );
    }),
  );
}
