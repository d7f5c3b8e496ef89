import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { readFleetBooks, type FleetBooks } from '../fleet-books.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function fleetBooksSuite(): void {
  const TID = 'SD-DALIANG-01';
  const AT = 1_795_371_900_000;
  let rig: StoreRig;

  beforeAll(async () => {
    rig = await openStoreRig([TID]);
  });
  afterAll(() => rig.close());

  async function read(): Promise<FleetBooks> {
    const books = await readFleetBooks(rig.place);
    if (!books.ok) throw new Error(books.error.message);
    return books.value;
  }

  describe('readFleetBooks', () => {
    it('reads facts, ledgers with their holes, volumes and operations while the store is open', async () => {
      const ledger = new LedgerMaker(TID);
      for (let i = 0; i < 9; i += 1) ledger.addService({ sessionId: `session-000${i}` });
      const bad = ledger.add('power', { state: 'solar' });
      await rig.commit(ledger, 1, 4, AT);
      await rig.commit(ledger, 8, bad, AT);
      await rig.store.operations.claim({
        operationId: 'o-1',
        digest: 'd',
        kind: 'k',
        tid: TID,
        state: 's',
        createdAt: 1,
      });
      const books = await read();
      expect(books.facts.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 8, 9]);
      expect(books.facts[0]).toMatchObject({
        tid: TID,
        epoch: 1,
        service: 'exit.endorse',
        chargedFen: 1_500,
        handedOver: 1,
      });
      expect(books.ledgers).toEqual([{ tid: TID, epoch: 1, upTo: 10, missing: [[5, 7]], quarantined: [10] }]);
      expect(books.volumes).toMatchObject([{ tid: TID, day: books.facts[0]?.day, n: 6, chargedFen: 9_000 }]);
      expect(books.operations).toMatchObject([{ operationId: 'o-1', settledAt: null }]);
    });

    it('names why a file cannot be read', async () => {
      const dir = mkdtempSync(join(tmpdir(), 'yimen-books-'));
      const text = join(dir, 'text');
      writeFileSync(text, 'no database at all, whatever its name says');
      for (const file of [join(dir, 'gone'), text])
        expect(await readFleetBooks(file)).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
      rmSync(dir, { recursive: true });
    });
  });
}
