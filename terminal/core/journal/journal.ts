import { chmodSync, mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import {
  err,
  ok,
  operationIdSchema,
  type CancelTimer,
  type Clock,
  type OperationId,
  type Result,
} from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { EVENTS, type JournalEvent, type JournalRow } from '@yimen/contracts/journal';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { listeners } from '../platform/listeners.ts';
import { cutJournal, finishCut, type CutJournal } from './cut-journal.ts';
import { examine, isLongJournal } from './examine.ts';
import { openHeadWitness, readHeadWitness, type HeadWitness } from './head-witness.ts';
import { JOURNAL_FILE_NAME, JOURNAL_FORMAT, openForWriting } from './journal-file.ts';
import { forgetSuspicion, patrolJournal } from './patrol.ts';
import { journalReader, type JournalReader } from './read.ts';
import { checkEvent, encodeRow, genesisHash, type UncheckedEvent } from './row-codec.ts';
import { sqliteFault } from './sqlite-fault.ts';
import type { Finding } from './verify.ts';
import { lockWriter, type WriterLock } from './writer-lock.ts';

export interface JournalOptions {
  /** The folder that holds the journal; made (mode 0700) when it is not there. */
  readonly folder: string;
  readonly tid: string;
  /** The ledger's epoch, issued by the fleet. A journal that was cut has gone on in a later one since. */
  readonly epoch: number;
  readonly boot: JournalRow['boot'];
  readonly clock: Clock;
  /** What the fleet has confirmed, by epoch: a journal that ends before that has lost rows. */
  readonly confirmed?: readonly { readonly epoch: number; readonly upTo: number }[];
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
  /** It was found damaged at this start, and cut; undefined nearly always. */
  readonly cut: CutJournal | undefined;
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
  /** Damage among older rows, found while core works: the next start cuts the journal there. */
  onDamage(fn: (finding: Finding) => void): () => void;
  close(): void;
}

/** Opens the journal of a folder, alone; a new one begins with `epoch-opened`.
 *  @fault DATA_IN_USE another core works there; DATA_UNREADABLE the folder cannot be written; configuration it belongs to
 *  another terminal, epoch or a later program; JOURNAL_UNREADABLE it may not be read; JOURNAL_FULL, JOURNAL_IO. A damaged
 *  one is no fault: it is put aside and cut after its last good row. */
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
  const cut = cutWhereDamaged(file, options);
  if (!cut.ok) return cut;
  const db = openForWriting(file, options.limitBytes ?? CORE_LIMITS.journalFileBytes);
  if (!db.ok) return db;
  try {
    chmodSync(file, 0o600);
    const epoch = checkOwner(db.value, journalReader(db.value), options);
    if (!epoch.ok) {
      db.value.close();
      return epoch;
    }
    const open = { db: db.value, lock, epoch: epoch.value, cut: cut.value, witness: openHeadWitness(options.folder) };
    const journal = new SqliteJournal(file, open, options);
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

/** Nothing is written to a file before it was held against its own chain, the witness beside it and what the fleet has. */
function cutWhereDamaged(file: string, options: JournalOptions): Result<CutJournal | undefined, Fault> {
  const { folder, tid, boot, clock, epoch: issued } = options;
  const finished = finishCut(folder);
  if (!finished.ok) return finished;
  const witnesses = { tid, head: readHeadWitness(folder), confirmed: options.confirmed ?? [] };
  const found = examine(file, witnesses);
  if (!found.ok) return found;
  const cut = found.value && cutJournal(found.value, { ...witnesses, folder, boot, clock, issued });
  if (cut?.ok === false) return cut;
  forgetSuspicion(folder);
  return ok(cut?.value);
}

/** A journal belongs to one terminal for ever, and to the epoch that the fleet issued or to one that it opened itself after
 *  a damage: the fleet's keys are (terminal, epoch, seq). @returns the epoch in which it goes on */
function checkOwner(db: DatabaseSync, reader: JournalReader, options: JournalOptions): Result<number, Fault> {
  const mine: readonly (readonly [string, string])[] = [
    ['format', String(JOURNAL_FORMAT)],
    ['tid', options.tid],
    ['epoch', String(options.epoch)],
  ];
  const insert = db.prepare('INSERT OR IGNORE INTO about (name, value) VALUES (?, ?)');
  for (const [name, value] of mine) {
    if (reader.about(name) === undefined) insert.run(name, value);
    const found = reader.about(name);
    const goesOn = name === 'epoch' && reader.about('cutAfterJ') !== undefined && Number(found) > options.epoch;
    if (found !== value && !goesOn) {
      const why = `the journal in ${options.folder} has ${name} ${found ?? 'none'}, this terminal has ${value}: give it another data folder`;
      return err(faultOf('configuration', why, 'configuration'));
    }
  }
  return ok(Number(reader.about('epoch')));
}

interface OpenFile {
  readonly db: DatabaseSync;
  readonly lock: WriterLock;
  readonly witness: HeadWitness;
  readonly epoch: number;
  readonly cut: CutJournal | undefined;
}

class SqliteJournal implements Journal {
  readonly file: string;
  readonly tid: string;
  readonly epoch: number;
  readonly boot: JournalRow['boot'];
  readonly reader: JournalReader;
  readonly cut: CutJournal | undefined;
  readonly #db: DatabaseSync;
  readonly #lock: WriterLock;
  readonly #witness: HeadWitness;
  readonly #clock: Clock;
  readonly #insert;
  readonly #appended = listeners<readonly JournalRow[]>();
  readonly #troubled = listeners<Fault | undefined>();
  readonly #damaged = listeners<Finding>();
  readonly #stopPatrol: CancelTimer;
  #head: JournalHead;
  #newest: OperationId | null;
  #trouble: Fault | undefined;
  #open = true;

  constructor(file: string, { db, lock, witness, epoch, cut }: OpenFile, options: JournalOptions) {
    this.file = file;
    this.tid = options.tid;
    this.epoch = epoch;
    this.boot = options.boot;
    // Made anew: it reads what the file says of itself, which a new file has only now been told.
    this.reader = journalReader(db);
    this.cut = cut;
    this.#db = db;
    this.#lock = lock;
    this.#witness = witness;
    this.#clock = options.clock;
    this.#insert = db.prepare(
      'INSERT INTO journal (j, seq, kind, boot, mono, wall, body, prev_hash, hash, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#head = this.#readHead();
    this.#newest = this.reader.newestOperationId();
    this.#witness.keep({ epoch, ...this.#head });
    this.#stopPatrol = isLongJournal(this.reader) ? this.#patrol(options) : () => undefined;
  }

  #patrol({ folder, tid, clock }: JournalOptions): CancelTimer {
    const onFound = (finding: Finding): void => {
      this.#damaged.tell(finding);
    };
    return patrolJournal({ reader: this.reader, folder, tid, clock, onFound });
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
      this.#witness.keep({ epoch: this.epoch, ...this.#head });
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

  onDamage(fn: (finding: Finding) => void): () => void {
    return this.#damaged.add(fn);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stopPatrol();
    this.#db.close();
    this.#witness.close();
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
