import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedDocument } from './generated-documents.table.ts';

/** Compares the documents on disk with what their renderers say now.
 *  @returns the paths that are missing or stale */
export function staleDocuments(root: string, documents: readonly GeneratedDocument[]): readonly string[] {
  return documents
    .filter((document) => readText(join(root, document.path)) !== document.render())
    .map((document) => document.path);
}

/** Writes the documents that are missing or stale.
 *  @returns their paths */
export function writeDocuments(root: string, documents: readonly GeneratedDocument[]): readonly string[] {
  const stale = staleDocuments(root, documents);
  for (const document of documents) {
    if (!stale.includes(document.path)) continue;
    mkdirSync(dirname(join(root, document.path)), { recursive: true });
    writeFileSync(join(root, document.path), document.render());
  }
  return stale;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // missing counts as stale
  }
}
