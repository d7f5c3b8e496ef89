import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { CORE_LIMITS } from '../limits.table.ts';
import type { JournalReader } from './read.ts';
import { stepRows, type Finding } from './verify.ts';

export interface PatrolOptions {
  readonly reader: JournalReader;
  readonly folder: string;
  readonly tid: string;
  readonly clock: Clock;
  /** Called once, with the first row that is not as it was written. */
  readonly onFound: (finding: Finding) => void;
}

/** Walks a journal once from its first row, page by page, while the terminal works: one that is too long to be read whole
 *  at a start has its older rows looked at so (`examine.ts`). What it finds is remembered beside the journal: the next
 *  start reads the whole file, and cuts it. */
export function patrolJournal({ reader, folder, tid, clock, onFound }: PatrolOptions): CancelTimer {
  const steps = stepRows(reader, { tid, fromJ: 0 });
  let cancel: CancelTimer = () => undefined;
  const step = (): void => {
    const { done, value } = steps.next();
    const [finding] = done === true ? value.findings : value;
    if (finding !== undefined) {
      rememberSuspicion(folder);
      onFound(finding);
    } else if (done !== true) cancel = clock.after(CORE_LIMITS.journalPatrolMs, step);
  };
  cancel = clock.after(CORE_LIMITS.journalPatrolMs, step);
  return () => {
    cancel();
  };
}

/** Whether a patrol has found something that no start has looked into yet. */
export function isSuspected(folder: string): boolean {
  return existsSync(suspicionIn(folder));
}

/** The file was read whole since. */
export function forgetSuspicion(folder: string): void {
  rmSync(suspicionIn(folder), { force: true });
}

function rememberSuspicion(folder: string): void {
  try {
    const handle = openSync(suspicionIn(folder), 'w', 0o600);
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // A disk that takes nothing is the journal's own trouble; the next patrol finds the row again.
  }
}

function suspicionIn(folder: string): string {
  return `${folder}/journal.suspect`;
}
