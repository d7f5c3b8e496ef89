import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitWrites } from '../../store/commit-group.ts';
import type { GroupDone } from '../../store/index.ts';
import type { OpenConnection } from '../../store/open-connection.ts';
import { WriterMemory } from '../../store/writer-memory.ts';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { connectTo } from '../../test/store-place.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { decodeBatch } from '../decode-batch.ts';

const TID = 'SD-DALIANG-01';
const AT = 1_795_371_900_000;

/** On whichever engine stores are kept now. */
export function goingOnSuite(): void {
  let rig: StoreRig;
  let connection: OpenConnection;
  let ledger: LedgerMaker;
  let memory: WriterMemory;

  beforeAll(async () => {
    rig = await openStoreRig([TID]);
    connection = await connectTo(rig.place);
  });
  afterAll(async () => {
    await connection.close();
    await rig.close();
  });
  beforeEach(async () => {
    for (const table of ['event', 'event_feed', 'ledger_state', 'hole', 'quarantine', 'ledger_fork'])
      await sql.raw(`delete from ${table}`).execute(connection.db);
    ledger = new LedgerMaker(TID);
    for (let i = 0; i < 12; i += 1) ledger.add('booted', { reason: 'start' });
    memory = new WriterMemory();
  });

  /** Commits as a writing thread with this memory does. */
  function commit(
    batches: readonly (readonly [from: number, to: number])[],
    writer: WriterMemory = memory,
  ): Promise<GroupDone> {
    const items = batches.map(([from, to]) => decodeBatch(TID, Buffer.from(ledger.batch(from, to)), AT));
    return connection.write((db) => commitWrites(writer).commitGroup(db, { items, at: AT }));
  }

  const stored = async (): Promise<number[]> =>
    (await connection.db.selectFrom('event').select('seq').orderBy('seq').execute()).map(({ seq }) => seq);
  const state = (): Promise<unknown> =>
    connection.db.selectFrom('ledger_state').select(['up_to', 'stored', 'head']).executeTakeFirst();

  describe('batches that simply go on', () => {
    it('are stored with the first look alone, many of one group together, in the order in which they came', async () => {
      await commit([[1, 2]]);
      expect(memory.ledger(TID)).toEqual({ epoch: 1, upTo: 2, head: ledger.hash(2), quarantined: [] });
      const done = await commit([
        [3, 5],
        [6, 6],
        [7, 12],
      ]);
      expect(done).toMatchObject({ inserted: 10, repeated: 0, acks: [{ tid: TID, epoch: 1, upTo: 12, missing: [] }] });
      expect(await stored()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(await state()).toEqual({ up_to: 12, stored: 12, head: ledger.hash(12) });
      const feed = await connection.db.selectFrom('event_feed').select('seq').orderBy('pos').execute();
      expect(feed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });

    it('do not hide one that repeats, or leaves a hole, in the same group', async () => {
      await commit([[1, 2]]);
      const done = await commit([
        [3, 4],
        [3, 4],
        [7, 8],
        [9, 9],
      ]);
      expect(done).toMatchObject({ inserted: 5, repeated: 2, acks: [{ upTo: 9, missing: [[5, 6]] }] });
      expect(memory.ledger(TID)).toBeUndefined();
      expect((await commit([[5, 6]])).acks).toMatchObject([{ upTo: 9, missing: [] }]);
      expect(memory.ledger(TID)).toMatchObject({ upTo: 9, head: ledger.hash(9) });
    });

    it('are looked at when their chain does not join', async () => {
      await commit([[1, 4]]);
      const other = new LedgerMaker(TID);
      for (let i = 0; i < 6; i += 1) other.add('booted', { reason: 'other' });
      const item = decodeBatch(TID, Buffer.from(other.batch(5, 6)), AT);
      const done = await connection.write((db) => commitWrites(memory).commitGroup(db, { items: [item], at: AT }));
      expect(done).toMatchObject({ inserted: 0, changes: [{ what: 'alarms', tid: TID }] });
      expect(await stored()).toEqual([1, 2, 3, 4]);
      expect(memory.ledger(TID)).toBeUndefined();
    });
  });

  describe('a memory that is wrong, because somebody else wrote', () => {
    it('stores nothing twice: the database refuses, and the next look finds what is there', async () => {
      await commit([[1, 4]]);
      await commit([[5, 8]], new WriterMemory());
      await expect(commit([[5, 8]])).rejects.toThrow(/unique/iu);
      memory.clear();
      expect(await commit([[5, 8]])).toMatchObject({ inserted: 0, repeated: 4, acks: [{ upTo: 8 }] });
    });

    it('never sets a ledger back', async () => {
      await commit([[1, 4]]);
      await commit([[7, 8]], new WriterMemory());
      await expect(commit([[5, 5]])).rejects.toThrow(/does not end at 4/u);
      expect(await stored()).toEqual([1, 2, 3, 4, 7, 8]);
      expect(await state()).toMatchObject({ up_to: 8 });
      memory.clear();
      expect(await commit([[5, 5]])).toMatchObject({ inserted: 1, acks: [{ upTo: 8, missing: [[6, 6]] }] });
    });
  });

  describe('the writing thread', () => {
    it('forgets when another epoch is issued, so that the closed one is put aside', async () => {
      const own = new LedgerMaker(TID);
      for (let i = 0; i < 4; i += 1) own.add('booted', { reason: 'start' });
      await rig.commit(own, 1, 2, AT);
      const key = { tid: TID, spkiHash: 'spki-new', serial: '02', profile: 'operational', keyLevel: 'file' } as const;
      await rig.store.allow.put({ ...key, state: 'active', epoch: 2, changedAt: 1 });
      expect(await rig.commit(own, 3, 4, AT)).toMatchObject({ inserted: 0, changes: [{ what: 'alarms', tid: TID }] });
      expect(await rig.store.reads.ledger(TID)).toMatchObject({ stored: 2, quarantined: 2 });
    });
  });
}
