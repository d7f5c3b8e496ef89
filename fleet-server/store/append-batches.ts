import { AppError } from '@yimen/contracts/base';
import { CompiledQuery, PostgresAdapter, type Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { BatchEvent, GroupBatch } from './group-item.ts';
import { STORE_LIMITS } from './limits.table.ts';
import type { KnownLedger } from './writer-memory.ts';

type Db = Kysely<FleetDatabase>;
type Cell = string | number | null;

/** Columns with their types, as PostgreSQL needs them. */
const EVENT_COLUMNS = [
  ['tid', 'text'],
  ['epoch', 'bigint'],
  ['seq', 'bigint'],
  ['pos', 'bigint'],
  ['j', 'bigint'],
  ['kind', 'text'],
  ['boot', 'text'],
  ['mono', 'bigint'],
  ['wall', 'bigint'],
  ['at', 'bigint'],
  ['approx', 'int'],
  ['received_at', 'bigint'],
  ['hash', 'text'],
  ['body', 'text'],
] as const;
const FEED_COLUMNS = [
  ['pos', 'bigint'],
  ['tid', 'text'],
  ['epoch', 'bigint'],
  ['seq', 'bigint'],
  ['kind', 'text'],
] as const;
type Columns = readonly (readonly [name: string, type: string])[];

/** Whether a batch simply goes on where the ledger ends: then nothing of it can be there already, and its chain joins. */
export function goesOn(known: KnownLedger | undefined, batch: GroupBatch): known is KnownLedger {
  return (
    known !== undefined &&
    batch.poison.length === 0 &&
    batch.epoch === known.epoch &&
    batch.from === known.upTo + 1 &&
    batch.prev === known.head
  );
}

/** Stores batches that go on, in few statements for all of them together.
 *  @throws what the database says to a row that is there already; AppError STORE_BROKEN when a ledger does not end where
 *          it was remembered: nothing of the group is kept then */
export async function appendBatches(
  db: Db,
  batches: readonly GroupBatch[],
  positions: Iterator<number, never>,
): Promise<void> {
  const events: Cell[][] = [];
  const feed: Cell[][] = [];
  for (const batch of batches)
    for (const event of batch.events) {
      const pos = positions.next().value;
      events.push(eventRow(batch, event, pos));
      feed.push([pos, batch.tid, batch.epoch, event.seq, event.kind]);
    }
  await insertRows(db, 'event', EVENT_COLUMNS, events);
  await insertRows(db, 'event_feed', FEED_COLUMNS, feed);
  await moveOn(db, batches);
}

function eventRow({ tid, epoch, receivedAt }: GroupBatch, event: BatchEvent, pos: number): Cell[] {
  const { seq, j, kind, boot, mono, wall, at, approx, hash, body } = event;
  return [tid, epoch, seq, pos, j, kind, boot, mono, wall, at, approx ? 1 : 0, receivedAt, hash, body];
}

/** Raw statements differ: a server numbers its places, and takes columns as arrays. */
function isServer(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Raw, because building a query of a thousand rows takes longer than running it. */
async function insertRows(db: Db, table: string, columns: Columns, rows: readonly Cell[][]): Promise<void> {
  const into = `insert into ${table} (${columns.map(([name]) => name).join(', ')})`;
  if (isServer(db)) {
    const lists = columns.map(([, type], i) => `$${i + 1}::${type}[]`);
    const values = columns.map((_, i) => rows.map((row) => row[i] ?? null));
    await db.executeQuery(CompiledQuery.raw(`${into} select * from unnest(${lists.join(', ')})`, values));
    return;
  }
  const places = `(${columns.map(() => '?').join(', ')})`;
  for (const part of partsOf(rows, STORE_LIMITS.appendRows)) {
    const sql = `${into} values ${part.map(() => places).join(', ')}`;
    await db.executeQuery(CompiledQuery.raw(sql, part.flat()));
  }
}

/** Cut into pieces of few sizes, the largest first, so that few statements are kept prepared. @param sizes ends with 1 */
function partsOf<T>(rows: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = [];
  let at = 0;
  for (const size of sizes) for (; rows.length - at >= size; at += size) parts.push(rows.slice(at, at + size));
  return parts;
}

const MOVE_ON = {
  sqlite: moveOnSql(() => '?'),
  postgres: moveOnSql((n) => `$${n}`),
};

function moveOnSql(place: (n: number) => string): string {
  const [upTo, head, stored, tid, epoch, before] = [1, 2, 3, 4, 5, 6].map(place);
  return `update ledger_state set up_to = ${upTo}, head = ${head}, stored = stored + ${stored}
    where tid = ${tid} and epoch = ${epoch} and up_to = ${before}`;
}

/** Moves the ends of the ledgers, only from where they were remembered. */
async function moveOn(db: Db, batches: readonly GroupBatch[]): Promise<void> {
  const ends = new Map<string, { first: GroupBatch; last: GroupBatch; stored: number }>();
  for (const batch of batches) {
    const end = ends.get(batch.tid);
    const stored = (end?.stored ?? 0) + batch.events.length;
    ends.set(batch.tid, { first: end?.first ?? batch, last: batch, stored });
  }
  for (const { first, last, stored } of ends.values()) {
    const done = await db.executeQuery(
      CompiledQuery.raw(MOVE_ON[isServer(db) ? 'postgres' : 'sqlite'], [
        last.to,
        last.head,
        stored,
        first.tid,
        first.epoch,
        first.from - 1,
      ]),
    );
    if (done.numAffectedRows !== 1n)
      throw new AppError('STORE_BROKEN', `the ledger of ${first.tid} does not end at ${first.from - 1}`);
  }
}
