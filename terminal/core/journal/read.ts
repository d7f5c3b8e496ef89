import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { operationIdSchema, type OperationId } from '@yimen/contracts/base';
import { EVENTS, journalRowSchema, type EventFields, type JournalRow } from '@yimen/contracts/journal';
import { pastEventSchema, type PastEvent } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import { DEVICE_KINDS, MONEY_KIND, STAFF_KINDS, STATUS_KIND } from './journal-file.ts';

const COLUMNS = 'j, seq, kind, boot, mono, wall, body, prev_hash AS prevHash, hash, crc';
export type RawRow = Record<string, SQLOutputValue>;

export type DeviceRowKind = 'device-pinned' | 'device-held' | 'recovery-step' | 'supply-warning' | 'door' | 'power';
export interface DeviceRow<K extends DeviceRowKind | 'device-status'> {
  readonly wall: number;
  readonly fields: EventFields<K>;
}

export type StaffRowKind =
  | 'supervisor-mode'
  | 'staff-sign-in'
  | 'exchange-started'
  | 'exchange-counted'
  | 'exchange-ended'
  | 'variance-accepted'
  | 'incident'
  | 'goods-moved'
  | 'service-result';

export interface JournalDamage {
  readonly wall: number;
  readonly fields: EventFields<'journal-damaged'>;
}

export interface UnfinishedSession {
  readonly sessionId: string;
  /** `j` of its session-started. */
  readonly startedJ: number;
  readonly startedWall: number;
}

/** A series of fleet numbers: the rows from `fromJ` to before `toJ` (null: to the newest) are counted in `epoch`. */
export interface LedgerEpoch {
  readonly epoch: number;
  readonly fromJ: number;
  readonly toJ: number | null;
}

/** The rows of one series. */
export interface LedgerReader {
  /** Rows of the series from `seq` on, oldest first. */
  fleetRows(fromSeq: number, limit: number): JournalRow[];
  lastSeq(): number;
  /** Wall time of the oldest fleet row after `seq`. */
  wallAfterSeq(seq: number): number | undefined;
}

/** Reads of a journal; they never change it. Any of them throws node:sqlite's error when the file is damaged there. */
export interface JournalReader extends LedgerReader {
  /** Rows after `j`, oldest first, raw: a verifier judges rows that fit no schema too. */
  rawAfter(j: number, limit: number): RawRow[];
  /** Rows behind a cut that still proved themselves when it was made; none where nothing was cut. */
  cutAfter(j: number, limit: number): RawRow[];
  lastRow(): JournalRow | undefined;
  /** The series of fleet numbers in this file, oldest first; the reader's own questions are about the last. */
  epochs(): readonly LedgerEpoch[];
  /** The rows of an earlier series, which may not all have reached the fleet yet. */
  ledgerOf(epoch: LedgerEpoch): LedgerReader;
  /** What a recovery is told of one session: its rows, and those of its operations and cases, oldest first. */
  sessionPast(sessionId: string): PastEvent[];
  /** Sessions of which staff gave something to its holder, oldest first. */
  handedOutSessions(): string[];
  /** Sessions with whose money a compensation was opened since this wall time and not closed, oldest first. */
  moneyOpenSessions(sinceWall: number): string[];
  /** Sessions that began and have no end, oldest first. */
  unfinishedSessions(): UnfinishedSession[];
  /** The newest effect's id by its own time, whoever made it; null before the first. */
  newestOperationId(): OperationId | null;
  /** What was recorded of the devices since a wall time, oldest first: the bodies' fields and when. */
  deviceRows<K extends DeviceRowKind>(kind: K, sinceWall: number): DeviceRow<K>[];
  /** How this module was last, with when; undefined: nothing was ever told of it. */
  lastStatus(module: string): DeviceRow<'device-status'> | undefined;
  /** Rows of these kinds after `j`, oldest first. */
  staffRows(kinds: readonly StaffRowKind[], j: number): PastEvent[];
  /** The session whose intent was the last at one of these devices, among the newest rows. */
  lastSessionAt(devices: readonly string[]): string | undefined;
  /** The damage after which the newest series began; undefined: nothing was cut. */
  lastDamage(): JournalDamage | undefined;
  about(name: string): string | undefined;
}

