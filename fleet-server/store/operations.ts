import type { Kysely } from 'kysely';
import type { FleetDatabase, Row } from './database.ts';
import { STORE_LIMITS } from './limits.table.ts';

type Db = Kysely<FleetDatabase>;

/** One business request of a terminal, as the gateway keeps it. `state` and `kind` are the gateway's own words.
 *  `digest` is the hash of the request: the same id with another digest is another request and must be refused. */
export interface StoredOperation {
  readonly operationId: string;
  readonly digest: string;
  readonly kind: string;
  readonly tid: string;
  readonly state: string;
  readonly outcome: 'done' | 'notDone' | 'unknown' | null;
  /** JSON text of the stored answer; nothing personal may be in it longer than the case is open. */
  readonly answer: string | null;
  readonly caseRef: string | null;
  readonly billRef: string | null;
  readonly createdAt: number;
  /** Null while the effect is open. */
  readonly settledAt: number | null;
  readonly notificationState: 'none' | 'due' | 'sent' | 'confirmed';
  readonly notification: string | null;
  readonly notifiedAt: number | null;
}

export interface NewOperation {
  readonly operationId: string;
  readonly digest: string;
  readonly kind: string;
  readonly tid: string;
  readonly state: string;
  readonly caseRef?: string | null;
  readonly billRef?: string | null;
  /** What is known of it before anybody is asked. */
  readonly answer?: string | null;
  readonly createdAt: number;
}

/** What is left out stays as it is. */
export interface OperationChange {
  readonly operationId: string;
  readonly state?: string;
  readonly outcome?: 'done' | 'notDone' | 'unknown' | null;
  readonly answer?: string | null;
  readonly caseRef?: string | null;
  readonly billRef?: string | null;
  readonly settledAt?: number | null;
}

/** Writes of the gateway. Each is one transaction. */
export const OPERATION_WRITES = {
  /** Keeps a request before anything is told to a back office. `fresh` false: the id was known, nothing changed, and
   *  `stored` is what is kept of it. */
  async claim(db: Db, input: NewOperation): Promise<{ fresh: boolean; stored: StoredOperation }> {
    const made = await db
      .insertInto('operation')
      .values({
        operation_id: input.operationId,
        digest: input.digest,
        kind: input.kind,
        tid: input.tid,
        state: input.state,
        outcome: null,
        answer: input.answer ?? null,
        case_ref: input.caseRef ?? null,
        bill_ref: input.billRef ?? null,
        created_at: input.createdAt,
        settled_at: null,
        notification_state: 'none',
        notification: null,
        notified_at: null,
      })
      .onConflict((oc) => oc.column('operation_id').doNothing())
      .returning('operation_id')
      .executeTakeFirst();
    const row = await db
      .selectFrom('operation')
      .selectAll()
      .where('operation_id', '=', input.operationId)
      .executeTakeFirstOrThrow();
    return { fresh: made !== undefined, stored: operationOf(row) };
  },

  /** Changes a kept operation. With `onlyIfState` it does so only from that state (two deciders cannot both win).
   *  @returns the operation as it stands now, or `undefined` when it is unknown or stood in another state. */
  async change(db: Db, input: OperationChange & { onlyIfState?: string }): Promise<StoredOperation | undefined> {
    let query = db
      .updateTable('operation')
      .set(changedColumns(input))
      .where('operation_id', '=', input.operationId)
      .returningAll();
    if (input.onlyIfState !== undefined) query = query.where('state', '=', input.onlyIfState);
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : operationOf(row);
  },

  /** Sets what must be told about an operation, or how far the telling got. */
  async setNotification(
    db: Db,
    input: {
      operationId: string;
      state: StoredOperation['notificationState'];
      notification?: string | null;
      at: number;
    },
  ): Promise<void> {
    const columns = {
      notification_state: input.state,
      notified_at: input.at,
      ...(input.notification === undefined ? {} : { notification: input.notification }),
    };
    await db.updateTable('operation').set(columns).where('operation_id', '=', input.operationId).execute();
  },
};

