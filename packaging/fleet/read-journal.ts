import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { err, ok, type Result } from '@yimen/contracts/base';
import { EVENTS, type EventFields, type EventKind } from '@yimen/contracts/journal';
import { verifyJournal } from '@yimen/terminal/core';
import type { JournalBook, ServiceEnd } from './books.ts';
import { asItLies } from './as-it-lies.ts';

export interface ReadFault {
  readonly code: string;
  readonly message: string;
}

const BUSY_MS = 5_000;
const FIRST_DAMAGED = 5;

/** Reads a terminal's journal, live or at rest, and the cursor of its outbox when that lies beside it. Reads only.
 *  @fault JOURNAL_UNREADABLE no such file, no right to read it, or not a journal */
export function readJournal(file: string): Result<JournalBook, ReadFault> {
  // First of all: what is appended after the verifying is news.
  const verified = verifyJournal(file);
  if (!verified.ok) return verified;
  const { tid, epoch, total, findings } = verified.value;
  try {
    const acknowledgedSeq = readCursor(join(dirname(file), 'outbox.sqlite'), epoch);
    const rows = withDatabase(file, rowsOf);
    const damaged = { total, first: findings.slice(0, FIRST_DAMAGED).map(({ j }) => j) };
    return ok({ tid, epoch, damaged, acknowledgedSeq, ...rows });
  } catch (error) {
    const message = `${file}: ${error instanceof Error ? error.message : String(error)}`;
    return err({ code: 'JOURNAL_UNREADABLE', message });
  }
}

function withDatabase<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(asItLies(file), { readOnly: true, timeout: BUSY_MS });
  try {
    // One snapshot for all questions.
    db.exec('BEGIN');
    return read(db);
  } finally {
    db.close();
  }
}

function readCursor(file: string, epoch: number): number | null {
  if (!existsSync(file)) return null;
  const row = withDatabase(file, (db) => db.prepare('SELECT up_to AS upTo FROM cursor WHERE epoch = ?').get(epoch));
  return typeof row?.['upTo'] === 'number' ? row['upTo'] : 0;
}

type Read = Pick<
  JournalBook,
  | 'lastSeq'
  | 'ends'
  | 'corrections'
  | 'sessions'
  | 'cases'
  | 'bills'
  | 'compensations'
  | 'openIncidents'
  | 'handOuts'
  | 'openOperations'
>;

/** Where rows are read from. A journal that was cut after a damage holds several epochs, and beside its chain those rows
 *  from behind the cut that prove themselves. */
interface Source {
  readonly db: DatabaseSync;
  readonly table: string;
  /** First row of the newest epoch. */
  readonly fromJ: number;
}

const epochsSchema = z.array(z.object({ fromJ: z.int().min(1) })).min(1);

function sourceOf(db: DatabaseSync): Source {
  const isCut = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'cut_row'").get() !== undefined;
  if (!isCut) return { db, table: 'journal', fromJ: 1 };
  const said = db.prepare("SELECT value FROM about WHERE name = 'epochs'").get()?.['value'];
  const fromJ = epochsSchema.parse(JSON.parse(String(said))).at(-1)?.fromJ ?? 1;
  const columns = 'j, seq, kind, wall, body, session_id, operation_id';
  return { db, table: `(SELECT ${columns} FROM journal UNION ALL SELECT ${columns} FROM cut_row)`, fromJ };
}

