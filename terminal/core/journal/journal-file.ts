import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { sqliteFault } from './sqlite-fault.ts';

export const JOURNAL_FILE_NAME = 'journal.sqlite';
/** Raised when the table changes; a file of a later format is refused, not guessed at. */
export const JOURNAL_FORMAT = 1;

/** Kinds that the device manager reads back at each start. SQLite uses the index only for a query that says exactly this. */
export const DEVICE_KINDS =
  "kind IN ('device-pinned', 'device-held', 'recovery-step', 'supply-warning', 'door', 'power')";

/** Kinds from which the staff room knows what is open: read back at each start, likewise. */
export const STAFF_KINDS =
  "kind IN ('supervisor-mode', 'staff-sign-in', 'exchange-started', 'exchange-counted', 'exchange-ended', 'variance-accepted', 'incident', 'goods-moved', 'service-result')";

/** Identities are taken out of the body by SQLite itself, so that they cannot say something else than the hashed text;
 *  text that is no JSON (a damaged row) has none. Rows are never changed or removed: the triggers refuse both. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
  j INTEGER PRIMARY KEY,
  seq INTEGER,
  kind TEXT NOT NULL,
  boot TEXT NOT NULL,
  mono INTEGER NOT NULL,
  wall INTEGER NOT NULL,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  crc INTEGER NOT NULL,
  session_id TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN body ->> '$.sessionId' END) VIRTUAL,
  operation_id TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN body ->> '$.operationId' END) VIRTUAL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS journal_seq ON journal (seq) WHERE seq IS NOT NULL;
CREATE INDEX IF NOT EXISTS journal_session ON journal (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS journal_operation ON journal (operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS journal_devices ON journal (kind, wall) WHERE ${DEVICE_KINDS};
CREATE INDEX IF NOT EXISTS journal_staff ON journal (kind, j) WHERE ${STAFF_KINDS};
CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`;

/** Opens the journal's file for its one writer and makes its table when it is new. WAL with synchronous=FULL: a commit
 *  is on the disk when it returns (with NORMAL, power cuts lost thousands of acknowledged rows in trials).
 *  @fault JOURNAL_FULL, JOURNAL_IO, DATA_IN_USE as `sqliteFault` */
export function openForWriting(file: string, limitBytes: number): Result<DatabaseSync, Fault> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: CORE_LIMITS.journalBusyMs });
    db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF');
    const page = db.prepare('PRAGMA page_size').get();
    const pageBytes = typeof page?.['page_size'] === 'number' ? page['page_size'] : 4096;
    db.exec(`PRAGMA max_page_count=${Math.floor(limitBytes / pageBytes)}`);
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
    return ok(db);
  } catch (error) {
    db?.close();
    return err(sqliteFault(error, `opening ${file}`));
  }
}

/** Opens a journal to read it, live or at rest, without changing a byte of it.
 *  @fault JOURNAL_UNREADABLE no such file, no right to read it, or not a journal */
export function openForReading(file: string): Result<DatabaseSync, Fault> {
  const unreadable = (why: string): Result<DatabaseSync, Fault> =>
    err(faultOf('JOURNAL_UNREADABLE', why, 'maintenance'));
  if (!existsSync(file)) return unreadable(`there is no file ${file}`);
  let db: DatabaseSync | undefined;
  try {
    if (!statSync(file).isFile()) return unreadable(`${file} is not a file`);
    // Nobody has the file open when no log lies beside it; then it is read without making one.
    const at = existsSync(`${file}-wal`) ? file : new URL(`${pathToFileURL(file).href}?immutable=1`);
    db = new DatabaseSync(at, { readOnly: true, timeout: CORE_LIMITS.journalBusyMs });
    db.prepare('SELECT j FROM journal LIMIT 1').all();
    return ok(db);
  } catch (error) {
    db?.close();
    return unreadable(`${file} cannot be read as a journal: ${reasonOf(error)}`);
  }
}
