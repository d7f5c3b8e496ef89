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
        // Written beside, synced, then renamed: a power cut leaves the old or the new one, never half of it. The new name
        // is on the disk only when the folder is: without that, cuts right after the rename brought the old one back.
        synced(`${file}.new`, 'w', (handle) => writeSync(handle, JSON.stringify(last)));
        renameSync(`${file}.new`, file);
        synced(folder, 'r', () => undefined);
        return ok(undefined);
      } catch (error) {
        return err(faultOf('JOURNAL_IO', `the last operation could not be kept: ${reasonOf(error)}`, 'maintenance'));
      }
    },
  };
}

/** @throws the system's error: it is not on the disk */
function synced(path: string, flags: 'r' | 'w', write: (handle: number) => unknown): void {
  const handle = openSync(path, flags, 0o600);
  try {
    write(handle);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
