import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { recountLedger, type LedgerRecount } from '../recount.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function recountSuite(): void {
  /** One store for all tests, a terminal of its own for each. */
  const TIDS = ['SD-DALIANG-01', 'SD-DALIANG-02', 'SD-DALIANG-03', 'SD-DALIANG-04'];
  let used = 0;
  let TID: string;
  const AT = 1_795_371_900_000;
  let rig: StoreRig;
  let ledger: LedgerMaker;

  beforeAll(async () => {
    rig = await openStoreRig(TIDS);
  });
  beforeEach(() => {
    TID = TIDS[used] ?? '';
    used += 1;
    ledger = new LedgerMaker(TID);
    for (let i = 0; i < 12; i += 1) ledger.addService();
  });
  afterAll(() => rig.close());

  async function recount(): Promise<LedgerRecount> {
    const result = await recountLedger(rig.store, TID);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  }
  /** The equations that do not give 0. */
  const wrong = (result: LedgerRecount): string[] =>
    [result.services, ...result.epochs.flatMap((one) => one.equations)]
      .filter((one) => one.difference !== 0)
      .map((one) => one.name);

  describe('recountLedger', () => {
    it('balances an empty, a whole, a holed and a quarantined ledger', async () => {
      expect(await recount()).toMatchObject({ epochs: [], balanced: true });
      await rig.commit(ledger, 1, 4, AT);
      await rig.commit(ledger, 8, 9, AT);
      const bad = ledger.add('power', { state: 'solar' });
      await rig.commit(ledger, bad, bad, AT);
      const result = await recount();
      expect(result.balanced).toBe(true);
      expect(result.epochs[0]).toMatchObject({ epoch: 1, brokenAt: null });
      expect(result.epochs[0]?.equations[0]).toEqual({ name: 'rows', left: 13, right: 13, difference: 0 });
      expect(result.services).toEqual({ name: 'services', left: 6, right: 6, difference: 0 });
    });

    it('sees a row that is gone', async () => {
      await rig.commit(ledger, 1, 12, AT);
      await rig.sql(
        `delete from event where seq = 5 and tid = '${TID}'`,
        `delete from event_feed where seq = 5 and tid = '${TID}'`,
      );
      const result = await recount();
      expect(wrong(result)).toEqual(['services', 'rows', 'kept-stored']);
      expect(result.balanced).toBe(false);
    });

    it('sees a row that was changed', async () => {
      await rig.commit(ledger, 1, 12, AT);
      await rig.sql(
        `update event set body = replace(body, '"chargedFen":1500', '"chargedFen":100') where seq = 7 and tid = '${TID}'`,
      );
      const result = await recount();
      expect(wrong(result)).toEqual([]);
      expect(result.epochs[0]?.brokenAt).toBe(7);
      expect(result.balanced).toBe(false);
    });

    it('sees a rollup that was changed', async () => {
      await rig.commit(ledger, 1, 12, AT);
      await rig.sql(`update rollup_day set n = n + 1 where place = '${TID}'`);
      expect(wrong(await recount())).toEqual(['services']);
    });
  });
}
