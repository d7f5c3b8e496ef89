import { limits } from '../limits.table.ts';

/** Counts violations of the page policy by directive, so that a broken or attacked page is seen. Keeps numbers only:
 *  a report's addresses and samples are written by whoever sends it. */
export class CspReports {
  readonly #counts = new Map<string, number>();

  /** Counts the violations in one report body, in either form (CSP 3 §5.3 `csp-report`, Reporting API list). */
  take(body: unknown): void {
    for (const report of Array.isArray(body) ? body.slice(0, 20) : [body]) this.#count(directiveOf(report));
  }

  counts(): { readonly directive: string; readonly n: number }[] {
    return [...this.#counts].map(([directive, n]) => ({ directive, n }));
  }

  #count(directive: string): void {
    const known = this.#counts.has(directive) || this.#counts.size < limits.cspKinds;
    const key = known ? directive : 'other';
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function directiveOf(report: unknown): string {
  const name =
    field(field(report, 'csp-report'), 'effective-directive') ?? field(field(report, 'body'), 'effectiveDirective');
  return typeof name === 'string' && /^[a-z-]{1,40}$/.test(name) ? name : 'other';
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
