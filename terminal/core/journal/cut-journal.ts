import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { journalRowSchema, type JournalEvent, type JournalRow } from '@yimen/contracts/journal';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';
import type { Witnesses } from './examine.ts';
import { createCutFile, JOURNAL_FILE_NAME, JOURNAL_FORMAT, openForReading } from './journal-file.ts';
import { journalReader, type JournalReader, type RawRow } from './read.ts';
import { checkRow, encodeRow, genesisHash } from './row-codec.ts';
import { sqliteFault } from './sqlite-fault.ts';
import { verifyRows, type Finding } from './verify.ts';

/** What was done with a damaged journal. */
export interface CutJournal {
  /** What was found first. */
  readonly finding: Finding;
  /** The last row that is kept, and the name of the damaged file beside the new one. */
  readonly keptJ: number;
  readonly file: string | null;
  readonly epoch: number;
}

export interface CutOptions extends Witnesses {
  readonly folder: string;
  readonly boot: JournalRow['boot'];
  readonly clock: Clock;
  /** The epoch that the fleet issued. */
  readonly issued: number;
}

/** What of a damaged file can be read: the good beginning, and how far it knows of rows behind that. */
interface Remains {
  readonly db: DatabaseSync | undefined;
  readonly reader: JournalReader | undefined;
  readonly keptJ: number;
  readonly head: string;
  readonly since: number | null;
  /** The series of fleet numbers that begin in it, as its rows say. */
  readonly epochs: readonly { readonly epoch: number; readonly fromJ: number }[];
  /** 2: it has the row that the witness saw written; 1: it ends before that, or there is no witness; 0: another row stands
   *  in that place. */
  readonly trust: 0 | 1 | 2;
}

const NEXT = 'journal.next.sqlite';
const BESIDE = ['', '-wal', '-shm'] as const;

/** Cuts a damaged journal after its last good row. The good beginning is copied into a new file, which goes on in a new
 *  epoch: the fleet may have numbers of the old one that are lost here, and none may be given twice. Rows behind the cut
 *  that prove themselves one by one are kept beside the chain, so that nothing that was going on is forgotten or done
 *  again. The damaged file is put aside whole, under a name with the time. A crash in between is finished by `finishCut`.
 *  @fault JOURNAL_FULL, JOURNAL_IO the new file could not be made; the damaged one is where it was */
export function cutJournal(finding: Finding, options: CutOptions): Result<CutJournal, Fault> {
  const { folder } = options;
  const build = `${folder}/journal.build.sqlite`;
  const remains = bestOf(options);
  try {
    for (const end of BESIDE) rmSync(`${build}${end}`, { force: true });
    const cut = buildNext(build, finding, remains, options);
    renameSync(build, `${folder}/${NEXT}`);
    syncFolder(folder);
    remains.db?.close();
    const finished = finishCut(folder);
    return finished.ok ? ok(cut) : finished;
  } catch (error) {
    return err(sqliteFault(error, `cutting the journal in ${folder}`));
  } finally {
    if (remains.db?.isOpen === true) remains.db.close();
  }
}

/** Puts the damaged file aside and the new one in its place; does what is left of it after a crash. The new file lies
 *  finished beside the old one before anything is moved, and says what the old one shall be called.
 *  @fault JOURNAL_IO a file could not be moved */
export function finishCut(folder: string): Result<void, Fault> {
  const next = `${folder}/${NEXT}`;
  if (!existsSync(next)) return ok(undefined);
  try {
    const aside = asideName(next);
    if (aside !== '') {
      for (const end of BESIDE) putAside(`${folder}/${JOURNAL_FILE_NAME}${end}`, `${folder}/${aside}${end}`);
      syncFolder(folder);
    }
    renameSync(next, `${folder}/${JOURNAL_FILE_NAME}`);
    syncFolder(folder);
    return ok(undefined);
  } catch (error) {
    return err(faultOf('JOURNAL_IO', `putting the damaged journal aside: ${reasonOf(error)}`, 'maintenance'));
  }
}

function asideName(next: string): string {
  const opened = openForReading(next, 'alone');
  if (!opened.ok) throw new Error(opened.error.message);
  try {
    return journalReader(opened.value).about('putAside') ?? '';
  } finally {
    opened.value.close();
  }
}

