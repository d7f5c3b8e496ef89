import type { Kysely } from 'kysely';
import { issuedEpoch } from './allow-list.ts';
import { appendBatches, goesOn } from './append-batches.ts';
import { commitBatch, keepMeaning, type BatchContext } from './commit-batch.ts';
import type { FleetDatabase } from './database.ts';
import type { FleetChange } from './fleet-reads.ts';
import type { BrokenPayload, GroupBatch, GroupDone, GroupItem } from './group-item.ts';
import { opensEpoch } from './journal-damages.ts';
import { ackOf, type LedgerAck } from './ledger-state.ts';
import { keepLife } from './live-state.ts';
import { STORE_LIMITS } from './limits.table.ts';
import { takePositions } from './positions.ts';
import { RollupSums } from './service-facts.ts';
import { knownLedger, type WriterMemory } from './writer-memory.ts';

type Db = Kysely<FleetDatabase>;

/** What is written for ingest. @param memory of the thread that writes; whoever calls clears it when a call fails */
export function commitWrites(memory: WriterMemory): {
  commitGroup(db: Db, input: { items: readonly GroupItem[]; at: number }): Promise<GroupDone>;
} {
  return {
    /** Commits a whole group as one transaction: rows by (tid, epoch, seq), rollups only for rows really inserted,
     *  high-water, holes, head, quarantine, forks, births. Doing it twice changes nothing (fleet contract §4). */
    async commitGroup(db, { items, at }) {
      const positions = await takePositions(
        db,
        items.reduce((sum, item) => sum + positionsOf(item), 0),
      );
      const group = new Group(db, memory, { positions, sums: new RollupSums(), at });
      for (const item of items) await group.take(item);
      return group.finish();
    },
  };
}

/** One group on its way into the tables, in the order in which it came. Batches that simply go on are gathered and stored
 *  together; anything else first lets them be stored, then asks the database what it is. */
class Group {
  readonly #db: Db;
  readonly #memory: WriterMemory;
  readonly #context: Omit<BatchContext, 'issued'>;
  readonly #touched = new Map<string, { tid: string; epoch: number }>();
  readonly #changes: FleetChange[] = [];
  #gathered: GroupBatch[] = [];
  #inserted = 0;
  #repeated = 0;

  constructor(db: Db, memory: WriterMemory, context: Omit<BatchContext, 'issued'>) {
    this.#db = db;
    this.#memory = memory;
    this.#context = context;
  }

  async take(item: GroupItem): Promise<void> {
    switch (item.what) {
      case 'life':
        await keepLife(this.#db, item.life);
        this.#changes.push({ what: 'terminal', tid: item.life.tid });
        if (item.life.kind === 'birth') this.#touch(item.life.tid, item.life.birth.epoch);
        return;
      case 'broken':
        await keepBroken(this.#db, item.broken, this.#context.positions);
        this.#changes.push({ what: 'alarms', tid: item.broken.tid });
        return;
      case 'batch':
        this.#touch(item.batch.tid, item.batch.epoch);
        if (!this.#gather(item.batch)) await this.#lookAt(item.batch);
    }
  }

  async finish(): Promise<GroupDone> {
    await this.#store();
    await this.#context.sums.write(this.#db);
    const acks: LedgerAck[] = [];
    for (const { tid, epoch } of this.#touched.values()) acks.push(await this.#ackOf(tid, epoch));
    return { acks, changes: this.#changes, inserted: this.#inserted, repeated: this.#repeated };
  }

  #touch(tid: string, epoch: number): void {
    this.#touched.set(`${tid}/${epoch}`, { tid, epoch });
  }

  #gather(batch: GroupBatch): boolean {
    const known = this.#memory.ledger(batch.tid);
    if (!goesOn(known, batch)) return false;
    this.#gathered.push(batch);
    this.#memory.keep(batch.tid, { ...known, upTo: batch.to, head: batch.head });
    return true;
  }

  async #store(): Promise<void> {
    const batches = this.#gathered;
    if (batches.length === 0) return;
    this.#gathered = [];
    await appendBatches(this.#db, batches, this.#context.positions);
    for (const batch of batches) {
      this.#inserted += batch.events.length;
      this.#changes.push(...(await keepMeaning(this.#db, batch, batch.events, this.#context.sums)));
    }
  }

  async #lookAt(batch: GroupBatch): Promise<void> {
    await this.#store();
    const { tid, epoch } = batch;
    this.#memory.forget(tid);
    const before = await issuedEpoch(this.#db, tid);
    const issued = opensEpoch(batch, before) ? epoch : before;
    const done = await commitBatch(this.#db, batch, { ...this.#context, issued });
    this.#inserted += done.inserted;
    this.#repeated += done.repeated;
    this.#changes.push(...done.changes);
    const known = await knownLedger(this.#db, tid, epoch);
    if (known !== undefined) this.#memory.keep(tid, known);
  }

  async #ackOf(tid: string, epoch: number): Promise<LedgerAck> {
    const known = this.#memory.ledger(tid);
    if (known?.epoch !== epoch) return ackOf(this.#db, tid, epoch);
    return { tid, epoch, upTo: known.upTo, missing: [], quarantined: known.quarantined };
  }
}

function positionsOf(item: GroupItem): number {
  if (item.what === 'broken') return 1;
  // Each row takes one, and a batch may prove one fork per row and one before it.
  return item.what === 'batch' ? 2 * (item.batch.events.length + item.batch.poison.length) + 2 : 0;
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
