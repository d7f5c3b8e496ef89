import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { z } from 'zod';
import { operationIdSchema, type OperationId } from '@yimen/contracts/base';
import { EVENTS, journalRowSchema, type EventFields, type JournalRow } from '@yimen/contracts/journal';
import { pastEventSchema, type PastEvent } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import { DEVICE_KINDS, STAFF_KINDS } from './journal-file.ts';

const COLUMNS = 'j, seq, kind, boot, mono, wall, body, prev_hash AS prevHash, hash, crc';
export type RawRow = Record<string, SQLOutputValue>;

export type DeviceRowKind = 'device-pinned' | 'device-held' | 'recovery-step' | 'supply-warning' | 'door' | 'power';
export interface DeviceRow<K extends DeviceRowKind> {
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

export interface UnfinishedSession {
  readonly sessionId: string;
  /** `j` of its session-started. */
  readonly startedJ: number;
  readonly startedWall: number;
}

/** Reads of a journal; they never change it. Any of them throws node:sqlite's error when the file is damaged there. */
export interface JournalReader {
  /** Rows after `j`, oldest first, raw: a verifier judges rows that fit no schema too. */
  rawAfter(j: number, limit: number): RawRow[];
  /** Rows of the fleet's series from `seq` on, oldest first. */
  fleetRows(fromSeq: number, limit: number): JournalRow[];
  lastRow(): JournalRow | undefined;
  lastSeq(): number;
  /** Wall time of the oldest fleet row after `seq`. */
  wallAfterSeq(seq: number): number | undefined;
  /** What a recovery is told of one session: its rows, and those of its operations and cases, oldest first. */
  sessionPast(sessionId: string): PastEvent[];
  /** Sessions that began and have no end, oldest first. */
  unfinishedSessions(): UnfinishedSession[];
  /** The newest effect's id by its own time, whoever made it; null before the first. */
  newestOperationId(): OperationId | null;
  /** What was recorded of the devices since a wall time, oldest first: the bodies' fields and when. */
  deviceRows<K extends DeviceRowKind>(kind: K, sinceWall: number): DeviceRow<K>[];
  /** Rows of these kinds after `j`, oldest first. */
  staffRows(kinds: readonly StaffRowKind[], j: number): PastEvent[];
  /** The session whose intent was the last at one of these devices, among the newest rows. */
  lastSessionAt(devices: readonly string[]): string | undefined;
  about(name: string): string | undefined;
}

/** @throws node:sqlite's error when the file is no journal */
export function journalReader(db: DatabaseSync): JournalReader {
  const after = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE j > ? ORDER BY j LIMIT ?`);
  const fleet = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`);
  const last = db.prepare(`SELECT ${COLUMNS} FROM journal ORDER BY j DESC LIMIT 1`);
  const lastSeq = db.prepare('SELECT max(seq) AS seq FROM journal');
  const wallAfter = db.prepare('SELECT wall FROM journal WHERE seq > ? ORDER BY seq LIMIT 1');
  // Version 7 ids sort by time, as text too.
  const newest = db.prepare('SELECT max(operation_id) AS id FROM journal');
  const about = db.prepare('SELECT value FROM about WHERE name = ?');
  return {
    rawAfter: (j, limit) => after.all(j, limit),
    fleetRows: (fromSeq, limit) => fleet.all(fromSeq, limit).map((row) => journalRowSchema.parse(row)),
    lastRow: () => {
      const row = last.get();
      return row === undefined ? undefined : journalRowSchema.parse(row);
    },
    lastSeq: () => numberOf(lastSeq.get()?.['seq']) ?? 0,
    wallAfterSeq: (seq) => numberOf(wallAfter.get(seq)?.['wall']),
    sessionPast: (sessionId) => sessionPast(db, sessionId),
    unfinishedSessions: () => unfinishedSessions(db),
    newestOperationId: () =>
      operationIdSchema
        .nullable()
        .catch(null)
        .parse(newest.get()?.['id'] ?? null),
    deviceRows: (kind, sinceWall) => deviceRows(db, kind, sinceWall),
    staffRows: (kinds, j) => staffRows(db, kinds, j),
    lastSessionAt: (devices) => lastSessionAt(db, devices),
    about: (name) => textOf(about.get(name)?.['value']),
  };
}

