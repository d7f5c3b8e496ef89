import { performance } from 'node:perf_hooks';
import type { CheckContext, Part } from './parts/part.ts';

/** How one part ended. */
export interface PartResult {
  readonly part: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly summary: string;
  readonly reasons: readonly string[];
}

/** Runs the parts, `atOnce` at a time, in their order, and tells each as it ends. A part that throws fails with its
 *  error as the reason: a check that broke down has checked nothing.
 *  @returns the results in the order of `parts` */
export async function runParts(
  parts: readonly Part[],
  context: CheckContext,
  atOnce: number,
  tell: (result: PartResult) => void,
): Promise<readonly PartResult[]> {
  const results: (PartResult | undefined)[] = parts.map(() => undefined);
  const waiting = [...parts.entries()];
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const result = await runPart(job[1], context);
      results[job[0]] = result;
      tell(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results.filter((result) => result !== undefined);
}

async function runPart(part: Part, context: CheckContext): Promise<PartResult> {
  const start = performance.now();
  try {
    const { summary, reasons } = await part.run(context);
    return { part: part.name, ok: reasons.length === 0, ms: Math.round(performance.now() - start), summary, reasons };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const ms = Math.round(performance.now() - start);
    return { part: part.name, ok: false, ms, summary: 'broke down', reasons: [`the check itself failed: ${reason}`] };
  }
}
