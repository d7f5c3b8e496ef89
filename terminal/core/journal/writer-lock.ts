import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { faultOf } from '../platform/fault.ts';
import { sqliteFault } from './sqlite-fault.ts';

export interface WriterLock {
  release(): void;
}

/** Makes this process the only writer in `folder`. Node has no file locks of its own; SQLite does: a transaction left
 *  open on a file beside the journal holds an operating-system lock that ends with the process, however it dies. The
 *  journal itself stays free, so that a verifier can read it while core runs.
 *  @fault DATA_IN_USE another core works on this folder; DATA_UNREADABLE the folder cannot be written */
export function lockWriter(folder: string): Result<WriterLock, Fault> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(`${folder}/writer.lock`, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return ok({
      release: () => {
        held.close();
      },
    });
  } catch (error) {
    db?.close();
    const fault = sqliteFault(error, `locking ${folder}`);
    if (fault.code !== 'DATA_IN_USE') return err(faultOf('DATA_UNREADABLE', fault.message, 'configuration'));
    return err(faultOf('DATA_IN_USE', `another terminal core is already working on ${folder}`, 'configuration'));
  }
}
