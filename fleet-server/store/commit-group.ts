import type { Kysely } from 'kysely';
import { issuedEpoch } from './allow-list.ts';
import { commitBatch } from './commit-batch.ts';
import type { FleetDatabase } from './database.ts';
import type { FleetChange } from './fleet-reads.ts';
import type { BrokenPayload, GroupDone, GroupItem } from './group-item.ts';
import { opensEpoch } from './journal-damages.ts';
import { ackOf, type LedgerAck } from './ledger-state.ts';
import { keepLife } from './live-state.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { takePositions } from './positions.ts';
import { RollupSums } from './service-facts.ts';

type Db = Kysely<FleetDatabase>;

export const COMMIT_WRITES = {
  /** Commits a whole group as one transaction: rows by (tid, epoch, seq), rollups only for rows really inserted,
   *  high-water, holes, head, quarantine, forks, births. Doing it twice changes nothing (fleet contract §4). */
  async commitGroup(db: Db, input: { items: readonly GroupItem[]; at: number }): Promise<GroupDone> {
    const positions = await takePositions(
      db,
      input.items.reduce((sum, item) => sum + positionsOf(item), 0),
    );
    const sums = new RollupSums();
    const epochs = new Map<string, number | undefined>();
    const touched = new Map<string, { tid: string; epoch: number }>();
    const changes: FleetChange[] = [];
    let inserted = 0;
    let repeated = 0;
    for (const item of input.items) {
      if (item.what === 'life') {
        await keepLife(db, item.life);
        changes.push({ what: 'terminal', tid: item.life.tid });
        if (item.life.kind === 'birth') touch(touched, item.life.tid, item.life.birth.epoch);
      } else if (item.what === 'broken') {
        await keepBroken(db, item.broken, positions);
        changes.push({ what: 'alarms', tid: item.broken.tid });
      } else {
        const { tid, epoch } = item.batch;
        if (!epochs.has(tid)) epochs.set(tid, await issuedEpoch(db, tid));
        if (opensEpoch(item.batch, epochs.get(tid))) epochs.set(tid, epoch);
        const done = await commitBatch(db, item.batch, { issued: epochs.get(tid), positions, sums, at: input.at });
        inserted += done.inserted;
        repeated += done.repeated;
        changes.push(...done.changes);
        touch(touched, tid, epoch);
      }
    }
    await sums.write(db);
    const acks: LedgerAck[] = [];
    for (const { tid, epoch } of touched.values()) acks.push(await ackOf(db, tid, epoch));
    return { acks, changes, inserted, repeated };
  },
};

function positionsOf(item: GroupItem): number {
  if (item.what === 'broken') return 1;
  // Each row takes one, and a batch may prove one fork per row and one before it.
  return item.what === 'batch' ? 2 * (item.batch.events.length + item.batch.poison.length) + 2 : 0;
}

function touch(touched: Map<string, { tid: string; epoch: number }>, tid: string, epoch: number): void {
  touched.set(`${tid}/${epoch}`, { tid, epoch });
}

async function keepBroken(db: Db, broken: BrokenPayload, positions: Iterator<number, never>): Promise<void> {
  const pos = positions.next().value;
  await db
    .insertInto('quarantine_payload')
    .values({ pos, ...broken, raw: broken.raw.slice(0, STORE_LIMITS.rawBytes) })
    .execute();
  const kept = db
    .selectFrom('quarantine_payload')
    .select('pos')
    .where('tid', '=', broken.tid)
    .orderBy('pos', 'desc')
    .limit(STORE_LIMITS.payloadsPerTerminal);
  await db.deleteFrom('quarantine_payload').where('tid', '=', broken.tid).where('pos', 'not in', kept).execute();
}
