import { reasonsOf, runTool } from '../tools/run-tool.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** One way of formatting (.oxfmtrc.json). `--write` formats instead of complaining. */
export async function checkFormat(context: CheckContext): Promise<PartFindings> {
  const result = await runTool(context.root, 'oxfmt', [context.write ? '--write' : '--list-different', '--threads=1']);
  const files = context.write ? [] : result.stdout.split('\n').filter((line) => line !== '');
  return {
    summary: context.write ? 'written' : `${files.length} files differ`,
    reasons: reasonsOf(
      'oxfmt',
      result,
      files.map((file) => `${file}: not formatted; npm run check -- --write formats it`),
    ),
  };
}
