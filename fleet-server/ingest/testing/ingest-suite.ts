import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetChange } from '../../store/index.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runIngest, type RunningIngest } from '../../test/ingest-rig.ts';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { WireTerminal, until } from '../../test/wire-terminal.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function ingestSuite(): void {
  /** One fleet for all tests, a terminal of its own for each. */
  const TIDS = Array.from({ length: 20 }, (_, i) => `SD-DALIANG-${String(i + 1).padStart(2, '0')}`);
  let used = 0;
  let TID: string;
  let dir: string;
  let fleet: RunningIngest;
  let changes: FleetChange[];
  let hourAgo: number;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'yimen-ingest-'));
    fleet = await runIngest(dir, TIDS);
    fleet.store.changes.subscribe((change) => changes.push(change));
  });
  beforeEach(() => {
    TID = TIDS[used] ?? '';
    used += 1;
    changes = [];
    hourAgo = Date.now() - 3_600_000;
  });
  afterAll(async () => {
    await fleet.stop();
    rmSync(dir, { recursive: true });
  });

  const dial = (linkSession = 1): Promise<WireTerminal> => WireTerminal.connect(dir, TID, fleet.port, linkSession);
  const today = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

  function ledgerOf(services: number): LedgerMaker {
    const ledger = new LedgerMaker(TID);
    // The same for all ledgers of one test, so that two of them share what they have in common.
    ledger.wall = hourAgo;
    ledger.add('epoch-opened', { epoch: 1, prevEpoch: null, prevHead: null, reason: 'enrolled' });
    for (let i = 0; i < services; i += 1) ledger.addService();
    return ledger;
  }

  describe('events', () => {
    it('are committed, acknowledged, counted once, and shown', async () => {
      const before = fleet.counters();
      const terminal = await dial();
      const ledger = ledgerOf(3);
      await terminal.birth();
      expect(await terminal.ack()).toMatchObject({ epoch: 1, upTo: 0, missing: [], quarantined: [] });
      await terminal.send('ev', ledger.batch(1, 4));
      expect(await terminal.ack((ack) => ack.upTo > 0)).toMatchObject({ upTo: 4, missing: [], quarantined: [] });
      await terminal.send('ev', ledger.batch(1, 4));
      await terminal.send('ev', ledger.batch(3, 4));
      expect(fleet.counters()).toMatchObject({ inserted: before.inserted + 4, repeated: before.repeated + 6 });
      const { reads } = fleet.store;
      expect(await reads.ledger(TID)).toEqual({
        tid: TID,
        epoch: 1,
        upTo: 4,
        stored: 4,
        holes: [],
        quarantined: 0,
        head: ledger.hash(4),
      });
      const row = {
        service: 'exit.endorse',
        outcome: 'done',
        n: 3,
        chargedFen: 4500,
        refundedFen: 0,
        produced: 3,
        handedOver: 3,
      };
      expect(await reads.volumes({ day: today(), tid: TID })).toEqual([{ place: TID, ...row }]);
      expect(await reads.volumes({ day: today(), town: '440606005' })).toEqual([{ place: '440606005', ...row }]);
      expect(await reads.volumes({ day: today() })).toEqual([{ place: 'fleet', ...row }]);
      const events = await reads.events({ limit: 2, kinds: ['service-result'] });
      expect(events.map((event) => [event.seq, event.fields.receiptId])).toEqual([
        [4, 'R7K2-9QXM'],
        [3, 'R7K2-9QXM'],
      ]);
      const next = await reads.events({ tid: TID, limit: 10, before: Number(events[1]?.id) });
      expect(next.map((event) => event.seq)).toEqual([2, 1]);
      expect(changes).toContainEqual({ what: 'events', tid: TID, kinds: ['epoch-opened', 'service-result'] });
      expect(changes).toContainEqual({ what: 'volumes', tid: TID });
    });

    it('that are missing are asked for, and the holes close', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(9);
      await terminal.send('ev', ledger.batch(3, 4));
      await terminal.send('ev', ledger.batch(8, 8));
      expect(await terminal.ack((ack) => ack.upTo === 8)).toMatchObject({
        missing: [
          [1, 2],
          [5, 7],
        ],
      });
      expect(await fleet.store.reads.ledger(TID)).toMatchObject({
        stored: 3,
        holes: [
          [1, 2],
          [5, 7],
        ],
      });
      await terminal.send('ev', ledger.batch(6, 6));
      await terminal.send('ev', ledger.batch(1, 10));
      expect(await terminal.ack((ack) => ack.upTo === 10)).toMatchObject({ missing: [] });
      expect(await fleet.store.reads.ledger(TID)).toMatchObject({
        upTo: 10,
        stored: 10,
        holes: [],
        head: ledger.hash(10),
      });
    });

    it('with more holes than an acknowledgement holds lower `upTo`', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(80);
      for (let seq = 2; seq <= 70; seq += 2) await terminal.send('ev', ledger.batch(seq, seq));
      const ack = await terminal.ack((one) => one.missing.length === 32 && one.missing.at(-1)?.[0] === 63);
      expect(ack.upTo).toBe(64);
    });

    it('that do not fit are kept apart and not asked for again', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(1);
      ledger.add('power', { state: 'solar' });
      ledger.addService();
      await terminal.send('ev', ledger.batch(1, 4));
      expect(await terminal.ack()).toMatchObject({ upTo: 4, missing: [], quarantined: [[3, 3]] });
      expect(await fleet.store.reads.ledger(TID)).toMatchObject({ stored: 3, quarantined: 1, head: ledger.hash(4) });
      expect(changes).toContainEqual({ what: 'alarms', tid: TID });
    });

    it('of a batch whose chain is wrong are kept apart until they come right', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(2);
      await terminal.send('ev', ledger.batch(1, 3).replace('"produced":1', '"produced":2'));
      expect(await terminal.ack()).toMatchObject({ upTo: 3, quarantined: [[1, 3]] });
      expect(await fleet.store.reads.volumes({ day: today(), tid: TID })).toEqual([]);
      await terminal.send('ev', ledger.batch(1, 3));
      expect(await terminal.ack((ack) => ack.quarantined.length === 0)).toMatchObject({ upTo: 3 });
      expect(await fleet.store.reads.ledger(TID)).toMatchObject({ stored: 3, quarantined: 0 });
    });

    it('of another branch are a fork: the first rows stand, the others are kept and not counted', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(3);
      await terminal.send('ev', ledger.batch(1, 4));
      const twin = ledgerOf(2);
      twin.addService({ chargedFen: 9900 });
      twin.addService({ chargedFen: 9900 });
      await terminal.send('ev', twin.batch(1, 5));
      expect(await terminal.ack((ack) => ack.upTo === 5)).toMatchObject({ quarantined: [[5, 5]] });
      twin.addService({ chargedFen: 9900 });
      await terminal.send('ev', twin.batch(6, 6));
      expect(await terminal.ack((ack) => ack.upTo === 6)).toMatchObject({ quarantined: [[5, 6]] });
      expect(await fleet.store.reads.volumes({ day: today(), tid: TID })).toMatchObject([{ n: 3, chargedFen: 4500 }]);
      const facts = await fleet.store.alarms.facts({ tids: [TID] });
      expect(facts.ok && facts.value[0]?.forks?.count).toBeGreaterThan(0);
    });

    it('that fill a hole but do not join the row behind it are a fork as well', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(5);
      await terminal.send('ev', ledger.batch(1, 2));
      await terminal.send('ev', ledger.batch(5, 6));
      const other = ledgerOf(1);
      other.addService({ chargedFen: 9900 });
      other.addService({ chargedFen: 9900 });
      await terminal.send('ev', other.batch(3, 4));
      expect(await terminal.ack((ack) => ack.quarantined.length > 0)).toMatchObject({ upTo: 6, quarantined: [[3, 4]] });
      terminal.acks.length = 0;
      await terminal.send('ev', ledger.batch(3, 4));
      expect(await terminal.ack((ack) => ack.quarantined.length === 0 && ack.missing.length === 0)).toMatchObject({
        upTo: 6,
      });
      expect(await fleet.store.reads.ledger(TID)).toMatchObject({ stored: 6, quarantined: 0, head: ledger.hash(6) });
    });

    it('of an epoch that was not issued are kept apart', async () => {
      const terminal = await dial();
      const old = new LedgerMaker(TID, 7);
      old.addService();
      await terminal.send('ev', old.batch(1, 1));
      expect(await terminal.ack()).toMatchObject({ epoch: 7, upTo: 1, quarantined: [[1, 1]] });
    });

    it('in a payload that nobody can read are not acknowledged, but kept', async () => {
      const terminal = await dial();
      await terminal.send('ev', '{"v":1,');
      await terminal.birth();
      expect((await terminal.ack()).upTo).toBe(0);
      expect(terminal.acks.length).toBe(1);
      const facts = await fleet.store.alarms.facts({ tids: [TID] });
      expect(facts.ok && facts.value[0]?.quarantined?.count).toBe(1);
    });

    it('that correct an earlier result move its count, whichever comes first', async () => {
      const terminal = await dial();
      const ledger = ledgerOf(0);
      ledger.addService({ outcome: 'stopped', stop: 'paid-not-produced', produced: 0, handedOver: 0, incident: 'A1' });
      ledger.add('service-corrected', {
        of: 2,
        by: 'session',
        outcome: 'done',
        stop: null,
        produced: 1,
        handedOver: 1,
      });
      ledger.addService({ outcome: 'stopped', stop: 'unknown', produced: 0, handedOver: 0, incident: 'A2' });
      ledger.add('service-corrected', { of: 4, by: 'staff', outcome: 'refused', stop: null, refundedFen: 1500 });
      await terminal.send('ev', ledger.batch(1, 2));
      expect(await fleet.store.reads.volumes({ day: today(), tid: TID })).toMatchObject([{ outcome: 'stopped', n: 1 }]);
      await terminal.send('ev', ledger.batch(3, 3));
      await terminal.send('ev', ledger.batch(5, 5));
      await terminal.send('ev', ledger.batch(4, 4));
      expect(await fleet.store.reads.volumes({ day: today(), tid: TID })).toMatchObject([
        { outcome: 'done', n: 1, produced: 1, chargedFen: 1500 },
        { outcome: 'refused', n: 1, refundedFen: 1500, chargedFen: 1500 },
      ]);
    });
  });

  describe('the link', () => {
    it('is up after birth, shows its beats, and is down when it breaks', async () => {
      const { reads } = fleet.store;
      expect(await reads.terminal(TID)).toMatchObject({ link: 'never', state: 'unknown', heardAt: null });
      const { beats } = fleet.counters();
      const terminal = await dial(812);
      await terminal.birth(812);
      await terminal.beat(812, 1, {
        state: 'degraded',
        off: [{ service: 'exit.collect', why: 'documentLocker.hardwareError' }],
      });
      await until(() => fleet.counters().beats > beats);
      await fleet.writeBeats();
      expect(await reads.terminal(TID)).toMatchObject({
        link: 'up',
        state: 'degraded',
        town: '440606005',
        software: '1.4.2 (2026.11.1)',
        services: [{ id: 'exit.endorse', release: 17 }],
        off: [{ service: 'exit.collect', why: 'documentLocker.hardwareError' }],
        modules: [{ module: 'cardUnit', state: 'online', driver: 'card-unit-creator-crt591', serial: 'A20417' }],
        supplies: [{ unit: 'receiptPaper', count: 412, capacity: 1500, source: 'counted' }],
        sys: { cpuPct: 3, tempC: 41 },
      });
      terminal.client.stream.destroy();
      await until(async () => (await reads.terminal(TID))?.link === 'down');
      expect(await reads.terminal(TID)).toMatchObject({ state: 'unknown' });
    });

    it('takes no beat of an older link or with an old number', async () => {
      const terminal = await dial(5);
      const count = (): number => fleet.counters().beats;
      await terminal.birth(5);
      const first = count();
      await terminal.beat(5, 3);
      await until(() => count() > first);
      await fleet.writeBeats();
      const before = await fleet.store.reads.terminal(TID);
      expect(before?.state).toBe('inService');
      const beats = count();
      // Each is written before the next comes, so that none of them is merely replaced in memory.
      for (const [index, [linkSession, n]] of (
        [
          [5, 3],
          [5, 2],
          [4, 9],
        ] as const
      ).entries()) {
        await terminal.beat(linkSession, n, { state: 'outOfService' });
        await until(() => count() === beats + index + 1);
        await fleet.writeBeats();
      }
      expect(await fleet.store.reads.terminal(TID)).toEqual(before);
      await terminal.beat(5, 4, { state: 'maintenance' });
      await until(() => count() === beats + 4);
      await fleet.writeBeats();
      expect((await fleet.store.reads.terminal(TID))?.state).toBe('maintenance');
      // A newer link has been born, and has not beaten yet: the old one's last words come too late.
      await terminal.birth(6);
      await terminal.beat(5, 9, { state: 'closed' });
      await until(() => count() === beats + 5);
      await fleet.writeBeats();
      expect((await fleet.store.reads.terminal(TID))?.state).toBe('maintenance');
    });

    it('hears a polite goodbye, and every link is down after a restart', async () => {
      const terminal = await dial();
      await terminal.birth();
      await terminal.send('life', {
        v: 1,
        kind: 'leaving',
        linkSession: 1,
        t: { boot: 'boot-0001', mono: 1, wall: 1, srv: null },
        reason: 'restart',
      });
      expect(await fleet.store.reads.terminal(TID)).toMatchObject({ link: 'down' });
      await terminal.birth();
      expect(await fleet.store.reads.terminal(TID)).toMatchObject({ link: 'up' });
      await fleet.stop();
      fleet = await runIngest(dir, TIDS);
      fleet.store.changes.subscribe((change) => changes.push(change));
      expect(await fleet.store.reads.terminal(TID)).toMatchObject({ link: 'down', software: '1.4.2 (2026.11.1)' });
    });

    it('learns the server’s state when it subscribes', async () => {
      const terminal = await dial();
      const state = await until(() => terminal.states[0]);
      expect(state).toMatchObject({
        online: true,
        serverEpoch: 1,
        hbEverySec: [30, 60],
        reconnectSpreadSec: 5,
        slowdown: 0,
      });
    });
  });
}
