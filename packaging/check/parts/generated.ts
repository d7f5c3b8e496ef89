import { GENERATED_DOCUMENTS } from '../generated-documents.table.ts';
import { staleDocuments, writeDocuments } from '../generate.ts';
import type { CheckContext, PartFindings } from './part.ts';

/** Generated documents are up to date, and what they are written from is whole. `--write` writes the stale ones. */
export function checkGenerated(context: CheckContext): PartFindings {
  const faults = GENERATED_DOCUMENTS.flatMap((document) => document.faults?.() ?? []);
  if (context.write) {
    return { summary: `${writeDocuments(context.root, GENERATED_DOCUMENTS).length} written`, reasons: faults };
  }
  const stale = staleDocuments(context.root, GENERATED_DOCUMENTS);
  return {
    summary: `${GENERATED_DOCUMENTS.length} documents`,
    reasons: [...faults, ...stale.map((path) => `${path}: stale or missing; npm run check -- --write writes it`)],
  };
}
