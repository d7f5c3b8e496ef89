import { createHash } from 'node:crypto';
import { ledgerGenesisText } from '@yimen/contracts/fleet';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import { rangesOf, type Coverage } from './ledger-range.ts';
import { STORE_LIMITS } from './limits.table.ts';

type Db = Kysely<FleetDatabase>;

/** What an `ev-ack` says (fleet contract §2.3). */
export interface LedgerAck {
  readonly tid: string;
  readonly epoch: number;
  readonly upTo: number;
  readonly missing: [number, number][];
  readonly quarantined: [number, number][];
}

/** h(0) of a ledger. */
function genesisHash(tid: string, epoch: number): string {
  return createHash('sha256').update(ledgerGenesisText(tid, epoch), 'utf8').digest('base64url');
}

/** High-water mark and holes as they stand. */
export async function coverageOf(db: Db, tid: string, epoch: number): Promise<Coverage> {
  const state = await db
    .selectFrom('ledger_state')
    .select('up_to')
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  const holes = await db
    .selectFrom('hole')
    .select(['from_seq', 'to_seq', 'since'])
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .orderBy('from_seq')
    .execute();
  return {
    upTo: state?.up_to ?? 0,
    holes: holes.map((row) => ({ from: row.from_seq, to: row.to_seq, since: row.since })),
  };
}

/** Keeps coverage and adds to the counts; the head is that of the row at the new high-water mark. */
export async function keepState(
  db: Db,
  key: { tid: string; epoch: number },
  change: { before: Coverage; after: Coverage; stored: number; quarantined: number },
): Promise<void> {
  await keepHoles(db, key, change.before, change.after);
  const head = await hashAt(db, key.tid, key.epoch, change.after.upTo);
  const columns = { up_to: change.after.upTo, head: head?.hash ?? '' };
  await db
    .insertInto('ledger_state')
    .values({ ...key, ...columns, stored: change.stored, quarantined: change.quarantined })
    .onConflict((oc) =>
      oc.columns(['tid', 'epoch']).doUpdateSet((eb) => ({
        ...columns,
        stored: eb('ledger_state.stored', '+', change.stored),
        quarantined: eb('ledger_state.quarantined', '+', change.quarantined),
      })),
    )
    .execute();
}

async function keepHoles(
  db: Db,
  key: { tid: string; epoch: number },
  before: Coverage,
  after: Coverage,
): Promise<void> {
  const same = (a: Coverage['holes'][number], b: Coverage['holes'][number]): boolean =>
    a.from === b.from && a.to === b.to;
  for (const hole of before.holes.filter((one) => !after.holes.some((other) => same(one, other)))) {
    await db
      .deleteFrom('hole')
      .where('tid', '=', key.tid)
      .where('epoch', '=', key.epoch)
      .where('from_seq', '=', hole.from)
      .execute();
  }
  for (const hole of after.holes.filter((one) => !before.holes.some((other) => same(one, other)))) {
    await db
      .insertInto('hole')
      .values({ ...key, from_seq: hole.from, to_seq: hole.to, since: hole.since })
      .execute();
  }
}

/** The hash of a row that arrived, stored or quarantined; `hash` null when its chain could not be followed. */
export async function hashAt(
  db: Db,
  tid: string,
  epoch: number,
  seq: number,
): Promise<{ hash: string | null; reason: string | null } | undefined> {
  if (seq === 0) return { hash: genesisHash(tid, epoch), reason: null };
  const stored = await db
    .selectFrom('event')
    .select('hash')
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst();
  if (stored !== undefined) return { hash: stored.hash, reason: null };
  return db
    .selectFrom('quarantine')
    .select(['hash', 'reason'])
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst();
}

/** The acknowledgement of a ledger as it stands. More holes than fit lower `upTo` to where the list ends. */
export async function ackOf(db: Db, tid: string, epoch: number): Promise<LedgerAck> {
  const { upTo, holes } = await coverageOf(db, tid, epoch);
  const beyond = holes[STORE_LIMITS.ackRanges];
  const lowered = beyond === undefined ? upTo : beyond.from - 1;
  const rows = await db
    .selectFrom('quarantine')
    .select('seq')
    .where('tid', '=', tid)
    .where('epoch', '=', epoch)
    .where('seq', '<=', lowered)
    .orderBy('seq', 'desc')
    .limit(STORE_LIMITS.rowsPerRead)
    .execute();
  return {
    tid,
    epoch,
    upTo: lowered,
    missing: holes.slice(0, STORE_LIMITS.ackRanges).map((hole): [number, number] => [hole.from, hole.to]),
    quarantined: rangesOf(rows.map((row) => row.seq).toReversed()).slice(-STORE_LIMITS.ackRanges),
  };
}
