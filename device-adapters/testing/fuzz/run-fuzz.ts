import { mutate } from './mutate.ts';
import { CaseRandom } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** No call may keep the event loop longer (faults R12). */
const BLOCK_MS = 250;

export interface FuzzOptions {
  readonly seed: number;
  /** Number of the first case. */
  readonly from?: number;
  readonly count: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly target: string;
  readonly cases: number;
  readonly bytes: number;
  readonly slowestMs: number;
  /** What broke, with the case that shows it; `undefined`: nothing. */
  readonly finding?: { readonly case: number; readonly says: string; readonly hex: string } | undefined;
}

const PROGRESS_CASES = 10_000;

/** Runs cases until one breaks a promise. */
export function runFuzz(target: FuzzTarget, options: FuzzOptions): FuzzReport {
  const from = options.from ?? 0;
  let bytes = 0;
  let slowestMs = 0;
  for (let number = from; number < from + options.count; number += 1) {
    const random = new CaseRandom(options.seed, number);
    const damaged = mutate(target.seeds, random);
    const began = process.cpuUsage();
    const broken = brokenPromise(() => target.run(damaged, random));
    // Time of the processor, not of the wall: on a busy machine others' work is not this parser's.
    const spent = process.cpuUsage(began);
    const ms = (spent.user + spent.system) / 1000;
    bytes += damaged.length;
    slowestMs = Math.max(slowestMs, ms);
    const says = broken ?? (ms > BLOCK_MS ? `one case took ${Math.round(ms)} ms` : undefined);
    if (says !== undefined)
      return {
        target: target.name,
        cases: number - from + 1,
        bytes,
        slowestMs,
        finding: { case: number, says, hex: Buffer.from(damaged).toString('hex') },
      };
    if ((number - from + 1) % PROGRESS_CASES === 0) options.onProgress?.(number - from + 1);
  }
  return { target: target.name, cases: options.count, bytes, slowestMs };
}

function brokenPromise(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