/** @throws node:sqlite's error when the file is no journal */
export function journalReader(db: DatabaseSync): JournalReader {
  const after = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE j > ? ORDER BY j LIMIT ?`);
  const last = db.prepare(`SELECT ${COLUMNS} FROM journal ORDER BY j DESC LIMIT 1`);
  const aboutRow = db.prepare('SELECT value FROM about WHERE name = ?');
  const about = (name: string): string | undefined => {
    try {
      return textOf(aboutRow.get(name)?.['value']);
    } catch {
      // What a damaged file says of itself is not needed to read its rows; its opening finds out.
      return undefined;
    }
  };
  const epochs = epochsOf(about);
  const current = epochs.at(-1);
  // Where nothing was ever cut, as nearly everywhere, the table is asked itself: its indexes are made for that.
  const from = about('cutAfterJ') === undefined ? 'journal' : 'told';
  const cut = from === 'told' ? db.prepare(`SELECT ${COLUMNS} FROM cut_row WHERE j > ? ORDER BY j LIMIT ?`) : undefined;
  // Version 7 ids sort by time, as text too.
  const newest = db.prepare(`SELECT max(operation_id) AS id FROM ${from}`);
  return {
    rawAfter: (j, limit) => after.all(j, limit),
    cutAfter: (j, limit) => cut?.all(j, limit) ?? [],
    ...ledgerReader(db, epochs.length > 1 ? current : undefined),
    epochs: () => epochs,
    ledgerOf: (epoch) => ledgerReader(db, epoch),
    lastRow: () => {
      const row = last.get();
      return row === undefined ? undefined : journalRowSchema.parse(row);
    },
    sessionPast: (sessionId) => sessionPast(db, from, sessionId),
    handedOutSessions: () => handedOutSessions(db, from),
    moneyOpenSessions: (sinceWall) => moneyOpenSessions(db, from, sinceWall),
    unfinishedSessions: () => unfinishedSessions(db, from),
    newestOperationId: () =>
      operationIdSchema
        .nullable()
        .catch(null)
        .parse(newest.get()?.['id'] ?? null),
    deviceRows: (kind, sinceWall) => deviceRows(db, from, kind, sinceWall),
    lastStatus: (module) => lastStatus(db, from, module),
    staffRows: (kinds, j) => staffRows(db, from, kinds, j),
    lastSessionAt: (devices) => lastSessionAt(db, from, devices),
    lastDamage: () => (from === 'told' ? damageAt(after, current?.fromJ ?? 0) : undefined),
    about,
  };
}

const damageSchema = z.object(EVENTS['journal-damaged'].fields.shape);

/** The row of it follows the one that opened the series. */
function damageAt(after: StatementSync, fromJ: number): JournalDamage | undefined {
  const row = after.get(fromJ, 1);
  const fields = damageSchema.safeParse(jsonOf(textOf(row?.['body'])));
  return fields.success ? { wall: numberOf(row?.['wall']) ?? 0, fields: fields.data } : undefined;
}

const epochListSchema = z.array(z.object({ epoch: z.int().min(1), fromJ: z.int().min(1) })).min(1);

/** What the file says of its series; a file that was never cut has one. */
function epochsOf(about: (name: string) => string | undefined): LedgerEpoch[] {
  const listed = epochListSchema.safeParse(jsonOf(about('epochs')));
  if (!listed.success) return [{ epoch: Number(about('epoch') ?? 0), fromJ: 1, toJ: null }];
  return listed.data.map((one, i) => ({ ...one, toJ: listed.data[i + 1]?.fromJ ?? null }));
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param epoch absent: the file has but one series, and the index of numbers alone answers */
function ledgerReader(db: DatabaseSync, epoch: LedgerEpoch | undefined): LedgerReader {
  const before = epoch?.toJ === null || epoch === undefined ? '' : ` AND j < ${epoch.toJ}`;
  const within = epoch === undefined ? '' : ` AND j >= ${epoch.fromJ}${before}`;
  const rows = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE seq >= ?${within} ORDER BY seq LIMIT ?`);
  const wallAfter = db.prepare(`SELECT wall FROM journal WHERE seq > ?${within} ORDER BY seq LIMIT 1`);
  // Numbers rise with `j` within a series: its newest one is near its end.
  const last = db.prepare(
    epoch === undefined
      ? 'SELECT max(seq) AS seq FROM journal'
      : `SELECT seq FROM journal WHERE seq IS NOT NULL${within} ORDER BY j DESC LIMIT 1`,
  );
  return {
    fleetRows: (fromSeq, limit) => rows.all(fromSeq, limit).map((row) => journalRowSchema.parse(row)),
    lastSeq: () => numberOf(last.get()?.['seq']) ?? 0,
    wallAfterSeq: (seq) => numberOf(wallAfter.get(seq)?.['wall']),
  };
}

