import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import type { VarianceView } from '../fleet-reads.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function variancesSuite(): void {
  const TIDS = Array.from({ length: 12 }, (_, i) => `SD-DALIANG-${String(i + 1).padStart(2, '0')}`);
  const NOW = 1_795_371_900_000;
  const KEEPER = 'K'.repeat(43);
  const SECOND = 'S'.repeat(43);
  let used = 0;
  let rig: StoreRig;
  let ledger: LedgerMaker;
  beforeAll(async () => {
    rig = await openStoreRig(TIDS);
  });
  beforeEach(() => {
    ledger = new LedgerMaker(TIDS[used] ?? '');
    used += 1;
  });
  afterAll(() => rig.close());

  const counted = (fields: Record<string, unknown> = {}): number =>
    ledger.add('exchange-counted', {
      module: 'licencePrinter',
      unit: 'driving',
      expected: 40,
      journaled: null,
      counted: 38,
      variance: -2,
      after: 38,
      missing: 'D0117 D0118',
      who: KEEPER,
      acceptedBy: null,
      workOrder: null,
      ...fields,
    });
  const acceptedThere = (of: number, more: Record<string, unknown> = { who: SECOND }): number =>
    ledger.add('variance-accepted', {
      of,
      module: 'licencePrinter',
      unit: 'driving',
      variance: -2,
      workOrder: null,
      ...more,
    });
  const commit = (from: number, to = from): Promise<unknown> => rig.commit(ledger, from, to, NOW);
  const list = (open: boolean): Promise<VarianceView[]> =>
    rig.store.reads.variances({ open, tid: ledger.tid, limit: 50 });
  const accept = async (id: string): Promise<unknown> => {
    const done = await rig.store.variances.accept({ id, by: 'duty-1', reason: '复点无误，入账', at: NOW });
    return done.ok ? done.value.result : done.error;
  };
  const told = async (): Promise<unknown> => {
    const rows = await rig.store.variances.acceptancesFor({ tid: ledger.tid, limit: 50 });
    return rows.ok ? rows.value : rows.error;
  };
  /** The row number that the maker of test ledgers gives. */
  const j = (seq: number): number => seq * 3;

  describe('F65 a counted difference at the fleet', () => {
    it('stands with unit, expected, counted, who and when, until the fleet accepts it with a reason, once', async () => {
      const seq = counted();
      await commit(seq);
      const id = `${ledger.tid}:1:${j(seq)}`;
      const { wall } = ledger;
      expect(await list(true)).toMatchObject([
        {
          id,
          unit: 'driving',
          expected: 40,
          counted: 38,
          variance: -2,
          missing: 'D0117 D0118',
          who: KEEPER,
          accepted: null,
        },
      ]);
      expect((await list(true))[0]?.at).toBeGreaterThan(0);
      expect(await told()).toEqual([]);
      expect(await accept(id)).toBe('accepted');
      expect(await accept(id)).toBe('notOpen');
      expect(await list(true)).toEqual([]);
      const accepted = { by: 'fleet', who: 'duty-1', reason: '复点无误，入账', at: NOW };
      expect(await list(false)).toMatchObject([{ id, accepted: { ...accepted, atTerminal: false } }]);
      const decision = `acc-1-${String(j(seq)).padStart(6, '0')}`;
      expect(await told()).toEqual([
        { j: j(seq), wall, module: 'licencePrinter', unit: 'driving', variance: -2, decision },
      ]);
      await commit(acceptedThere(j(seq), { who: null, decision }));
      expect(await list(false)).toMatchObject([{ accepted: { ...accepted, atTerminal: true } }]);
      expect(await told()).toEqual([]);
    });

    it('that a second person accepted at the machine is not the fleet’s any more, in whichever order the rows come', async () => {
      const first = counted();
      const second = acceptedThere(j(first));
      await commit(second);
      expect(await list(false)).toEqual([]);
      await commit(first);
      expect(await list(false)).toMatchObject([{ accepted: { by: 'terminal', who: SECOND, atTerminal: true } }]);
      expect(await accept(`${ledger.tid}:1:${j(first)}`)).toBe('notOpen');
      expect(await told()).toEqual([]);
    });

    it('that two persons saw at once is never open', async () => {
      await commit(counted({ acceptedBy: SECOND }));
      expect(await list(true)).toEqual([]);
      expect(await list(false)).toMatchObject([{ accepted: { by: 'terminal', who: SECOND } }]);
    });

    it('is not overwritten by a corrected count, nor by the same row again; a count without a difference is none', async () => {
      const first = counted();
      const second = counted({ counted: 39, variance: -1, missing: null });
      const third = counted({ counted: 40, variance: 0, missing: null });
      await commit(first, third);
      await commit(first, third);
      expect((await list(true)).map((row) => [row.counted, row.variance])).toEqual([
        [39, -1],
        [38, -2],
      ]);
      await accept(`${ledger.tid}:1:${j(second)}`);
      expect((await list(true)).map((row) => row.counted)).toEqual([38]);
    });

    it.each(['none', '', 'SD-DALIANG-01:1', "SD-DALIANG-01:1:1' or 1=1", 'SD-DALIANG-99:1:3'])(
      'is not found under %j',
      async (id) => {
        expect(await accept(id)).toBe('unknown');
      },
    );

    it('is told to its own terminal alone', async () => {
      await commit(counted());
      await accept(`${ledger.tid}:1:${j(1)}`);
      const other = await rig.store.variances.acceptancesFor({ tid: 'SD-DALIANG-12', limit: 50 });
      expect(other).toMatchObject({ value: [] });
      expect(await told()).toHaveLength(1);
    });
  });
}
