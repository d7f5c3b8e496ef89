import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { lastOperationSchema, type LastOperation } from '@yimen/contracts/back-office';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** What this terminal did last for a back office, told with its next request: a terminal that cannot report gets no new
 *  work. Kept over restarts in one small file. */
export interface LastOperationStore {
  read(): LastOperation | null;
  /** On the disk when it returns. @fault JOURNAL_IO the disk refused it */
  keep(last: LastOperation): Result<void, Fault>;
}

export function lastOperationStore(folder: string): LastOperationStore {
  const file = `${folder}/last-operation.json`;
  return {
    read: () => {
      try {
        const parsed = lastOperationSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
        return parsed.success ? parsed.data : null;
      } catch {
        // Not there before the first operation; the gateway knows the last one itself when the file was lost.
        return null;
      }
    },
    keep: (last) => {
      try {
        // Written beside, synced, then renamed: a power cut leaves the old or the new one, never half of it.
        const handle = openSync(`${file}.new`, 'w', 0o600);
        try {
          writeSync(handle, JSON.stringify(last));
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
        renameSync(`${file}.new`, file);
        return ok(undefined);
      } catch (error) {
        return err(faultOf('JOURNAL_IO', `the last operation could not be kept: ${reasonOf(error)}`, 'maintenance'));
      }
    },
  };
}
