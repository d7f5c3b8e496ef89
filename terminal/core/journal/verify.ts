import type { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { journalRowSchema, type JournalRow } from '@yimen/contracts/journal';
import { faultOf, reasonOf } from '../platform/fault.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { openForReading } from './journal-file.ts';
import { journalReader, type JournalReader, type RawRow } from './read.ts';
import { checkRow, genesisHash } from './row-codec.ts';

export interface Finding {
  /** JOURNAL_TORN bits were lost; JOURNAL_CHANGED it was altered; JOURNAL_GAP numbers are missing; JOURNAL_CHAIN it does
   *  not continue the row before it. */
  readonly code: 'JOURNAL_TORN' | 'JOURNAL_CHANGED' | 'JOURNAL_GAP' | 'JOURNAL_CHAIN';
  /** The row, or the first missing one; 0: no row, the file's own structure. */
  readonly j: number;
  readonly what: string;
}

export interface VerifyReport {
  readonly rows: number;
  readonly lastJ: number;
  readonly lastSeq: number;
  /** Hash of the last row, base64url: what a checkpoint elsewhere must equal. */
  readonly head: string | null;
  /** The first findings, oldest first; `total` counts all. */
  readonly findings: readonly Finding[];
  readonly total: number;
  /** The series of fleet numbers that begin among these rows. */
  readonly epochs: readonly { readonly epoch: number; readonly fromJ: number }[];
}

/** Findings listed by name; a file that is damaged throughout needs no longer list. */
const FINDINGS_LISTED = 50;

/** Reads a whole journal and names what is torn, changed, missing or out of the chain. Live files may be read.
 *  What it cannot see: rows cut off at the end together with their hashes; the fleet's numbers show those.
 *  @fault JOURNAL_UNREADABLE the file cannot be opened or is no journal */
export function verifyJournal(file: string): Result<VerifyReport & { tid: string; epoch: number }, Fault> {
  const db = openForReading(file);
  if (!db.ok) return db;
  try {
    const reader = journalReader(db.value);
    const tid = reader.about('tid') ?? '';
    const rows = verifyRows(reader, { tid, fromJ: 0 });
    const findings = [...structureFindings(db.value), ...wordFindings(reader, rows), ...rows.findings];
    const total = rows.total + findings.length - rows.findings.length;
    return ok({ ...rows, findings, total, tid, epoch: Number(reader.about('epoch') ?? 0) });
  } catch (error) {
    return err(faultOf('JOURNAL_UNREADABLE', `${file}: ${reasonOf(error)}`, 'maintenance'));
  } finally {
    db.value.close();
  }
}

/** What SQLite finds wrong in the file itself: pages, order, indexes. An index that lies hides rows from every question. */
export function structureFindings(db: DatabaseSync): Finding[] {
  const told = db.prepare('PRAGMA integrity_check(3)').all();
  return told.flatMap((row): Finding[] => {
    const line = row['integrity_check'];
    return line === 'ok' ? [] : [{ code: 'JOURNAL_TORN', j: 0, what: `the file's own structure: ${String(line)}` }];
  });
}

/** What the file says of itself against its rows, all of which were read. */
export function wordFindings(reader: JournalReader, rows: VerifyReport): Finding[] {
  const find = (what: string): Finding[] => [{ code: 'JOURNAL_TORN', j: 0, what }];
  const said = reader.epochs().map(({ epoch, fromJ }) => `${epoch} from j ${fromJ}`);
  const found = rows.epochs.map(({ epoch, fromJ }) => `${epoch} from j ${fromJ}`);
  if (rows.total === 0 && said.join() !== found.join() && found.length > 0)
    return find(`it says its epochs are ${said.join(', ')}, its rows say ${found.join(', ')}`);
  const last = reader.epochs().at(-1)?.epoch;
  if (last !== undefined && String(last) !== reader.about('epoch')) return find('it names two epochs as its last');
  return cutFindings(reader);
}

/** Rows behind a cut stand alone, each proved by its own checksum and hash. */
function cutFindings(reader: JournalReader): Finding[] {
  for (let j = 0; ;) {
    const page = reader.cutAfter(j, CORE_LIMITS.journalPageRows);
    for (const raw of page) {
      j = Number(raw['j']);
      const row = journalRowSchema.safeParse(raw);
      if (!row.success || checkRow(row.data) !== undefined)
        return [{ code: 'JOURNAL_TORN', j: 0, what: `row j ${j}, kept from behind a cut, is damaged` }];
    }
    if (page.length < CORE_LIMITS.journalPageRows) return [];
  }
}

/** The same over an open reader, for the rows after `fromJ`; the first of these is not compared with its predecessor
 *  unless `fromJ` is 0. */
export function verifyRows(reader: JournalReader, options: { tid: string; fromJ: number }): VerifyReport {
  const steps = stepRows(reader, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same in steps, one page of rows each, for whoever has other work to do in between. A step gives what was found so
 *  far; the last one the whole report. */
export function* stepRows(
  reader: JournalReader,
  options: { tid: string; fromJ: number },
): Generator<readonly Finding[], VerifyReport, undefined> {
  const walk = new Walk(options.tid, options.fromJ);
  let atOnce: number = CORE_LIMITS.journalPageRows;
  for (;;) {
    let page: RawRow[];
    try {
      page = reader.rawAfter(walk.lastJ, atOnce);
    } catch (error) {
      // Those before the unreadable one are read one by one.
      if (atOnce > 1) {
        atOnce = 1;
        continue;
      }
      walk.find('JOURNAL_TORN', walk.lastJ + 1, `this row and those after it cannot be read: ${reasonOf(error)}`);
      break;
    }
    for (const raw of page) walk.take(raw);
    if (page.length < atOnce) break;
    yield walk.findings;
  }
  return walk.report();
}

class Walk {
  rows = 0;
  lastJ: number;
  lastSeq = 0;
  head: string | null = null;
  total = 0;
  readonly findings: Finding[] = [];
  readonly epochs: { epoch: number; fromJ: number }[] = [];
  readonly #whole: boolean;
  #expectedPrev: string | undefined;
  #seqKnown = false;

  constructor(tid: string, fromJ: number) {
    this.lastJ = fromJ;
    this.#whole = fromJ === 0;
    this.#expectedPrev = this.#whole ? genesisHash(tid) : undefined;
  }

  report(): VerifyReport {
    const { rows, lastJ, lastSeq, head, findings, total, epochs } = this;
    return { rows, lastJ, lastSeq, head, findings, total, epochs };
  }

  find(code: Finding['code'], j: number, what: string): void {
    this.total += 1;
    if (this.findings.length < FINDINGS_LISTED) this.findings.push({ code, j, what });
  }

  take(raw: RawRow): void {
    const j = Number(raw['j']);
    if (raw['kind'] === 'epoch-opened') this.#newSeries(j);
    else if (this.#whole || this.rows > 0) this.#gap(j);
    this.rows += 1;
    this.lastJ = j;
    const parsed = journalRowSchema.safeParse(raw);
    if (!parsed.success) {
      this.find(
        'JOURNAL_TORN',
        j,
        `its columns are not those of a row: ${parsed.error.issues[0]?.path.join('.') ?? ''}`,
      );
      this.#expectedPrev = undefined;
      return;
    }
    this.#judge(parsed.data);
  }

  /** A new epoch counts for the fleet from 1 again. After a cut it leaves out the numbers of the rows that were cut, so
   *  that none is given twice; that the cut was made there is proved by the chain, which goes on from the row before. */
  #newSeries(j: number): void {
    if (j <= this.lastJ) this.#gap(j);
    this.lastSeq = 0;
    this.#seqKnown = true;
  }

  #gap(j: number): void {
    if (j === this.lastJ + 1) return;
    const last = j - 1;
    const which =
      last === this.lastJ + 1 ? `row j ${last} is missing` : `rows j ${this.lastJ + 1} to ${last} are missing`;
    this.find('JOURNAL_GAP', this.lastJ + 1, which);
    // The chain and the fleet's numbers across a gap are broken for the same reason; one finding names it.
    this.#expectedPrev = undefined;
    this.#seqKnown = false;
  }

  #judge(row: JournalRow): void {
    const bad = checkRow(row);
    if (bad !== undefined) this.find(bad.code, row.j, bad.what);
    if (this.#expectedPrev !== undefined && row.prevHash !== this.#expectedPrev) {
      this.find('JOURNAL_CHAIN', row.j, `it does not continue row j ${row.j - 1}: one of the two was replaced`);
    }
    if (row.seq !== null) {
      if (this.#seqKnown && row.seq !== this.lastSeq + 1) {
        this.find('JOURNAL_GAP', row.j, `its fleet number is ${row.seq} after ${this.lastSeq}`);
      }
      this.lastSeq = row.seq;
      this.#seqKnown = true;
    }
    if (row.kind === 'epoch-opened' && bad === undefined) this.epochs.push({ epoch: epochOf(row), fromJ: row.j });
    this.#expectedPrev = row.hash;
    this.head = row.hash;
  }
}

function epochOf(row: JournalRow): number {
  const { epoch } = JSON.parse(row.body) as { epoch?: unknown };
  return typeof epoch === 'number' ? epoch : 0;
}
