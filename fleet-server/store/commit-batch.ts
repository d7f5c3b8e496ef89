import { createHash } from 'node:crypto';
import { fromBase64Url } from '@yimen/contracts/base';
import type { Kysely } from 'kysely';
import { chunks } from './chunks.ts';
import type { BatchEvent, GroupBatch, PoisonEvent } from './group-item.ts';
import type { FleetDatabase } from './database.ts';
import { keepDeviceFacts } from './device-facts.ts';
import type { FleetChange } from './fleet-reads.ts';
import { keepDamages } from './journal-damages.ts';
import { coverRange } from './ledger-range.ts';
import { coverageOf, hashAt, keepState } from './ledger-state.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { insertRows } from './many-rows.ts';
import { keepReleases } from './release-states.ts';
import { countServices, type RollupSums } from './service-facts.ts';
import { keepVariances } from './variances.ts';

type Db = Kysely<FleetDatabase>;

export interface BatchContext {
  /** The epoch issued to this terminal; another one is quarantined. */
  readonly issued: number | undefined;
  readonly positions: Iterator<number, never>;
  readonly sums: RollupSums;
  readonly at: number;
}

export interface BatchDone {
  readonly inserted: number;
  readonly repeated: number;
  readonly changes: FleetChange[];
}

/** Commits one batch inside the group's transaction. */
export async function commitBatch(db: Db, batch: GroupBatch, context: BatchContext): Promise<BatchDone> {
  const sorted = await sortRows(db, batch, context);
  const before = await coverageOf(db, batch.tid, batch.epoch);
  const inserted = await insertEvents(db, batch, sorted.good, context.positions);
  const freed = await dropQuarantine(db, batch, inserted);
  const held = await insertQuarantine(db, batch, sorted.held, context);
  await keepState(
    db,
    { tid: batch.tid, epoch: batch.epoch },
    {
      before,
      after: coverRange(before, batch.from, batch.to, context.at),
      stored: inserted.length,
      quarantined: held - freed,
    },
  );
  const changes = await keepMeaning(db, batch, inserted, context.sums);
  if (held > 0 || sorted.forks > 0) changes.push({ what: 'alarms', tid: batch.tid });
  return { inserted: inserted.length, repeated: sorted.known, changes };
}

/** What events that were really stored mean for the other tables. @returns who has to be told of what */
export async function keepMeaning(
  db: Db,
  { tid, epoch }: { readonly tid: string; readonly epoch: number },
  inserted: readonly BatchEvent[],
  sums: RollupSums,
): Promise<FleetChange[]> {
  if (inserted.length === 0) return [];
  const changes: FleetChange[] = [{ what: 'events', tid, kinds: [...new Set(inserted.map(({ kind }) => kind))] }];
  const damages = await keepDamages(db, tid, epoch, inserted);
  const counted = await countServices(db, tid, epoch, inserted, sums);
  const devices = await keepDeviceFacts(db, tid, epoch, inserted);
  const variances = await keepVariances(db, tid, epoch, inserted);
  const releases = await keepReleases(db, tid, epoch, inserted);
  if (counted) changes.push({ what: 'volumes', tid });
  if (devices) changes.push({ what: 'terminal', tid });
  if (variances || damages || releases) changes.push({ what: 'alarms', tid });
  return changes;
}

interface SortedRows {
  readonly good: readonly BatchEvent[];
  readonly held: readonly PoisonEvent[];
  readonly known: number;
  readonly forks: number;
}

/** Decides which rows may stand. A row that is stored already stays as it is; when anything of the batch contradicts
 *  what is stored (same number with another hash, or a chain that does not join), the new rows are of another branch:
 *  kept raw, not counted, and the contradiction is a fork (fleet contract §2.3, §2.5 rule 4). */
async function sortRows(db: Db, batch: GroupBatch, context: BatchContext): Promise<SortedRows> {
  const stored = await storedHashes(db, batch);
  const fresh = batch.events.filter((event) => !stored.has(event.seq));
  const poison = batch.poison.filter((row) => !stored.has(row.seq));
  const known = batch.to - batch.from + 1 - fresh.length - poison.length;
  if (batch.epoch !== context.issued)
    return { good: [], held: [...fresh.map((e) => heldRow(e, 'LEDGER_EPOCH')), ...poison], known, forks: 0 };
  const forks = batch.prev === null ? [] : await findForks(db, batch, batch.prev, stored);
  const branch = forks.length > 0 || (await continuesFork(db, batch));
  await keepForks(db, batch, forks, context);
  if (!branch) return { good: fresh, held: poison, known, forks: 0 };
  return {
    good: [],
    held: [...fresh.map((e) => heldRow(e, 'LEDGER_FORK')), ...poison.map((row) => ({ ...row, reason: 'LEDGER_FORK' }))],
    known,
    forks: forks.length,
  };
}

function heldRow(event: BatchEvent, reason: string): PoisonEvent {
  return { seq: event.seq, reason, hash: event.hash, raw: event.body };
}

