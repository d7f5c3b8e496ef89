import { diskFaults } from '../power-cut/disk-faults.ts';
import { journalCuts } from '../power-cut/journal-cuts.ts';
import type { RigAsked, RigReport } from '../power-cut/rig-report.ts';
import { syscallFaults } from '../power-cut/syscall-faults.ts';
import { seeded } from './seeded.ts';

/** A campaign's faults under nothing but a process that writes the product's journal: many more than whole sessions allow. */
interface JournalRig {
  run(asked: RigAsked): Promise<RigReport>;
  /** The control: with this switched off, acknowledged rows must be lost in so many runs. */
  readonly control: { readonly weakened: RigAsked['weakened']; readonly runs: number };
}

/** What it came to, beside its control. */
export interface JournalLevelReport extends RigReport {
  readonly control: { readonly weakened: string; readonly runs: number; readonly lostRows: number };
}

export const JOURNAL_RIGS = {
  R2: { run: journalCuts, control: { weakened: 'sync', runs: 2 } },
  R4: { run: syscallFaults, control: { weakened: 'commit-errors', runs: 2 } },
  R5: { run: diskFaults, control: { weakened: 'commit-errors', runs: 1 } },
} as const satisfies Readonly<Record<string, JournalRig>>;

export interface JournalLevelAsked {
  readonly rig: JournalRig;
  readonly seed: number;
  readonly size: number | undefined;
  readonly from: number;
  readonly say: (line: string) => void;
  readonly stopped: () => boolean;
}

/** Runs a rig and then its control, which proves that the rig would have seen a loss.
 *  @throws Problem NOT_RUNNING what this machine lacks */
export async function journalLevel(asked: JournalLevelAsked): Promise<JournalLevelReport> {
  const { rig, seed, size, from, say, stopped } = asked;
  const random: RigAsked['random'] = (run) => seeded(seed, run);
  const report = await rig.run({ size, from, weakened: 'nothing', random, say, stopped });
  const { weakened, runs } = rig.control;
  const control = await rig.run({ size: runs, from: 1, weakened, random, say, stopped });
  const isBlind = control.lostRows === 0 && !stopped();
  const blind = `the control lost nothing (${weakened} switched off, ${control.runs} runs): this rig proves nothing`;
  return {
    ...report,
    violations: [...report.violations, ...(isBlind ? [blind] : [])],
    control: { weakened, runs: control.runs, lostRows: control.lostRows },
    ms: report.ms + control.ms,
  };
}
