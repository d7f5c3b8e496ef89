import type { Clock } from '@yimen/contracts/base';
import { moduleOf } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { LADDER, type Rung, type RungRow } from './recovery-ladder.table.ts';

/** How often each rung was taken, over restarts of core: the journal is what counts. */
export interface StepBudget {
  isSpent(row: RungRow, device: string): boolean;
  /** Counts one use, on the disk before it is made.
   *  @returns false when the journal refused: then it may not be made */
  spend(rung: Rung, device: string): boolean;
  /** Journals how a use ended, or that a rung was skipped and why; costs nothing. */
  note(rung: Rung, device: string, outcome: string): void;
}

interface Use {
  readonly module: string;
  readonly rung: string;
  /** Monotonic milliseconds. */
  readonly at: number;
}

const STARTED = 'started';
const LONGEST_MS = Math.max(...LADDER.flatMap((row) => row.budget.map(({ windowMs }) => windowMs)));

/** Reads the uses of the longest window back from the journal. A row from the future (the clock was set back) counts as
 *  new: too careful rather than one more power cut. */
export function stepBudget(journal: Journal, clock: Clock): StepBudget {
  const loadedWall = clock.wallMs();
  let uses: Use[] = journal.reader.deviceRows('recovery-step', loadedWall - LONGEST_MS).flatMap(({ wall, fields }) => {
    const at = clock.monoMs() - Math.max(0, loadedWall - wall);
    return fields.outcome === STARTED ? [{ module: fields.module, rung: fields.rung, at }] : [];
  });
  const append = (rung: Rung, module: string, outcome: string): boolean =>
    journal.append([{ kind: 'recovery-step', fields: { module, rung, outcome } }]).ok;
  return {
    isSpent: (row, device) => {
      const now = clock.monoMs();
      const counted = uses.filter(
        (use) => use.rung === row.rung && (row.scope === 'machine' || use.module === moduleOf(device)),
      );
      return row.budget.some(({ times, windowMs }) => counted.filter((use) => now - use.at < windowMs).length >= times);
    },
    spend: (rung, device) => {
      const module = moduleOf(device);
      if (!append(rung, module, STARTED)) return false;
      const now = clock.monoMs();
      uses = [...uses.filter((use) => now - use.at < LONGEST_MS), { module, rung, at: now }];
      return true;
    },
    note: (rung, device, outcome) => {
      append(rung, moduleOf(device), outcome);
    },
  };
}