/** The table that questions about the past are asked of: with what is known from behind a cut, where there was one. */
type Told = 'journal' | 'told';

/** A session's own rows name it. What was settled about its operations or its cases may name only those; an incident
 *  names neither, but only one session runs at a time. */
function sessionPast(db: DatabaseSync, from: Told, sessionId: string): PastEvent[] {
  const rows = db
    .prepare(
      `WITH own AS (SELECT j, operation_id, kind, body FROM ${from} WHERE session_id = ?1)
       SELECT body FROM ${from} WHERE j IN (
         SELECT j FROM own
         UNION SELECT other.j FROM ${from} AS other
           JOIN own ON other.operation_id = own.operation_id WHERE other.operation_id IS NOT NULL
         UNION SELECT closed.j FROM ${from} AS closed
           JOIN own ON own.kind = 'case-opened' AND closed.j > own.j AND closed.kind = 'case-closed'
             AND closed.body ->> '$.caseRef' = own.body ->> '$.caseRef'
         UNION SELECT corrected.j FROM ${from} AS corrected
           JOIN own ON own.kind = 'service-result' AND corrected.j > own.j AND corrected.kind = 'service-corrected'
             AND corrected.body ->> '$.of' = own.body ->> '$.seq'
         UNION SELECT told.j FROM ${from} AS told WHERE told.kind = 'incident'
             AND told.j > (SELECT min(j) FROM own)
             AND told.j < coalesce((SELECT min(next.j) FROM ${from} AS next
               WHERE next.kind = 'session-started' AND next.j > (SELECT min(j) FROM own)), 9007199254740991)
       ) ORDER BY j LIMIT ?2`,
    )
    .all(sessionId, CORE_LIMITS.sessionRows);
  return rows.map((row) => pastEventSchema.parse(JSON.parse(textOf(row['body']) ?? 'null')));
}

/** Rows that do not fit (of another program, or damaged: the verifier names those) are left out; core starts without. */
function deviceRows<K extends DeviceRowKind>(db: DatabaseSync, from: Told, kind: K, sinceWall: number): DeviceRow<K>[] {
  const schema = z.object(EVENTS[kind].fields.shape) as unknown as z.ZodType<EventFields<K>>;
  return db
    .prepare(
      `SELECT wall, body FROM ${from} WHERE ${DEVICE_KINDS} AND kind = ?1 AND wall >= ?2 AND json_valid(body) ORDER BY j`,
    )
    .all(kind, sinceWall)
    .flatMap((row) => {
      const fields = schema.safeParse(JSON.parse(textOf(row['body']) ?? 'null'));
      return fields.success ? [{ wall: numberOf(row['wall']) ?? 0, fields: fields.data }] : [];
    });
}

const statusSchema = z.object(EVENTS['device-status'].fields.shape);