/** A session's own rows name it. What was settled about its operations or its cases may name only those; an incident
 *  names neither, but only one session runs at a time. */
function sessionPast(db: DatabaseSync, sessionId: string): PastEvent[] {
  const rows = db
    .prepare(
      `WITH own AS (SELECT j, operation_id, kind, body FROM journal WHERE session_id = ?1)
       SELECT body FROM journal WHERE j IN (
         SELECT j FROM own
         UNION SELECT other.j FROM journal AS other
           JOIN own ON other.operation_id = own.operation_id WHERE other.operation_id IS NOT NULL
         UNION SELECT closed.j FROM journal AS closed
           JOIN own ON own.kind = 'case-opened' AND closed.j > own.j AND closed.kind = 'case-closed'
             AND closed.body ->> '$.caseRef' = own.body ->> '$.caseRef'
         UNION SELECT told.j FROM journal AS told WHERE told.kind = 'incident'
             AND told.j > (SELECT min(j) FROM own)
             AND told.j < coalesce((SELECT min(next.j) FROM journal AS next
               WHERE next.kind = 'session-started' AND next.j > (SELECT min(j) FROM own)), 9007199254740991)
       ) ORDER BY j LIMIT ?2`,
    )
    .all(sessionId, CORE_LIMITS.sessionRows);
  return rows.map((row) => pastEventSchema.parse(JSON.parse(textOf(row['body']) ?? 'null')));
}

/** Rows that do not fit (of another program, or damaged: the verifier names those) are left out; core starts without. */
function deviceRows<K extends DeviceRowKind>(db: DatabaseSync, kind: K, sinceWall: number): DeviceRow<K>[] {
  const schema = z.object(EVENTS[kind].fields.shape) as unknown as z.ZodType<EventFields<K>>;
  return db
    .prepare(
      `SELECT wall, body FROM journal WHERE ${DEVICE_KINDS} AND kind = ?1 AND wall >= ?2 AND json_valid(body) ORDER BY j`,
    )
    .all(kind, sinceWall)
    .flatMap((row) => {
      const fields = schema.safeParse(JSON.parse(textOf(row['body']) ?? 'null'));
      return fields.success ? [{ wall: numberOf(row['wall']) ?? 0, fields: fields.data }] : [];
    });
}

/** Damaged rows are left out, as above. */
function staffRows(db: DatabaseSync, kinds: readonly StaffRowKind[], j: number): PastEvent[] {
  return db
    .prepare(
      `SELECT body FROM journal WHERE ${STAFF_KINDS} AND kind IN (SELECT value FROM json_each(?1)) AND j > ?2
        AND json_valid(body) ORDER BY j`,
    )
    .all(JSON.stringify(kinds), j)
    .flatMap((row) => {
      const past = pastEventSchema.safeParse(JSON.parse(textOf(row['body']) ?? 'null'));
      return past.success ? [past.data] : [];
    });
}

/** Walked from the newest row backwards, and not through years: whose thing it is that was just found is near the end. */
function lastSessionAt(db: DatabaseSync, devices: readonly string[]): string | undefined {
  const row = db
    .prepare(
      `SELECT session_id AS sessionId FROM journal
        WHERE j > (SELECT coalesce(max(j), 0) FROM journal) - ?1
          AND kind = 'operation-intended' AND session_id IS NOT NULL AND json_valid(body)
          AND body ->> '$.target' IN (SELECT value FROM json_each(?2))
        ORDER BY j DESC LIMIT 1`,
    )
    .get(CORE_LIMITS.sessionRows, JSON.stringify(devices));
  return textOf(row?.['sessionId']);
}

function unfinishedSessions(db: DatabaseSync): UnfinishedSession[] {
  const rows = db
    .prepare(
      `SELECT started.session_id AS sessionId, started.j AS startedJ, started.wall AS startedWall
         FROM journal AS started
        WHERE started.session_id IS NOT NULL AND started.kind = 'session-started'
          AND NOT EXISTS (SELECT 1 FROM journal AS ended
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
