import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitWrites } from '../../store/commit-group.ts';
import { WriterMemory } from '../../store/writer-memory.ts';
import { isPostgresUrl } from '../../store/index.ts';
import type { OpenConnection } from '../../store/open-connection.ts';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { connectTo } from '../../test/store-place.ts';
import { decodeBatch } from '../decode-batch.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function anyOrderSuite(): void {
  const TID = 'SD-DALIANG-01';
  const AT = 1_795_371_900_000;
  const EVENTS = 24;

  /** A ledger in which order could matter: corrections of earlier and later results, devices and supplies that change
   *  several times, incidents, an event that breaks the contract. */
  function makeLedger(): LedgerMaker {
    const ledger = new LedgerMaker(TID);
    const device = (state: string): number =>
      ledger.add('device-status', { module: 'cardUnit', state, fault: null, media: null, lost: [] });
    const paper = (count: number): number =>
      ledger.add('supply-level', { unit: 'receiptPaper', count, capacity: 1500, source: 'counted', cause: 'used' });
    ledger.add('epoch-opened', { epoch: 1, prevEpoch: null, prevHead: null, reason: 'enrolled' });
    for (let i = 0; i < 5; i += 1) ledger.addService({ service: i % 2 === 0 ? 'exit.endorse' : 'veh.licence' });
    const stopped = ledger.addService({
      outcome: 'stopped',
      stop: 'paid-not-produced',
      produced: 0,
      handedOver: 0,
      incident: 'ABC-DEF',
    });
    ledger.add('incident', { number: 'ABC-DEF', state: 'opened', stop: 'paid-not-produced' });
    device('hardwareError');
    paper(20);
    ledger.add('service-corrected', {
      of: stopped,
      by: 'session',
      outcome: 'stopped',
      stop: 'unknown',
      refundedFen: 100,
    });
    device('online');
    ledger.add('power', { state: 'solar' });
    paper(19);
    ledger.add('service-corrected', {
      of: stopped,
      by: 'staff',
      outcome: 'done',
      stop: null,
      refundedFen: 0,
      produced: 1,
      handedOver: 1,
    });
    ledger.add('incident', { number: 'ABC-DEF', state: 'closed', stop: 'unknown' });
    ledger.add('drone-landed', { pad: 3 });
    device('offline');
    while (ledger.events.length < EVENTS)
      ledger.addService({ outcome: 'refused', reason: 'too-early', chargedFen: 0, produced: 0, handedOver: 0 });
    return ledger;
  }

  /** Every table that tells of the ledger, without what only says in which order rows came. */
  const TABLES: Readonly<Record<string, string>> = {
    event:
      'select tid, epoch, seq, j, kind, boot, mono, wall, at, approx, received_at, hash, body from event order by tid, epoch, seq',
    feed: 'select tid, epoch, seq, kind from event_feed order by tid, epoch, seq',
    rollup_day: 'select * from rollup_day order by level, place, day, service, outcome',
    rollup_hour: 'select * from rollup_hour order by level, place, hour, service, outcome',
    service_fact: 'select * from service_fact order by seq',
    correction: 'select * from service_correction order by of_seq, seq',
    incident: 'select * from incident order by number',
    ledger_state: 'select * from ledger_state order by tid, epoch',
    hole: 'select * from hole',
    quarantine: 'select tid, epoch, seq, reason, hash, raw, at from quarantine order by seq',
    fork: 'select tid, epoch, seq, hash from ledger_fork',
    module_state: 'select * from module_state order by module',
    supply_state: 'select * from supply_state order by unit',
  };

  async function tablesOf(connection: OpenConnection): Promise<Record<string, unknown[]>> {
    const tables: Record<string, unknown[]> = {};
    for (const [name, text] of Object.entries(TABLES))
      tables[name] = (await sql.raw<object>(text).execute(connection.db)).rows.map((row) => ({ ...row }));
    return tables;
  }

  let rig: StoreRig;
  let connection: OpenConnection;
  beforeAll(async () => {
    rig = await openStoreRig([TID]);
    connection = await connectTo(rig.place);
  });
  afterAll(async () => {
    await connection.close();
    await rig.close();
  });

  /** Commits the batches in this order on an empty ledger, by the writer's own function. The time a terminal stamps is the
   *  same in each. */
  async function tablesAfter(
    ledger: LedgerMaker,
    batches: readonly (readonly [number, number])[],
  ): Promise<Record<string, unknown[]>> {
    for (const text of Object.values(TABLES))
      await sql.raw(`delete from ${/ from (\w+)/u.exec(text)?.[1] ?? ''}`).execute(connection.db);
    const writes = commitWrites(new WriterMemory());
    for (const [from, to] of batches) {
      const item = decodeBatch(TID, Buffer.from(ledger.batch(from, to)), AT);
      await connection.write((transaction) => writes.commitGroup(transaction, { items: [item], at: AT }));
    }
    return tablesOf(connection);
  }

  /** Any overlapping, repeated pieces in any order, and at the end in any order all that was left out. */
  const anyBatches = fc
    .array(
      fc
        .tuple(fc.integer({ min: 1, max: EVENTS }), fc.integer({ min: 1, max: 9 }))
        .map(([from, length]): [number, number] => [from, Math.min(EVENTS, from + length - 1)]),
      { minLength: 1, maxLength: 14 },
    )
    .chain((batches) => {
      const missing = Array.from({ length: EVENTS }, (_, i) => i + 1).filter(
        (seq) => !batches.some(([from, to]) => from <= seq && seq <= to),
      );
      return fc.shuffledSubarray([...batches, ...missing.map((seq): [number, number] => [seq, seq])], {
        minLength: batches.length + missing.length,
      });
    });

  describe('any order and any repetition of batches', () => {
    it('gives the same tables', { timeout: 60_000 }, async () => {
      const ledger = makeLedger();
      const expected = await tablesAfter(ledger, [[1, EVENTS]]);
      expect(expected['event']?.length).toBe(EVENTS - 1);
      expect(expected['hole']).toEqual([]);
      await fc.assert(
        fc.asyncProperty(anyBatches, async (batches) => {
          expect(await tablesAfter(ledger, batches)).toEqual(expected);
        }),
        // A server takes its time for each statement.
        { numRuns: isPostgresUrl(rig.place) ? 15 : 60 },
      );
    });
  });
}
