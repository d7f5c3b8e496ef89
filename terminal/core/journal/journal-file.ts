import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { isAnotherReason, sqliteFault } from './sqlite-fault.ts';

export const JOURNAL_FILE_NAME = 'journal.sqlite';
/** Raised when the table changes; a file of a later format is refused, not guessed at. */
export const JOURNAL_FORMAT = 1;

/** Kinds that the device manager reads back at each start. SQLite uses the index only for a query that says exactly this. */
export const DEVICE_KINDS =
  "kind IN ('device-pinned', 'device-held', 'recovery-step', 'supply-warning', 'door', 'power')";

/** Kinds from which the staff room knows what is open: read back at each start, likewise. */
export const STAFF_KINDS =
  "kind IN ('supervisor-mode', 'staff-sign-in', 'exchange-started', 'exchange-counted', 'exchange-ended', 'variance-accepted', 'incident', 'goods-moved', 'service-result')";

/** From which core knows at each start whose money waits for its purpose, likewise. */
export const MONEY_KIND = "kind = 'compensation'";

/** From which core knows at each start how a device that has no host was last, likewise. */
export const STATUS_KIND = "kind = 'device-status'";

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
CREATE INDEX IF NOT EXISTS journal_money ON journal (kind, j) WHERE ${MONEY_KIND};
CREATE INDEX IF NOT EXISTS journal_status ON journal (kind, j) WHERE ${STATUS_KIND};
CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`;

/** A journal that was cut (`cut-journal.ts`) holds two series of fleet numbers, and beside its chain those rows behind the
 *  cut that still prove themselves one by one: they tell what was going on, and never travel. `told` is both together. */
const CUT_SCHEMA = `
CREATE TABLE cut_row (
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
CREATE INDEX cut_session ON cut_row (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX cut_operation ON cut_row (operation_id) WHERE operation_id IS NOT NULL;
CREATE VIEW told AS
  SELECT j, kind, wall, body, session_id, operation_id FROM journal
  UNION ALL SELECT j, kind, wall, body, session_id, operation_id FROM cut_row;
`;

/** Makes the file of a cut journal, at rest when it is closed: no log beside it. The same number may stand in it once per
 *  epoch, so the index of numbers cannot be unique over the whole.
 *  @throws node:sqlite's error */
export function createCutFile(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF');
    const plain = SCHEMA.replace('CREATE UNIQUE INDEX IF NOT EXISTS journal_seq', 'CREATE INDEX journal_seq');
    db.exec(`BEGIN IMMEDIATE; ${plain} ${CUT_SCHEMA} COMMIT`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

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

/** Whether a file was made and nothing was ever written into it: core died at its very first start. */
export function isBlankFile(file: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    return db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/** Opens a journal to read it, live or at rest, without changing a byte of it. `alone`: as if no log lay beside it.
 *  @fault JOURNAL_UNREADABLE no such file, or not a journal; with `configuration`: it may not be read, or not now */
export function openForReading(file: string, log: 'with-log' | 'alone' = 'with-log'): Result<DatabaseSync, Fault> {
  const unreadable = (why: string, error?: unknown): Result<DatabaseSync, Fault> =>
    err(faultOf('JOURNAL_UNREADABLE', why, isAnotherReason(error) ? 'configuration' : 'maintenance'));
  if (!existsSync(file)) return unreadable(`there is no file ${file}`);
  let db: DatabaseSync | undefined;
  try {
    if (!statSync(file).isFile()) return unreadable(`${file} is not a file`);
    // Nobody has the file open when no log lies beside it; then it is read without making one.
    const isLive = log === 'with-log' && existsSync(`${file}-wal`);
    const at = isLive ? file : new URL(`${pathToFileURL(file).href}?immutable=1`);
    db = new DatabaseSync(at, { readOnly: true, timeout: CORE_LIMITS.journalBusyMs });
    db.prepare('SELECT j FROM journal LIMIT 1').all();
    return ok(db);
  } catch (error) {
    db?.close();
    return unreadable(`${file} cannot be read as a journal: ${reasonOf(error)}`, error);
  }
}