/** Evidence: moved, synced, and from then on nobody's to write. */
function putAside(from: string, to: string): void {
  if (!existsSync(from)) return;
  if (existsSync(to)) throw new Error(`${to} is there already`);
  renameSync(from, to);
  const handle = openSync(to, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  chmodSync(to, 0o400);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The file with the log that lies beside it, or without: a log of another file, or a broken one, spoils good pages. What
 *  the witness knows decides between two that both seem whole. */
function bestOf({ folder, tid, head }: CutOptions): Remains {
  const file = `${folder}/${JOURNAL_FILE_NAME}`;
  const views = (['with-log', 'alone'] as const).map((log) => remainsOf(file, log, { tid, head }));
  const [best, ...others] = views.toSorted((a, b) => b.trust - a.trust || b.keptJ - a.keptJ);
  for (const other of others) other.db?.close();
  return best ?? nothingOf(tid);
}

function nothingOf(tid: string): Remains {
  return { db: undefined, reader: undefined, keptJ: 0, head: genesisHash(tid), since: null, epochs: [], trust: 1 };
}

function remainsOf(file: string, log: 'with-log' | 'alone', { tid, head }: Pick<CutOptions, 'tid' | 'head'>): Remains {
  const nothing = nothingOf(tid);
  const opened = openForReading(file, log);
  if (!opened.ok) return nothing;
  const db = opened.value;
  try {
    const reader = journalReader(db);
    const { findings, lastJ, epochs } = verifyRows(reader, { tid, fromJ: 0 });
    const trust = trustIn(reader, head);
    const ends = trust === 0 ? [head?.j ?? 0] : [];
    const last = lastGood(reader, Math.min(...findings.map((finding) => finding.j), lastJ + 1, ...ends));
    if (last === undefined) return { ...nothing, db, reader, trust };
    const kept = epochs.filter(({ fromJ }) => fromJ <= last.j);
    return { db, reader, keptJ: last.j, head: last.hash, since: last.wall, epochs: kept, trust };
  } catch {
    db.close();
    return nothing;
  }
}

function trustIn(reader: JournalReader, head: CutOptions['head']): Remains['trust'] {
  const seen = head === undefined || head.j === 0 ? undefined : readSome(reader, head.j - 1, 1)?.[0];
  if (head === undefined || seen === undefined || Number(seen['j']) !== head.j) return 1;
  return seen['hash'] === head.hash ? 2 : 0;
}

/** The last row before `bad`: the numbers before it may have left some out, at the beginning of an epoch. */
function lastGood(reader: JournalReader, bad: number): JournalRow | undefined {
  let last: RawRow | undefined;
  for (let j = 0; ;) {
    const page = pageAfter(reader, j, bad);
    last = page.at(-1) ?? last;
    if (page.length === 0) break;
    j = Number(last?.['j']);
  }
  return last === undefined ? undefined : journalRowSchema.parse(last);
}

/** Rows after `j` and before `bad`; one by one where a page of the file cannot be read. */
function pageAfter(reader: JournalReader, j: number, bad: number): RawRow[] {
  const rows = readSome(reader, j, CORE_LIMITS.journalPageRows) ?? readSome(reader, j, 1) ?? [];
  return rows.filter((row) => Number(row['j']) < bad);
}

function readSome(reader: JournalReader, j: number, limit: number): RawRow[] | undefined {
  try {
    return reader.rawAfter(j, limit);
  } catch {
    return undefined;
  }
}

function buildNext(build: string, finding: Finding, remains: Remains, options: CutOptions): CutJournal {
  const db = createCutFile(build);
  try {
    db.exec('BEGIN IMMEDIATE');
    copyGood(db, remains);
    const behind = copyProved(db, remains);
    const lastJ = Math.max(options.head?.j ?? 0, behind.lastJ, remains.keptJ);
    const epoch = 1 + Math.max(options.issued, options.head?.epoch ?? 0, ...epochsKnown(remains, options));
    const isThere = BESIDE.some((end) => existsSync(`${options.folder}/${JOURNAL_FILE_NAME}${end}`));
    const file = isThere ? freeName(options) : null;
    const cut = { finding, keptJ: remains.keptJ, file, epoch };
    const lost = Math.max(0, lastJ - remains.keptJ);
    openEpoch(db, { ...cut, lastJ, lost, proved: behind.proved }, remains, options);
    db.exec('COMMIT');
    return cut;
  } finally {
    db.close();
  }
}

function copyGood(db: DatabaseSync, { reader, keptJ }: Remains): void {
  if (reader === undefined) return;
  const insert = insertInto(db, 'journal');
  for (let j = 0; j < keptJ;) {
    const page = pageAfter(reader, j, keptJ + 1);
    if (page.length === 0) break;
    for (const row of page) insert(journalRowSchema.parse(row));
    j = Number(page.at(-1)?.['j']);
  }
}

/** Copies what stands behind the cut and proves itself, and what an earlier cut kept. */
function copyProved(db: DatabaseSync, { reader, keptJ }: Remains): { lastJ: number; proved: number } {
  if (reader === undefined) return { lastJ: 0, proved: 0 };
  const insert = insertInto(db, 'cut_row');
  let lastJ = 0;
  let proved = 0;
  const take = (raw: RawRow): void => {
    lastJ = Math.max(lastJ, Number(raw['j']));
    const row = journalRowSchema.safeParse(raw);
    if (!row.success || checkRow(row.data) !== undefined) return;
    insert(row.data);
    proved += 1;
  };
  const earlier = readable((j, limit) => reader.cutAfter(j, limit), 0);
  for (const raw of earlier) take(raw);
  proved = 0;
  for (const raw of readable((j, limit) => reader.rawAfter(j, limit), keptJ)) take(raw);
  return { lastJ, proved };
}

/** Whatever can still be read after `j`: past a page that cannot, number by number, as long as there is hope. */
function* readable(read: (j: number, limit: number) => RawRow[], after: number): Generator<RawRow> {
  let j = after;
  let missed = 0;
  let atOnce: number = CORE_LIMITS.journalPageRows;
  while (missed < CORE_LIMITS.journalUnreadableRows) {
    try {
      const page = read(j, atOnce);
      yield* page;
      if (page.length < atOnce) return;
      j = Number(page.at(-1)?.['j']);
    } catch {
      if (atOnce === 1) {
        j += 1;
        missed += 1;
      }
      atOnce = 1;
    }
  }
}

function epochsKnown({ reader, epochs }: Remains, { confirmed }: CutOptions): number[] {
  return [...epochs, ...(reader?.epochs() ?? []), ...confirmed].map(({ epoch }) => epoch);
}

interface OpenEpoch extends CutJournal {
  readonly lastJ: number;
  readonly lost: number;
  readonly proved: number;
}

/** The first rows of the new epoch: that it begins, and why. They are on the disk before the new file is in its place. */
function openEpoch(db: DatabaseSync, cut: OpenEpoch, remains: Remains, options: CutOptions): void {
  const { reader, keptJ, since } = remains;
  const keptSeq = reader === undefined ? 0 : lastSeqUpTo(reader, keptJ);
  const events: JournalEvent[] = [
    {
      kind: 'epoch-opened',
      fields: { epoch: cut.epoch, prevEpoch: cut.epoch - 1, prevHead: null, reason: 'journal-damaged' },
    },
    {
      kind: 'journal-damaged',
      fields: {
        row: cut.finding.j,
        fault: cut.finding.code,
        keptJ,
        keptSeq,
        lost: cut.lost,
        proved: cut.proved,
        since,
        file: cut.file,
      },
    },
  ];
  const fromJ = cut.lastJ + 1;
  writeRows(db, events, { fromJ, prevHash: remains.head }, options);
  const epochs = [...remains.epochs, { epoch: cut.epoch, fromJ }];
  const about = db.prepare('INSERT INTO about (name, value) VALUES (?, ?)');
  const words = { format: String(JOURNAL_FORMAT), tid: options.tid, epoch: String(cut.epoch) };
  for (const [name, value] of Object.entries({
    ...words,
    epochs: JSON.stringify(epochs),
    cutAfterJ: String(keptJ),
    putAside: cut.file ?? '',
  }))
    about.run(name, value);
}

function lastSeqUpTo(reader: JournalReader, keptJ: number): number {
  for (let j = keptJ; j > 0; j -= 1) {
    const seq = readSome(reader, j - 1, 1)?.[0]?.['seq'];
    if (typeof seq === 'number') return seq;
  }
  return 0;
}

function writeRows(
  db: DatabaseSync,
  events: readonly JournalEvent[],
  at: { fromJ: number; prevHash: string },
  { boot, clock }: CutOptions,
): void {
  const insert = insertInto(db, 'journal');
  let { prevHash } = at;
  for (const [i, { kind, fields }] of events.entries()) {
    const place = { j: at.fromJ + i, seq: i + 1, boot, mono: clock.monoMs(), wall: clock.wallMs(), prevHash };
    const row = encodeRow(kind, fields, place);
    if (!row.ok) throw new Error(row.error.message);
    insert(row.value);
    prevHash = row.value.hash;
  }
}

function insertInto(db: DatabaseSync, table: 'journal' | 'cut_row'): (row: JournalRow) => void {
  // A number that stands twice in a damaged file is taken once.
  const statement: StatementSync = db.prepare(
    `INSERT OR IGNORE INTO ${table} (j, seq, kind, boot, mono, wall, body, prev_hash, hash, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ j, seq, kind, boot, mono, wall, body, prevHash, hash, crc }) =>
    statement.run(j, seq, kind, boot, mono, wall, body, prevHash, hash, crc);
}

/** `journal.damaged-20261127T184603Z.sqlite`, and another where there is such a one. */
function freeName({ folder, clock }: CutOptions): string {
  const at = new Date(clock.wallMs()).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  for (let n = 1; ; n += 1) {
    const name = `journal.damaged-${at}${n === 1 ? '' : `-${n}`}.sqlite`;
    if (BESIDE.every((end) => !existsSync(`${folder}/${name}${end}`))) return name;
  }
}
