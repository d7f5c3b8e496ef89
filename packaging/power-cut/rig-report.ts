import type { Seeded } from '../campaign/seeded.ts';
import type { WriterStart } from './writer-lines.ts';

/** What a rig under a journal writer is asked for. */
export interface RigAsked {
  /** Runs; undefined: every case, where there are so many and no more. */
  readonly size: number | undefined;
  /** The first run's number, from 1: a violation again, alone. */
  readonly from: number;
  readonly weakened: WriterStart['weakened'];
  /** Numbers for the run of this number, the same each time it is asked; 0: for the order of all runs. */
  readonly random: (run: number) => Seeded;
  readonly say: (line: string) => void;
  readonly stopped: () => boolean;
}

/** What its runs came to. */
export interface RigReport {
  readonly runs: number;
  /** Rows that were acknowledged, over all runs. */
  readonly ackedRows: number;
  /** Acknowledged rows that were not there afterwards. */
  readonly lostRows: number;
  /** What was asked for and not acknowledged, because the disk refused it; starts included. */
  readonly refusals: number;
  /** What was lost or broken, by run, in sentences; of the first few. */
  readonly violations: readonly string[];
  readonly ms: number;
}

const TOLD = 10;

/** Adds up runs as they end. */
export class RigSum {
  readonly #startedAt = performance.now();
  readonly #sum = { runs: 0, ackedRows: 0, lostRows: 0, refusals: 0 };
  readonly #violations: string[] = [];

  add(more: Partial<Record<'runs' | 'ackedRows' | 'lostRows' | 'refusals', number>>): void {
    this.#sum.runs += more.runs ?? 0;
    this.#sum.ackedRows += more.ackedRows ?? 0;
    this.#sum.lostRows += more.lostRows ?? 0;
    this.#sum.refusals += more.refusals ?? 0;
  }

  violated(...how: readonly string[]): void {
    this.#violations.push(...how);
  }

  report(): RigReport {
    return {
      ...this.#sum,
      violations: this.#violations.slice(0, TOLD),
      ms: Math.round(performance.now() - this.#startedAt),
    };
  }
}