/** Reads of the gateway. */
export const OPERATION_READS = {
  async operation(db: Db, input: { operationId: string }): Promise<StoredOperation | undefined> {
    const row = await db
      .selectFrom('operation')
      .selectAll()
      .where('operation_id', '=', input.operationId)
      .executeTakeFirst();
    return row === undefined ? undefined : operationOf(row);
  },

  /** Operations without `settledAt`, oldest first: what a started gateway must look at. */
  async openOperations(db: Db, input: { limit: number }): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('settled_at', 'is', null)
      .orderBy('created_at')
      .orderBy('operation_id')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return rows.map(operationOf);
  },

  /** Operations of a case, oldest first. */
  async operationsOfCase(db: Db, input: { caseRef: string }): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('case_ref', '=', input.caseRef)
      .orderBy('created_at')
      .orderBy('operation_id')
      .limit(STORE_LIMITS.rowsPerRead)
      .execute();
    return rows.map(operationOf);
  },

  /** Operations of a bill, oldest first. */
  async operationsOfBill(db: Db, input: { billRef: string }): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('bill_ref', '=', input.billRef)
      .orderBy('created_at')
      .orderBy('operation_id')
      .limit(STORE_LIMITS.rowsPerRead)
      .execute();
    return rows.map(operationOf);
  },

  /** Operations of one kind that a terminal asked for, newest first. */
  async operationsOfTerminal(db: Db, input: { tid: string; kind: string; limit: number }): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('tid', '=', input.tid)
      .where('kind', '=', input.kind)
      .orderBy('created_at', 'desc')
      .orderBy('operation_id', 'desc')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return rows.map(operationOf);
  },

  /** Operations in `state` that were settled before `before`, oldest first. */
  async operationsSettledBefore(
    db: Db,
    input: { state: string; before: number; limit: number },
  ): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('state', '=', input.state)
      .where('settled_at', '<', input.before)
      .orderBy('settled_at')
      .orderBy('operation_id')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return rows.map(operationOf);
  },

  /** Operations whose notification is `due`, oldest first. */
  async dueNotifications(db: Db, input: { limit: number }): Promise<StoredOperation[]> {
    const rows = await db
      .selectFrom('operation')
      .selectAll()
      .where('notification_state', '=', 'due')
      .orderBy('notified_at')
      .orderBy('operation_id')
      .limit(Math.min(input.limit, STORE_LIMITS.rowsPerRead))
      .execute();
    return rows.map(operationOf);
  },
};

function changedColumns(input: OperationChange): Partial<Row<'operation'>> {
  const columns: Partial<Row<'operation'>> = {};
  if (input.state !== undefined) columns.state = input.state;
  if (input.outcome !== undefined) columns.outcome = input.outcome;
  if (input.answer !== undefined) columns.answer = input.answer;
  if (input.caseRef !== undefined) columns.case_ref = input.caseRef;
  if (input.billRef !== undefined) columns.bill_ref = input.billRef;
  if (input.settledAt !== undefined) columns.settled_at = input.settledAt;
  // An empty SET is no SQL; the id set to itself changes nothing.
  return Object.keys(columns).length > 0 ? columns : { operation_id: input.operationId };
}

export function operationOf(row: Row<'operation'>): StoredOperation {
  return {
    operationId: row.operation_id,
    digest: row.digest,
    kind: row.kind,
    tid: row.tid,
    state: row.state,
    outcome: row.outcome as StoredOperation['outcome'],
    answer: row.answer,
    caseRef: row.case_ref,
    billRef: row.bill_ref,
    createdAt: row.created_at,
    settledAt: row.settled_at,
    notificationState: row.notification_state as StoredOperation['notificationState'],
    notification: row.notification,
    notifiedAt: row.notified_at,
  };
}