async function storedHashes(db: Db, batch: GroupBatch): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('event')
    .select(['seq', 'hash'])
    .where('tid', '=', batch.tid)
    .where('epoch', '=', batch.epoch)
    .where('seq', '>=', batch.from)
    .where('seq', '<=', batch.to)
    .execute();
  return new Map(rows.map((row) => [row.seq, row.hash]));
}

/** Where the batch contradicts the store: (number, the hash it came with). */
async function findForks(
  db: Db,
  batch: GroupBatch,
  prev: string,
  stored: ReadonlyMap<number, string>,
): Promise<{ seq: number; hash: string }[]> {
  const forks: { seq: number; hash: string }[] = [];
  const before = await hashAt(db, batch.tid, batch.epoch, batch.from - 1);
  if (before !== undefined && before.hash !== null && before.hash !== prev)
    forks.push({ seq: batch.from - 1, hash: prev });
  for (const row of [...batch.events, ...batch.poison]) {
    const other = stored.get(row.seq);
    if (other !== undefined && row.hash !== null && other !== row.hash) forks.push({ seq: row.seq, hash: row.hash });
  }
  if (!(await joinsNext(db, batch))) forks.push({ seq: batch.to, hash: batch.head });
  return forks;
}

/** Whether the stored row after the batch was chained to this batch's head. */
async function joinsNext(db: Db, batch: GroupBatch): Promise<boolean> {
  const next = await db
    .selectFrom('event')
    .select(['hash', 'body', 'kind'])
    .where('tid', '=', batch.tid)
    .where('epoch', '=', batch.epoch)
    .where('seq', '=', batch.to + 1)
    .executeTakeFirst();
  // An `unreadable` row brings its own hash (§2.4), so it joins anything.
  if (next === undefined || next.kind === 'unreadable') return true;
  return (
    createHash('sha256').update(fromBase64Url(batch.head)).update(next.body, 'utf8').digest('base64url') === next.hash
  );
}

/** A batch that is chained to a row held as a fork is of the same branch, even though nothing else contradicts it. */
async function continuesFork(db: Db, batch: GroupBatch): Promise<boolean> {
  const before = await hashAt(db, batch.tid, batch.epoch, batch.from - 1);
  return before?.reason === 'LEDGER_FORK' && before.hash === batch.prev;
}

async function keepForks(
  db: Db,
  batch: GroupBatch,
  forks: readonly { seq: number; hash: string }[],
  context: BatchContext,
): Promise<void> {
  for (const fork of forks) {
    await db
      .insertInto('ledger_fork')
      .values({ tid: batch.tid, epoch: batch.epoch, ...fork, pos: context.positions.next().value, at: context.at })
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
}

async function insertEvents(
  db: Db,
  batch: GroupBatch,
  events: readonly BatchEvent[],
  positions: Iterator<number, never>,
): Promise<BatchEvent[]> {
  const { tid, epoch } = batch;
  const inserted: BatchEvent[] = [];
  for (const part of chunks(events, STORE_LIMITS.rowsPerInsert)) {
    const rows = part.map(({ approx, ...event }) => ({
      ...event,
      tid,
      epoch,
      pos: positions.next().value,
      approx: approx ? 1 : 0,
      received_at: batch.receivedAt,
    }));
    const done = await insertRows(db, 'event', rows)
      .onConflict((oc) => oc.doNothing())
      .returning('seq')
      .execute();
    const seqs = new Set(done.map((row) => row.seq));
    const feed = rows.filter((row) => seqs.has(row.seq)).map(({ pos, seq, kind }) => ({ pos, tid, epoch, seq, kind }));
    if (feed.length > 0) await insertRows(db, 'event_feed', feed).execute();
    inserted.push(...part.filter((event) => seqs.has(event.seq)));
  }
  return inserted;
}

/** A row that was held and now came as it should is held no longer. */
async function dropQuarantine(db: Db, batch: GroupBatch, inserted: readonly BatchEvent[]): Promise<number> {
  if (inserted.length === 0) return 0;
  const done = await db
    .deleteFrom('quarantine')
    .where('tid', '=', batch.tid)
    .where('epoch', '=', batch.epoch)
    .where(
      'seq',
      'in',
      inserted.map((event) => event.seq),
    )
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

async function insertQuarantine(
  db: Db,
  batch: GroupBatch,
  held: readonly PoisonEvent[],
  context: BatchContext,
): Promise<number> {
  if (held.length === 0) return 0;
  const rows = held.map((row) => ({
    tid: batch.tid,
    epoch: batch.epoch,
    seq: row.seq,
    pos: context.positions.next().value,
    reason: row.reason,
    hash: row.hash,
    raw: row.raw.slice(0, STORE_LIMITS.rawBytes),
    at: context.at,
  }));
  const done = await db
    .insertInto('quarantine')
    .values(rows)
    .onConflict((oc) => oc.doNothing())
    .returning('seq')
    .execute();
  return done.length;
}
