import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, TEST_HALL, type StoreRig } from '../../test/store-rig.ts';
import type { FleetChange } from '../fleet-reads.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function placesSuite(): void {
  const TID = 'SD-DALIANG-01';
  const AT = 1_795_371_900_000;
  let rig: StoreRig;
  beforeAll(async () => {
    rig = await openStoreRig([TID]);
  });
  afterAll(() => rig.close());

  describe('places', () => {
    it('are listed by the bytes of their names, whatever language the database speaks', async () => {
      const halls = ['zhen-1', 'A-hall', 'a-hall', 'Zhen-1', '龙江', 'áhall'].map((hallId) => ({
        ...TEST_HALL,
        hallId,
      }));
      await rig.store.places.seed({ halls, terminals: [] });
      const ids = (await rig.store.reads.halls()).map((hall) => hall.hallId);
      expect(ids).toEqual(['A-hall', 'Zhen-1', 'a-hall', 'daliang-1', 'zhen-1', 'áhall', '龙江']);
    });

    it('take new names and keep their state', async () => {
      await rig.store.ingest.setLink({ tid: TID, up: true, at: AT });
      await rig.store.places.seed({
        halls: [{ ...TEST_HALL, zh: '新大厅' }],
        terminals: [{ tid: TID, hallId: TEST_HALL.hallId, simulated: false }],
      });
      expect((await rig.store.reads.halls()).find((hall) => hall.hallId === TEST_HALL.hallId)?.zh).toBe('新大厅');
      expect(await rig.store.reads.terminal(TID)).toMatchObject({ link: 'up', linkSince: AT, simulated: false });
    });

    it('of a hall that nobody knows are refused as a mistake of the program, and nothing of the call is kept', async () => {
      const wrong = { tid: 'SD-NOWHERE-01', hallId: 'nowhere', simulated: false };
      const right = { tid: 'SD-DALIANG-02', hallId: TEST_HALL.hallId, simulated: false };
      await expect(rig.store.places.seed({ halls: [], terminals: [right, wrong] })).rejects.toMatchObject({
        code: 'STORE_BROKEN',
        message: expect.stringContaining('foreign key') as string,
      });
      expect((await rig.store.reads.terminals({})).map((terminal) => terminal.tid)).toEqual([TID]);
    });
  });

  describe('the allow-list', () => {
    it('finds a key by terminal and hash alone, and moves all keys of a terminal', async () => {
      const { allow } = rig.store;
      const known = await allow.find({ tid: TID, spkiHash: `spki-${TID}` });
      expect(known).toMatchObject({ value: { state: 'active', epoch: 1, serial: '01', changedAt: 0 } });
      expect(await allow.find({ tid: TID, spkiHash: 'other' })).toEqual({ ok: true, value: undefined });
      expect(await allow.setState({ tid: TID, state: 'quarantined', changedAt: 7 })).toEqual({ ok: true, value: 1 });
      expect(await allow.setState({ tid: 'SD-NOBODY-01', state: 'retired', changedAt: 7 })).toEqual({
        ok: true,
        value: 0,
      });
      expect(await allow.find({ tid: TID, spkiHash: `spki-${TID}` })).toMatchObject({
        value: { state: 'quarantined', changedAt: 7 },
      });
    });
  });

  describe('live state', () => {
    it('keeps the newest of two beats of one terminal that are written at once', async () => {
      const beat = (n: number, count: number) => ({
        v: 1 as const,
        linkSession: 1,
        n,
        t: { boot: 'boot-0001', mono: 1, wall: AT, srv: null },
        state: 'inService' as const,
        busy: false,
        off: [],
        modules: [{ module: 'cardUnit', state: 'online' as const }],
        supplies: [{ unit: 'receiptPaper', count, capacity: 100, source: 'counted' as const }],
        outbox: { rows: 0, oldestMs: 0 },
        sys: { cpuPct: 1, memFreeMb: 1, diskFreeMb: 1 },
      });
      const beats = [1, 2].map((n) => ({ tid: TID, at: AT + n, beat: beat(n, 50 - n) }));
      expect(await rig.store.ingest.writeBeats({ beats })).toEqual({ ok: true, value: [TID, TID] });
      expect(await rig.store.ingest.writeBeats({ beats })).toEqual({ ok: true, value: [] });
      expect(await rig.store.reads.terminal(TID)).toMatchObject({
        heardAt: AT + 2,
        supplies: [{ unit: 'receiptPaper', count: 48 }],
      });
    });
  });

  describe('what was committed', () => {
    it('is told to who listens, and shown in the order of the commits', async () => {
      const changes: FleetChange[] = [];
      const stop = rig.store.changes.subscribe((change) => changes.push(change));
      const ledger = new LedgerMaker(TID);
      for (let i = 0; i < 5; i += 1) ledger.addService();
      await rig.commit(ledger, 4, 5, AT);
      await rig.commit(ledger, 1, 2, AT);
      stop();
      await rig.commit(ledger, 3, 3, AT);
      expect(changes.filter((change) => change.what === 'volumes')).toHaveLength(2);
      const { reads } = rig.store;
      const shown = await reads.events({ tid: TID, limit: 3 });
      expect(shown.map((event) => event.seq)).toEqual([3, 2, 1]);
      const before = Number(shown.at(-1)?.id);
      const older = await reads.events({ tid: TID, kinds: ['service-result'], before, limit: 3 });
      expect(older.map((event) => event.seq)).toEqual([5, 4]);
      expect(await reads.ledger(TID)).toMatchObject({ upTo: 5, stored: 5, holes: [], head: ledger.hash(5) });
      const [event] = await reads.events({ tid: TID, limit: 1 });
      const day = new Date((event?.at ?? 0) + 8 * 3_600_000).toISOString().slice(0, 10);
      expect(await reads.volumes({ day, tid: TID })).toMatchObject([{ n: 5, chargedFen: 7_500 }]);
      expect(await reads.volumes({ day })).toMatchObject([{ n: 5, place: 'fleet' }]);
    });

    it('may be anything a terminal sends: a NUL and half a character do not stop the group', async () => {
      const raw = '{"v":1,\0"x":"\uD800"';
      const broken = { tid: TID, leaf: 'ev', reason: 'not JSON', raw, at: AT };
      const done = await rig.store.ingest.commitGroup({ items: [{ what: 'broken', broken }], at: AT });
      expect(done).toMatchObject({ ok: true });
      const [fact] = await rig.store.alarms.facts({ tids: [TID] }).then((facts) => (facts.ok ? facts.value : []));
      expect(fact?.quarantined).toEqual({ count: 1, last: AT });
    });

    it('by staff with a NUL keeps the chain of the audit whole', async () => {
      const { auditHash } = await import('../staff.ts');
      const reason = 'a\0b';
      const entry = {
        at: 5,
        person: 'p',
        role: 'r',
        origin: 'o',
        action: 'a',
        target: 't',
        result: 'done',
        digest: null,
      };
      await rig.store.staff.appendAudit({ ...entry, reason });
      const rows = await rig.store.staff.auditRows({ limit: 1 });
      if (!rows.ok) throw new Error(rows.error.message);
      for (const { no, prevHash, hash, ...rest } of rows.value) expect(auditHash(prevHash, no, rest)).toBe(hash);
    });
  });
}
