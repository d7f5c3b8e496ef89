import { DatabaseSync } from 'node:sqlite';
import { err, ok, type OperationId, type Result } from '@yimen/contracts/base';
import { operationRecordSchema, type Fault, type OperationRecord } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { deviceFault } from './device-faults.ts';

/** The durable story of every effect of one host: id, device, verb, moments, outcome; nothing personal. A row is on
 *  disk before the first byte goes to a device, so that a host that dies in between comes back knowing that it may
 *  have moved something. One process at a time; bounded: the oldest finished rows make room. */
export interface OperationFile {
  /** Writes the intent. `known` when the id is there already: then nothing was written.
   *  @fault DISK_FULL, DATA_UNREADABLE: it is not on disk, so nothing may move. */
  begin(record: OperationRecord): Result<{ known: OperationRecord | undefined }, Fault>;
  /** Writes how it stands or ended. */
  update(record: OperationRecord): Result<void, Fault>;
  get(id: OperationId): Result<OperationRecord | undefined, Fault>;
  /** Idempotent. */
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS operation (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id TEXT NOT NULL UNIQUE,
    outcome      TEXT,
    record       TEXT NOT NULL
  ) STRICT`;

/** Opens or makes the file. A second process on the same file is refused by SQLite's exclusive lock, which the kernel
 *  frees when its holder dies.
 *  @fault DATA_IN_USE another host has it; DATA_UNREADABLE not a database, no permission; DISK_FULL. */
export function openOperationFile(
  path: string,
  limitRows: number = LIMITS.operationRecords,
): Result<OperationFile, Fault> {
  try {
    const database = new DatabaseSync(path, { timeout: 1_500 });
    // FULL: with NORMAL a power cut loses acknowledged rows, and the host would move a card twice.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec(SCHEMA);
    return ok(new SqliteOperationFile(database, limitRows));
  } catch (error) {
    return err(fileFault(error));
  }
}

class SqliteOperationFile implements OperationFile {
  readonly #database: DatabaseSync;
  readonly #limitRows: number;
  #rows: number;

  constructor(database: DatabaseSync, limitRows: number) {
    this.#database = database;
    this.#limitRows = limitRows;
    this.#rows = Number(database.prepare('SELECT count(*) AS n FROM operation').get()?.['n'] ?? 0);
  }

  begin(record: OperationRecord): Result<{ known: OperationRecord | undefined }, Fault> {
    return this.#guarded(() => {
      const known = this.#read(record.operationId);
      if (known !== undefined) return { known };
      this.#database
        .prepare('INSERT INTO operation (operation_id, outcome, record) VALUES (?, ?, ?)')
        .run(record.operationId, record.outcome ?? null, JSON.stringify(record));
      this.#rows += 1;
      if (this.#rows > this.#limitRows) this.#trim();
      return { known: undefined };
    });
  }

  update(record: OperationRecord): Result<void, Fault> {
    return this.#guarded(() => {
      this.#database
        .prepare('UPDATE operation SET outcome = ?, record = ? WHERE operation_id = ?')
        .run(record.outcome ?? null, JSON.stringify(record), record.operationId);
    });
  }

  get(id: OperationId): Result<OperationRecord | undefined, Fault> {
    return this.#guarded(() => this.#read(id));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #read(id: OperationId): OperationRecord | undefined {
    const row = this.#database.prepare('SELECT record FROM operation WHERE operation_id = ?').get(id);
    return row === undefined ? undefined : operationRecordSchema.parse(JSON.parse(String(row['record'])));
  }

  /** Open questions stay; of the answered ones the oldest go. */
  #trim(): void {
    const removed = this.#database
      .prepare(
        `DELETE FROM operation WHERE sequence IN
           (SELECT sequence FROM operation WHERE outcome IN ('done', 'notDone') ORDER BY sequence LIMIT ?)`,
      )
      .run(Math.min(LIMITS.operationTrimRows, Math.ceil(this.#limitRows / 2)));
    this.#rows -= Number(removed.changes);
  }

  #guarded<T>(job: () => T): Result<T, Fault> {
    try {
      return ok(job());
    } catch (error) {
      return err(fileFault(error));
    }
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html): 5 BUSY, 6 LOCKED, 10 IOERR, 13 FULL. */
function fileFault(error: unknown): Fault {
  const full = error as { errcode?: number; message?: string };
  const primary = (full.errcode ?? 0) & 0xff;
  const message = `operation file: ${full.message ?? 'unreadable'}`;
  if (primary === 5 || primary === 6) return deviceFault('DATA_IN_USE', message, 'configuration');
  if (primary === 13 || primary === 10) return deviceFault('DISK_FULL', message, 'maintenance');
  return deviceFault('DATA_UNREADABLE', message, 'maintenance');
}