/** Damaged rows are left out, as above. */
function lastStatus(db: DatabaseSync, from: Told, module: string): DeviceRow<'device-status'> | undefined {
  const row = db
    .prepare(
      `SELECT wall, body FROM ${from} WHERE ${STATUS_KIND} AND CASE WHEN json_valid(body) THEN body ->> '$.module' END = ?1
        ORDER BY j DESC LIMIT 1`,
    )
    .get(module);
  const fields = statusSchema.safeParse(jsonOf(textOf(row?.['body'])));
  return fields.success ? { wall: numberOf(row?.['wall']) ?? 0, fields: fields.data } : undefined;
}

/** Damaged rows are left out, as above. */
function staffRows(db: DatabaseSync, from: Told, kinds: readonly StaffRowKind[], j: number): PastEvent[] {
  return db
    .prepare(
      `SELECT body FROM ${from} WHERE ${STAFF_KINDS} AND kind IN (SELECT value FROM json_each(?1)) AND j > ?2
        AND json_valid(body) ORDER BY j`,
    )
    .all(JSON.stringify(kinds), j)
    .flatMap((row) => {
      const past = pastEventSchema.safeParse(JSON.parse(textOf(row['body']) ?? 'null'));
      return past.success ? [past.data] : [];
    });
}

/** Walked from the newest row backwards, and not through years: whose thing it is that was just found is near the end. */
function lastSessionAt(db: DatabaseSync, from: Told, devices: readonly string[]): string | undefined {
  const row = db
    .prepare(
      `SELECT session_id AS sessionId FROM ${from}
        WHERE j > (SELECT coalesce(max(j), 0) FROM ${from}) - ?1
          AND kind = 'operation-intended' AND session_id IS NOT NULL AND json_valid(body)
          AND body ->> '$.target' IN (SELECT value FROM json_each(?2))
        ORDER BY j DESC LIMIT 1`,
    )
    .get(CORE_LIMITS.sessionRows, JSON.stringify(devices));
  return textOf(row?.['sessionId']);
}

function handedOutSessions(db: DatabaseSync, from: Told): string[] {
  return db
    .prepare(
      `SELECT session_id AS sessionId FROM ${from} WHERE ${STAFF_KINDS} AND kind = 'goods-moved'
         AND session_id IS NOT NULL AND json_valid(body) AND body ->> '$.to' = 'holder'
        GROUP BY session_id ORDER BY max(j)`,
    )
    .all()
    .map((row) => textOf(row['sessionId']) ?? '');
}

/** By case: one that is opened again after it was closed is open. Damaged rows are left out, as above. */
function moneyOpenSessions(db: DatabaseSync, from: Told, sinceWall: number): string[] {
  const rows = db
    .prepare(
      `SELECT session_id AS sessionId, body ->> '$.caseRef' AS caseRef, body ->> '$.state' AS state FROM ${from}
        WHERE ${MONEY_KIND} AND wall >= ?1 AND session_id IS NOT NULL AND json_valid(body) ORDER BY j`,
    )
    .all(sinceWall);
  const open = new Map<string, string>();
  for (const row of rows) {
    const caseRef = textOf(row['caseRef']) ?? '';
    if (textOf(row['state']) === 'opened') open.set(caseRef, textOf(row['sessionId']) ?? '');
    else open.delete(caseRef);
  }
  return [...new Set(open.values())];
}

function unfinishedSessions(db: DatabaseSync, from: Told): UnfinishedSession[] {
  const rows = db
    .prepare(
      `SELECT started.session_id AS sessionId, started.j AS startedJ, started.wall AS startedWall
         FROM ${from} AS started
        WHERE started.session_id IS NOT NULL AND started.kind = 'session-started'
          AND NOT EXISTS (SELECT 1 FROM ${from} AS ended
             WHERE ended.session_id = started.session_id AND ended.kind = 'session-ended')
        ORDER BY started.j`,
    )
    .all();
  return rows.map((row) => ({
    sessionId: textOf(row['sessionId']) ?? '',
    startedJ: numberOf(row['startedJ']) ?? 0,
    startedWall: numberOf(row['startedWall']) ?? 0,
  }));
}

function numberOf(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