function lastSeq({ db, fromJ }: Source): number {
  return Number(db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM journal WHERE j >= ?').get(fromJ)?.['seq'] ?? 0);
}

function rowsOf(db: DatabaseSync): Read {
  const from = sourceOf(db);
  const ended = new Set(rows(from, 'session-ended').map(({ fields }) => fields.sessionId));
  const closed = new Map(rows(from, 'case-closed').map(({ fields }) => [fields.caseRef, fields.state]));
  return {
    lastSeq: lastSeq(from),
    ends: rows(from, 'service-result').map(serviceEnd),
    corrections: rows(from, 'service-corrected').map(({ seq, fields }) => ({
      ...fields,
      of: seq < 0 ? -fields.of : fields.of,
      seq,
    })),
    sessions: rows(from, 'session-started').map(({ wall, fields }) => ({
      sessionId: fields.sessionId,
      wall,
      isOver: ended.has(fields.sessionId),
    })),
    cases: rows(from, 'case-opened').map(({ fields: { sessionId, caseRef } }) => ({
      sessionId,
      caseRef,
      closedAs: closed.get(caseRef) ?? null,
    })),
    bills: rows(from, 'bill-opened').map(({ fields: { sessionId, caseRef, billRef, amountFen } }) => ({
      sessionId,
      caseRef,
      billRef,
      amountFen,
    })),
    compensations: lastOf(rows(from, 'compensation'), ({ fields }) => fields.caseRef)
      .filter(({ fields }) => fields.state === 'opened')
      .map(({ wall, fields: { sessionId, caseRef, amountFen } }) => ({ sessionId, caseRef, amountFen, wall })),
    openIncidents: lastOf(rows(from, 'incident'), ({ fields }) => fields.number)
      .filter(({ fields }) => fields.state === 'opened')
      .map(({ wall, fields: { number, stop } }) => ({ number, stop, wall })),
    handOuts: lastOf(
      rows(from, 'goods-moved').flatMap(({ wall, fields: { sessionId, to, outcome } }) =>
        sessionId !== undefined && to === 'holder' && outcome === 'done' ? [{ sessionId, wall }] : [],
      ),
      ({ sessionId }) => sessionId,
    ),
    openOperations: openOperations(from),
  };
}

interface Row<K extends EventKind> {
  /** Below zero: a number of an earlier epoch, which the fleet keeps in another ledger. */
  readonly seq: number;
  readonly wall: number;
  readonly fields: EventFields<K>;
}

/** Rows that do not fit (damaged, of another program) are left out: the verifier names those. */
function rows<K extends EventKind>({ db, table, fromJ }: Source, kind: K): Row<K>[] {
  const schema = z.object(EVENTS[kind].fields.shape) as unknown as z.ZodType<EventFields<K>>;
  return db
    .prepare(
      `SELECT iif(j < ?2, -seq, seq) AS seq, wall, body FROM ${table} WHERE kind = ?1 AND json_valid(body) ORDER BY j`,
    )
    .all(kind, fromJ)
    .flatMap(({ seq, wall, body }) => {
      const fields = schema.safeParse(JSON.parse(String(body)));
      return fields.success ? [{ seq: Number(seq ?? 0), wall: Number(wall), fields: fields.data }] : [];
    });
}

function serviceEnd({ seq, wall, fields }: Row<'service-result'>): ServiceEnd {
  const { sessionId, service, outcome, stop, incident, chargedFen, refundedFen, produced, handedOver } = fields;
  return { seq, wall, sessionId, service, outcome, stop, incident, chargedFen, refundedFen, produced, handedOver };
}

function lastOf<T>(all: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(all.map((row) => [key(row), row])).values()];
}

/** A slip or a sheet is never owed: it is on the screen too, or printed again by its receipt. */
function openOperations({ db, table }: Source): JournalBook['openOperations'] {
  return db
    .prepare(
      `SELECT i.operation_id AS operationId, i.session_id AS sessionId, i.body ->> '$.verb' AS verb, i.wall AS wall FROM ${table} AS i
        WHERE i.kind = 'operation-intended' AND i.operation_id IS NOT NULL AND json_valid(i.body)
          AND i.body ->> '$.verb' NOT IN ('printReceipt', 'printDocument')
          AND NOT EXISTS (SELECT 1 FROM ${table} AS e WHERE e.operation_id = i.operation_id
            AND e.kind IN ('operation-ended', 'operation-resolved') AND e.body ->> '$.outcome' <> 'unknown')
        ORDER BY i.j`,
    )
    .all()
    .map(({ operationId, sessionId, verb, wall }) => ({
      operationId: String(operationId),
      sessionId: sessionId === null ? null : String(sessionId),
      verb: String(verb),
      wall: Number(wall),
    }));
}
