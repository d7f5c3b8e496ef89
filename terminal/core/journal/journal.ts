import { chmodSync, mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { err, ok, type Clock, type Result, operationIdSchema, type OperationId } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { EVENTS, type JournalEvent, type JournalRow } from '@yimen/contracts/journal';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { listeners } from '../platform/listeners.ts';
import { JOURNAL_FILE_NAME, JOURNAL_FORMAT, openForWriting } from './journal-file.ts';
import { journalReader, type JournalReader } from './read.ts';
import { checkEvent, encodeRow, genesisHash, type UncheckedEvent } from './row-codec.ts';
import { sqliteFault } from './sqlite-fault.ts';
import { verifyRows } from './verify.ts';
import { lockWriter, type WriterLock } from './writer-lock.ts';

export interface JournalOptions {
  /** The folder that holds the journal; made (mode 0700) when it is not there. */
  readonly folder: string;
  readonly tid: string;
  /** The ledger's epoch, issued by the fleet. */
  readonly epoch: number;
  readonly boot: JournalRow['boot'];
  readonly clock: Clock;
  /** Bound of the file; tests make it small to fill the disk. */
  readonly limitBytes?: number;
}

export interface JournalHead {
  readonly j: number;
  readonly seq: number;
  readonly hash: string;
}

/** The record of everything the terminal did. One writer, append-only; a row that was returned is on the disk. */
export interface Journal {
  readonly file: string;
  readonly tid: string;
  readonly epoch: number;
  readonly boot: JournalRow['boot'];
  readonly reader: JournalReader;
  /** Writes all events as one transaction, synced before it returns, or none.
   *  @fault JOURNAL_FIELD an event is not on the allow-list; JOURNAL_FULL, JOURNAL_IO nothing was written */
  append(events: readonly JournalEvent[]): Result<readonly JournalRow[], Fault>;
  /** The same for events of another process, whose kinds and fields only the table can judge. */
  appendUnchecked(events: readonly UncheckedEvent[]): Result<readonly JournalRow[], Fault>;
  /** The same where nobody can do anything about a failure at that place: it is the journal's own trouble, which stops
   *  every further effect and takes the terminal out of service. */
  note(events: readonly JournalEvent[]): void;
  head(): JournalHead;
  /** The newest effect by its own time, whoever made it; null before the first. */
  newestOperationId(): OperationId | null;
  /** Why the last append failed; undefined while the journal works. While it is set nothing that changes state may be asked for. */
  trouble(): Fault | undefined;
  onAppended(fn: (rows: readonly JournalRow[]) => void): () => void;
  onTrouble(fn: (fault: Fault | undefined) => void): () => void;
  close(): void;
}

/** Opens the journal of a folder, alone; a new one begins with `epoch-opened`.
 *  @fault DATA_IN_USE another core works there; DATA_UNREADABLE the folder cannot be written; configuration it belongs to
 *  another terminal, epoch or a later program; JOURNAL_TORN … its last rows are damaged; JOURNAL_FULL, JOURNAL_IO */
export function openJournal(options: JournalOptions): Result<Journal, Fault> {
  try {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    return err(faultOf('DATA_UNREADABLE', `the data folder cannot be made: ${reasonOf(error)}`, 'configuration'));
  }
  const lock = lockWriter(options.folder);
  if (!lock.ok) return lock;
  const opened = openLocked(options, lock.value);
  if (!opened.ok) lock.value.release();
  return opened;
}

function openLocked(options: JournalOptions, lock: WriterLock): Result<Journal, Fault> {
  const file = `${options.folder}/${JOURNAL_FILE_NAME}`;
  const db = openForWriting(file, options.limitBytes ?? CORE_LIMITS.journalFileBytes);
  if (!db.ok) return db;
  try {
    chmodSync(file, 0o600);
    const reader = journalReader(db.value);
    const fits = checkOwner(db.value, reader, options);
    if (!fits.ok) {
      db.value.close();
      return fits;
    }
    const tail = verifyRows(reader, {
      tid: options.tid,
      fromJ: Math.max(0, (reader.lastRow()?.j ?? 0) - CORE_LIMITS.journalTailRows),
    });
    const bad = tail.findings[0];
    if (bad !== undefined) {
      db.value.close();
      return err(faultOf(bad.code, `the journal's row j ${bad.j} cannot be trusted: ${bad.what}`, 'maintenance'));
    }
    const journal = new SqliteJournal(file, db.value, reader, lock, options);
    if (journal.head().j > 0) return ok(journal);
    const begun = journal.append([
      {
        kind: 'epoch-opened',
        fields: { epoch: options.epoch, prevEpoch: null, prevHead: null, reason: 'first-start' },
      },
    ]);
    return begun.ok ? ok(journal) : begun;
  } catch (error) {
    db.value.close();
    return err(sqliteFault(error, `reading ${file}`));
  }
}

/** A journal belongs to one terminal and one epoch for ever; the fleet's keys are (terminal, epoch, seq). */
function checkOwner(db: DatabaseSync, reader: JournalReader, options: JournalOptions): Result<void, Fault> {
  const mine: readonly (readonly [string, string])[] = [
    ['format', String(JOURNAL_FORMAT)],
    ['tid', options.tid],
    ['epoch', String(options.epoch)],
  ];
  const insert = db.prepare('INSERT OR IGNORE INTO about (name, value) VALUES (?, ?)');
  for (const [name, value] of mine) {
    if (reader.about(name) === undefined) insert.run(name, value);
    const found = reader.about(name);
    if (found !== value) {
      const why = `the journal in ${options.folder} has ${name} ${found ?? 'none'}, this terminal has ${value}: give it another data folder`;
      return err(faultOf('configuration', why, 'configuration'));
    }
  }
  return ok(undefined);
}

class SqliteJournal implements Journal {
  readonly file: string;
  readonly tid: string;
  readonly epoch: number;
  readonly boot: JournalRow['boot'];
  readonly reader: JournalReader;
  readonly #db: DatabaseSync;
  readonly #lock: WriterLock;
  readonly #clock: Clock;
  readonly #insert;
  readonly #appended = listeners<readonly JournalRow[]>();
  readonly #troubled = listeners<Fault | undefined>();
  #head: JournalHead;
  #newest: OperationId | null;
  #trouble: Fault | undefined;
  #open = true;

  constructor(file: string, db: DatabaseSync, reader: JournalReader, lock: WriterLock, options: JournalOptions) {
    this.file = file;
    this.tid = options.tid;
    this.epoch = options.epoch;
    this.boot = options.boot;
    this.reader = reader;
    this.#db = db;
    this.#lock = lock;
    this.#clock = options.clock;
    this.#insert = db.prepare(
      'INSERT INTO journal (j, seq, kind, boot, mono, wall, body, prev_hash, hash, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#head = this.#readHead();
    this.#newest = reader.newestOperationId();
  }

  note(events: readonly JournalEvent[]): void {
    // What `append` answers is also what `trouble` says from now on.
    void (this.append(events) as unknown);
  }

  append(events: readonly JournalEvent[]): Result<readonly JournalRow[], Fault> {
    return this.appendUnchecked(events);
  }

  appendUnchecked(events: readonly UncheckedEvent[]): Result<readonly JournalRow[], Fault> {
    const rows = this.#encode(events);
    if (!rows.ok) return rows;
    const written = this.#write(rows.value);
    this.#setTrouble(written.ok ? undefined : written.error);
    if (!written.ok) return written;
    const last = rows.value.at(-1);
    if (last !== undefined) {
      const seq = rows.value.findLast((row) => row.seq !== null)?.seq ?? this.#head.seq;
      this.#head = { j: last.j, seq, hash: last.hash };
      this.#noteOperations(events);
      this.#appended.tell(rows.value);
    }
    return rows;
  }

  head(): JournalHead {
    return this.#head;
  }

  newestOperationId(): OperationId | null {
    return this.#newest;
  }

  trouble(): Fault | undefined {
    return this.#trouble;
  }

  onAppended(fn: (rows: readonly JournalRow[]) => void): () => void {
    return this.#appended.add(fn);
  }

  onTrouble(fn: (fault: Fault | undefined) => void): () => void {
    return this.#troubled.add(fn);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#db.close();
    this.#lock.release();
  }

  /** Numbers and chains the events without touching the disk. */
  #encode(events: readonly UncheckedEvent[]): Result<JournalRow[], Fault> {
    if (events.length > CORE_LIMITS.journalBatch)
      return err(faultOf('JOURNAL_FIELD', `${events.length} events at once`));
    const rows: JournalRow[] = [];
    let { j, seq, hash } = this.#head;
    const mono = this.#clock.monoMs();
    const wall = this.#clock.wallMs();
    for (const event of events) {
      const checked = checkEvent(event);
      if (!checked.ok) return checked;
      const { kind, fields } = checked.value;
      j += 1;
      if (EVENTS[kind].forFleet) seq += 1;
      const row = encodeRow(kind, fields, {
        j,
        seq: EVENTS[kind].forFleet ? seq : null,
        boot: this.boot,
        mono,
        wall,
        prevHash: hash,
      });
      if (!row.ok) return row;
      hash = row.value.hash;
      rows.push(row.value);
    }
    return ok(rows);
  }

  #write(rows: readonly JournalRow[]): Result<void, Fault> {
    if (!this.#open) return err(faultOf('JOURNAL_IO', 'the journal is closed'));
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const row of rows) {
        this.#insert.run(
          row.j,
          row.seq,
          row.kind,
          row.boot,
          row.mono,
          row.wall,
          row.body,
          row.prevHash,
          row.hash,
          row.crc,
        );
      }
      this.#db.exec('COMMIT');
      return ok(undefined);
    } catch (error) {
      this.#undo();
      return err(sqliteFault(error, 'writing the journal'));
    }
  }

  #noteOperations(events: readonly UncheckedEvent[]): void {
    for (const { fields } of events) {
      const id = operationIdSchema.safeParse(fields['operationId']);
      // Version 7 ids sort by time, as text too.
      if (id.success && (this.#newest === null || id.data > this.#newest)) this.#newest = id.data;
    }
  }

  /** After a failed write the disk decides what the head is: nothing is assumed. */
  #undo(): void {
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#head = this.#readHead();
    } catch {
      // The head in memory still names the last row that was confirmed; the next append is refused by the same trouble.
    }
  }

  #readHead(): JournalHead {
    const last = this.reader.lastRow();
    return { j: last?.j ?? 0, seq: this.reader.lastSeq(), hash: last?.hash ?? genesisHash(this.tid) };
  }

  #setTrouble(fault: Fault | undefined): void {
    const changed = fault?.code !== this.#trouble?.code;
    this.#trouble = fault;
    if (changed) this.#troubled.tell(fault);
  }
}
