import { GENERATED_DOCUMENTS } from '../generated-documents.table.ts';
import { staleDocuments, writeDocuments } from '../generate.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Generated documents are up to date. `--write` writes the stale ones. */
export function checkGenerated(context: CheckContext): PartFindings {
  if (context.write) {
    return { summary: `${writeDocuments(context.root, GENERATED_DOCUMENTS).length} written`, reasons: [] };
  }
  const stale = staleDocuments(context.root, GENERATED_DOCUMENTS);
  return {
    summary: `${GENERATED_DOCUMENTS.length} documents`,
    reasons: stale.map((path) => `${path}: stale or missing; npm run check -- --write writes it`),
  };
}
