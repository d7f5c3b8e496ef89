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
  /** The row, or the first missing one. */
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
    return ok({ ...verifyRows(reader, { tid, fromJ: 0 }), tid, epoch: Number(reader.about('epoch') ?? 0) });
  } catch (error) {
    return err(faultOf('JOURNAL_UNREADABLE', `${file}: ${reasonOf(error)}`, 'maintenance'));
  } finally {
    db.value.close();
  }
}

/** The same over an open reader, for the rows after `fromJ`; the first of these is not compared with its predecessor
 *  unless `fromJ` is 0. */
export function verifyRows(reader: JournalReader, options: { tid: string; fromJ: number }): VerifyReport {
  const walk = new Walk(options.tid, options.fromJ);
  for (;;) {
    let page: RawRow[];
    try {
      page = reader.rawAfter(walk.lastJ, CORE_LIMITS.journalPageRows);
    } catch (error) {
      walk.find('JOURNAL_TORN', walk.lastJ + 1, `this row and those after it cannot be read: ${reasonOf(error)}`);
      break;
    }
    for (const raw of page) walk.take(raw);
    if (page.length < CORE_LIMITS.journalPageRows) break;
  }
  return {
    rows: walk.rows,
    lastJ: walk.lastJ,
    lastSeq: walk.lastSeq,
    head: walk.head,
    findings: walk.findings,
    total: walk.total,
  };
}

class Walk {
  rows = 0;
  lastJ: number;
  lastSeq = 0;
  head: string | null = null;
  total = 0;
  readonly findings: Finding[] = [];
  readonly #whole: boolean;
  #expectedPrev: string | undefined;
  #seqKnown = false;

  constructor(tid: string, fromJ: number) {
    this.lastJ = fromJ;
    this.#whole = fromJ === 0;
    this.#expectedPrev = this.#whole ? genesisHash(tid) : undefined;
  }

  find(code: Finding['code'], j: number, what: string): void {
    this.total += 1;
    if (this.findings.length < FINDINGS_LISTED) this.findings.push({ code, j, what });
  }

  take(raw: RawRow): void {
    const j = Number(raw['j']);
    if (this.#whole || this.rows > 0) this.#gap(j);
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
    this.#expectedPrev = row.hash;
    this.head = row.hash;
  }
}
