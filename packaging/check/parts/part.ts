import type { ImportGraph } from '../imports/import-graph.ts';

/** What every part gets. */
export interface CheckContext {
  readonly root: string;
  /** Rewrite what can be rewritten (format, generated documents) before judging it. */
  readonly write: boolean;
  /** The import graph, read once for all parts that need it. */
  readonly graph: () => ImportGraph;
}

/** What a part found. No reasons = good. */
export interface PartFindings {
  /** A short fact for the part's line: a count, a measure. */
  readonly summary: string;
  /** One sentence per fault, beginning with the file where there is one. */
  readonly reasons: readonly string[];
}

export interface Part {
  readonly name: string;
  /** What the part guards, for `--help`. */
  readonly what: string;
  readonly run: (context: CheckContext) => PartFindings | Promise<PartFindings>;
}
