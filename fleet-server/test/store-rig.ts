import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@yimen/contracts/base';
import { decodeBatch } from '../ingest/decode-batch.ts';
import { openStore, storeAddressOf, type GroupDone, type HallView, type Store } from '../store/index.ts';
import type { LedgerMaker } from './ledger-maker.ts';
import { placeIn, runSql } from './store-place.ts';

/** One hall for tests. */
export const TEST_HALL: HallView = {
  hallId: 'daliang-1',
  town: '440606005',
  zh: '大良测试大厅',
  en: 'Daliang test hall',
  addressZh: '测试路1号',
  addressEn: '1 Test Road',
  hoursZh: '全天',
  hoursEn: 'all day',
};

export interface StoreRig {
  readonly store: Store;
  /** The file or the URL. */
  readonly place: string;
  /** Runs SQL behind the store's back. @returns the rows of the last statement */
  sql(...statements: readonly string[]): Promise<Record<string, unknown>[]>;
  /** Commits `from…to` of a ledger as ingest would, heard at `at`. */
  commit(ledger: LedgerMaker, from: number, to: number, at: number): Promise<GroupDone>;
  close(): Promise<void>;
}

/** The real store on a file (or database) of its own, with one hall, these terminals, and epoch 1 issued to each. */
export async function openStoreRig(tids: readonly string[], clock?: Clock): Promise<StoreRig> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-store-'));
  const place = placeIn(dir);
  const opened = await openStore({ ...storeAddressOf(place), ...(clock === undefined ? {} : { clock }) });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  await store.places.seed({
    halls: [TEST_HALL],
    terminals: tids.map((tid) => ({ tid, hallId: TEST_HALL.hallId, simulated: true })),
  });
  for (const tid of tids) {
    await store.allow.put({
      tid,
      spkiHash: `spki-${tid}`,
      serial: '01',
      profile: 'operational',
      keyLevel: 'file',
      state: 'active',
      epoch: 1,
      changedAt: 0,
    });
  }
  return {
    store,
    place,
    sql: (...statements) => runSql(place, ...statements),
    commit: async (ledger, from, to, at) => {
      const done = await store.ingest.commitGroup({
        items: [decodeBatch(ledger.tid, Buffer.from(ledger.batch(from, to)), at)],
        at,
      });
      if (!done.ok) throw new Error(done.error.message);
      return done.value;
    },
    close: async () => {
      await store.close();
      rmSync(dir, { recursive: true });
    },
  };
}
