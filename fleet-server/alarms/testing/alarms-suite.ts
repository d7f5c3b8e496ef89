import { ManualClock } from '@yimen/contracts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerMaker } from '../../test/ledger-maker.ts';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import { createAlarms, type Alarms } from '../alarms.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function alarmsSuite(): void {
  /** One store for all tests, a terminal of its own for each. */
  const TIDS = Array.from({ length: 30 }, (_, i) => `SD-DALIANG-${String(i + 1).padStart(2, '0')}`);
  let used = 0;
  let TID: string;
  let LOCKER: string;
  const SECOND = 1_000;
  const MINUTE = 60 * SECOND;
  let clock: ManualClock;
  let rig: StoreRig;
  let alarms: Alarms;
  let ledger: LedgerMaker;

  const make = (): Alarms => createAlarms({ store: rig.store, clock, reconnectSpreadSec: 5, slowdown: () => 0 });

  beforeAll(async () => {
    clock = new ManualClock();
    rig = await openStoreRig(TIDS, clock);
  });
  beforeEach(async () => {
    TID = TIDS[used] ?? '';
    used += 1;
    LOCKER = `${TID}:documentLocker:module.hardwareError`;
    ledger = new LedgerMaker(TID);
    alarms = make();
    await alarms.start();
  });
  afterEach(() => alarms.stop());
  afterAll(() => rig.close());

  /** Time passes; then what the room has seen of it is done. */
  async function later(ms: number): Promise<void> {
    await clock.advance(ms);
    await alarms.look();
  }
  async function device(state: string, lost: string[] = []): Promise<void> {
    const seq = ledger.add('device-status', {
      module: 'documentLocker',
      state,
      fault: state === 'online' ? null : 'stackJam',
      media: null,
      lost,
    });
    await rig.commit(ledger, seq, seq, clock.wallMs());
  }
  async function service(fields: Record<string, unknown>): Promise<number> {
    const seq = ledger.addService(fields);
    await rig.commit(ledger, seq, seq, clock.wallMs());
    return seq;
  }
  /** Alarms of the terminal as `code state xcount`. */
  async function shown(open = true): Promise<string[]> {
    const list = await rig.store.reads.alarms({ open, limit: 500 });
    return list.filter((one) => one.tid === TID).map((one) => `${one.code} ${one.state} x${one.count}`);
  }
  async function story(id: string): Promise<string[]> {
    const rows = await rig.store.alarms.transitionsOf({ id });
    return rows.ok ? rows.value.map((row) => `${row.input} ${row.from_state}→${row.to_state} by ${row.who}`) : [];
  }
  describe('a device fault', () => {
    it('becomes an alarm after its delay, returns when the device is well, and is closed by a person', async () => {
      await device('hardwareError', ['exit.collect']);
      await later(9 * SECOND);
      expect(await shown()).toEqual([]);
      await later(1 * SECOND);
      expect((await rig.store.reads.alarms({ open: true, limit: 5 })).filter((one) => one.tid === TID)).toMatchObject([
        {
          id: LOCKER,
          tid: TID,
          town: '440606005',
          module: 'documentLocker',
          code: 'module.hardwareError',
          severity: 'minor',
          state: 'unacked',
          count: 1,
          stop: null,
        },
      ]);
      expect((await rig.store.reads.terminal(TID))?.openAlarms).toBe(1);
      await device('online');
      await later(29 * SECOND);
      expect(await shown()).toEqual(['module.hardwareError unacked x1']);
      await later(1 * SECOND);
      expect(await shown()).toEqual(['module.hardwareError returned x1']);
      expect(await alarms.acknowledge({ id: LOCKER, by: 'staff-1', at: clock.wallMs() })).toBe('acknowledged');
      expect(await shown()).toEqual([]);
      expect(await alarms.acknowledge({ id: LOCKER, by: 'staff-1', at: clock.wallMs() })).toBe('notOpen');
      expect(await alarms.acknowledge({ id: 'nobody', by: 'staff-1', at: 1 })).toBe('unknown');
      expect(await story(LOCKER)).toEqual([
        'raise normal→unacked by rule',
        'clear unacked→returned by rule',
        'ack returned→normal by staff-1',
      ]);
    });

    it('that is over before its delay is no alarm', async () => {
      await device('hardwareError');
      await later(5 * SECOND);
      await device('online');
      await later(60 * SECOND);
      expect(await shown(false)).toEqual([]);
    });

    it('that comes and goes is one alarm until it is quiet', async () => {
      for (let i = 0; i < 3; i += 1) {
        await device('hardwareError');
        await later(11 * SECOND);
        await device('online');
        await later(31 * SECOND);
      }
      // Raise, clear, raise, clear, raise are five changes: from then on it stands.
      expect(await shown()).toEqual(['module.hardwareError unacked x3']);
      await later(9 * MINUTE);
      expect(await shown()).toEqual(['module.hardwareError unacked x3']);
      await later(2 * MINUTE);
      expect(await shown()).toEqual(['module.hardwareError returned x3']);
    });

    it('is not raised twice by a room that was killed and started again', async () => {
      await device('hardwareError');
      await later(11 * SECOND);
      const before = await story(LOCKER);
      await alarms.stop();
      alarms = make();
      await alarms.start();
      await later(MINUTE);
      expect(await story(LOCKER)).toEqual(before);
      expect(await shown()).toContain('module.hardwareError unacked x1');
    });

    it('that came while the room was away is raised when it is back', async () => {
      await alarms.stop();
      await device('hardwareError');
      await clock.advance(MINUTE);
      alarms = make();
      await alarms.start();
      expect(await shown()).toEqual(['module.hardwareError unacked x1']);
    });
  });

  describe('F65 a counted difference', () => {
    const counted = async (variance: number): Promise<number> => {
      const seq = ledger.add('exchange-counted', {
        module: 'licencePrinter',
        unit: 'driving',
        expected: 40,
        journaled: null,
        counted: 40 + variance,
        variance,
        after: 40 + variance,
        missing: null,
        who: 'K'.repeat(43),
        acceptedBy: null,
        workOrder: null,
      });
      await rig.commit(ledger, seq, seq, clock.wallMs());
      return seq * 3;
    };
    const fleetAccepts = (j: number): Promise<unknown> =>
      rig.store.variances.accept({ id: `${TID}:1:${j}`, by: 'duty-1', reason: '复点无误', at: clock.wallMs() });

    it('is one alarm, raised again by another count, that returns when all of them are accepted', async () => {
      const first = await counted(-2);
      await later(SECOND);
      expect(await shown()).toEqual(['unit.variance unacked x1']);
      const second = await counted(-1);
      await later(SECOND);
      expect(await shown()).toEqual(['unit.variance unacked x2']);
      await fleetAccepts(second);
      await later(SECOND);
      expect(await shown()).toEqual(['unit.variance unacked x2']);
      await fleetAccepts(first);
      await later(SECOND);
      expect(await shown()).toEqual(['unit.variance returned x2']);
      await alarms.acknowledge({
        id: `${TID}:licencePrinter.driving:unit.variance`,
        by: 'staff-1',
        at: clock.wallMs(),
      });
      expect(await shown()).toEqual([]);
    });

    it('without a difference is none', async () => {
      await counted(0);
      await later(MINUTE);
      expect(await shown(false)).toEqual([]);
    });
  });

  describe('a link', () => {
    it('that is lost is offline after two minutes, and back at once', async () => {
      await rig.store.ingest.setLink({ tid: TID, up: true, at: clock.wallMs() });
      await later(2 * MINUTE);
      await rig.store.ingest.setLink({ tid: TID, up: false, at: clock.wallMs() });
      await later(119 * SECOND);
      expect(await shown()).toEqual([]);
      await later(SECOND);
      expect(await shown()).toEqual(['terminal.offline unacked x1']);
      await rig.store.ingest.setLink({ tid: TID, up: true, at: clock.wallMs() });
      await later(SECOND);
      expect(await shown()).toEqual(['terminal.offline returned x1']);
    });

    it('that stands in silence is offline too', async () => {
      await rig.store.ingest.setLink({ tid: TID, up: true, at: clock.wallMs() });
      await later(150 * SECOND);
      expect(await shown()).toEqual([]);
      await later(120 * SECOND);
      expect(await shown()).toEqual(['terminal.offline unacked x1']);
    });

    it('has time to come back after the server’s own start', async () => {
      await rig.store.ingest.setLink({ tid: TID, up: true, at: clock.wallMs() });
      await alarms.stop();
      await clock.advance(60 * MINUTE);
      await rig.store.ingest.setLink({ tid: TID, up: false, at: clock.wallMs() - 10 * MINUTE });
      alarms = make();
      await alarms.start();
      await later(64 * SECOND);
      expect(await shown()).toEqual([]);
      await later(SECOND);
      expect(await shown()).toEqual(['terminal.offline unacked x1']);
    });
  });

  describe('money and cards', () => {
    it('in doubt for a quarter of an hour are critical, until corrected', async () => {
      const seq = await service({
        outcome: 'stopped',
        stop: 'paid-not-produced',
        produced: 0,
        handedOver: 0,
        incident: 'ABC-DEF',
      });
      await later(14 * MINUTE);
      expect(await shown()).toEqual([]);
      await later(MINUTE + SECOND);
      expect((await rig.store.reads.alarms({ open: true, limit: 500 })).find((one) => one.tid === TID)).toMatchObject({
        code: 'money.unresolved',
        severity: 'critical',
        stop: 'paid-not-produced',
      });
      const fixed = ledger.add('service-corrected', {
        of: seq,
        by: 'session',
        outcome: 'done',
        stop: null,
        produced: 1,
        handedOver: 1,
      });
      await rig.commit(ledger, fixed, fixed, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['money.unresolved returned x1']);
    });

    it('are settled by the incident’s end as well', async () => {
      await service({ outcome: 'stopped', stop: 'unknown', produced: 0, handedOver: 0, incident: 'ABC-DEF' });
      await later(16 * MINUTE);
      const closed = ledger.add('incident', { number: 'ABC-DEF', state: 'closed', stop: 'unknown' });
      await rig.commit(ledger, closed, closed, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['money.unresolved returned x1']);
    });

    it('a held card waits for a person, even when it is out', async () => {
      const id = `${TID}:cardUnit:card.held`;
      const seq = await service({ outcome: 'stopped', stop: 'card-held', incident: 'ABC-DEF' });
      await later(SECOND);
      expect(await shown()).toEqual(['card.held unacked x1']);
      await service({ outcome: 'stopped', stop: 'card-held', incident: 'GHJ-KMN' });
      await later(SECOND);
      expect(await shown()).toEqual(['card.held unacked x2']);
      for (const of of [seq, seq + 1]) {
        const fixed = ledger.add('service-corrected', { of, by: 'staff', stop: null });
        await rig.commit(ledger, fixed, fixed, clock.wallMs());
        await later(SECOND);
      }
      expect(await shown()).toEqual(['card.held unacked x2']);
      expect(await alarms.reset({ id, by: 'staff-1', at: clock.wallMs(), why: 'looked' })).toBe('notOpen');
      await alarms.acknowledge({ id, by: 'staff-1', at: clock.wallMs() });
      expect(await alarms.reset({ id, by: 'staff-1', at: clock.wallMs(), why: 'card given back' })).toBe('reset');
      expect(await shown()).toEqual([]);
    });
  });

  describe('F68 releases of services', () => {
    const tell = async (...events: [string, Record<string, unknown>][]): Promise<number> => {
      const seqs = events.map(([kind, fields]) => ledger.add(kind, fields));
      await rig.commit(ledger, seqs[0] ?? 0, seqs.at(-1) ?? 0, clock.wallMs());
      await later(SECOND);
      return seqs.at(-1) ?? 0;
    };
    const inForce = (release: number): [string, Record<string, unknown>] => [
      'releases-in-force',
      { releases: [{ service: 'exit.pay', release }], waiting: [] },
    ];
    const fellBack = (to: number | null): [string, Record<string, unknown>] => [
      'release-fell-back',
      { service: 'exit.pay', release: 3, to },
    ];

    it('F68 one that cannot be used is one alarm over all starts, until a release is in force again', async () => {
      await tell(inForce(3));
      expect(await shown()).toEqual([]);
      await tell(inForce(2), fellBack(2));
      expect(await shown()).toEqual(['release.unusable unacked x1']);
      await tell(inForce(2), fellBack(2));
      expect(await shown()).toEqual(['release.unusable unacked x1']);
      const digest = 'D'.repeat(43);
      await tell(['release-activated', { service: 'exit.pay', release: 3, digest, before: 2 }]);
      expect(await shown()).toEqual(['release.unusable returned x1']);
    });

    it('F68 what comes late changes nothing', async () => {
      const late = ledger.add(...fellBack(null));
      await tell(inForce(3));
      await rig.commit(ledger, late, late, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual([]);
    });

    it('F68 one that was refused is told once for each time, and does not last', async () => {
      const refused: [string, Record<string, unknown>] = [
        'release-refused',
        { service: 'exit.pay', release: 4, why: 'invalid', detail: 'policy.json changed after its release' },
      ];
      const last = await tell(refused);
      expect(await shown()).toEqual(['release.refused returned x1']);
      await rig.commit(ledger, last, last, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['release.refused returned x1']);
      await tell(refused);
      expect(await shown()).toEqual(['release.refused returned x2']);
    });
  });

  describe('F58 a damaged journal', () => {
    const damaged = (epoch: number, keptSeq: number): LedgerMaker => {
      const next = new LedgerMaker(TID, epoch);
      next.add('epoch-opened', { epoch, prevEpoch: epoch - 1, prevHead: null, reason: 'journal-damaged' });
      const fields = {
        row: 41,
        fault: 'JOURNAL_TORN',
        keptJ: 40,
        keptSeq,
        lost: 9,
        proved: 7,
        since: 1,
        file: 'x.sqlite',
      };
      next.add('journal-damaged', fields);
      return next;
    };
    /** Counted services as `epoch seq`. */
    const factsOf = async (): Promise<string[]> => {
      const rows = await rig.sql(`select epoch, seq from service_fact where tid = '${TID}' order by epoch, seq`);
      return rows.map((row) => `${String(row['epoch'])} ${String(row['seq'])}`);
    };

    it('F58 is one alarm for each damage, and waits for a person', async () => {
      await service({});
      const second = damaged(2, 1);
      await rig.commit(second, 1, 1, clock.wallMs());
      await rig.commit(second, 2, 2, clock.wallMs());
      await rig.commit(second, 1, 2, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['journal.damaged unacked x1']);
      await rig.commit(damaged(3, 2), 1, 2, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['journal.damaged unacked x2']);
    });

    it('F58 goes on in its new epoch, nothing counted twice and the old one closed', async () => {
      const session = { sessionId: 'session-cut1' };
      await service({});
      await service(session);
      const second = damaged(2, 1);
      await rig.commit(second, 1, 2, clock.wallMs());
      // The terminal cut its row of this session, and settled it again.
      second.addService(session);
      second.addService({ sessionId: 'session-0002' });
      await rig.commit(second, 3, 4, clock.wallMs());
      expect(await factsOf()).toEqual(['1 1', '1 2', '2 4']);
      await service({ sessionId: 'session-0003' });
      expect(await factsOf()).toEqual(['1 1', '1 2', '2 4']);
      await later(SECOND);
      expect((await shown()).toSorted()).toEqual(['contract.quarantine unacked x1', 'journal.damaged unacked x1']);
    });

    it('F58 an epoch that nobody issued and no damage opened is put aside', async () => {
      const other = new LedgerMaker(TID, 2);
      other.add('epoch-opened', { epoch: 2, prevEpoch: 1, prevHead: null, reason: 'first-start' });
      other.addService();
      await rig.commit(other, 1, 2, clock.wallMs());
      await later(SECOND);
      expect(await factsOf()).toEqual([]);
      expect(await shown()).toEqual(['contract.quarantine unacked x1']);
    });
  });

  describe('the ledger', () => {
    it('that forks is critical once for each fork, and waits for a person', async () => {
      const id = `${TID}:ledger:ledger.fork`;
      await service({});
      const other = new LedgerMaker(TID);
      other.addService({ chargedFen: 9900 });
      await rig.commit(other, 1, 1, clock.wallMs());
      await later(SECOND);
      await later(SECOND);
      expect(await shown()).toEqual(['ledger.fork unacked x1']);
      await alarms.acknowledge({ id, by: 'staff-1', at: clock.wallMs() });
      expect(await alarms.reset({ id, by: 'staff-1', at: clock.wallMs(), why: 'disk image restored' })).toBe('reset');
      await later(MINUTE);
      expect(await shown()).toEqual([]);
      const third = new LedgerMaker(TID);
      third.addService({ chargedFen: 1 });
      await rig.commit(third, 1, 1, clock.wallMs());
      await later(SECOND);
      expect(await shown()).toEqual(['ledger.fork unacked x1']);
    });

    it('with rows missing for ten minutes, or rows held, is told of', async () => {
      for (let i = 0; i < 3; i += 1) ledger.addService();
      await rig.commit(ledger, 3, 3, clock.wallMs());
      await later(9 * MINUTE);
      expect(await shown()).toEqual([]);
      await later(MINUTE);
      expect(await shown()).toEqual(['ledger.hole unacked x1']);
      await rig.commit(ledger, 1, 2, clock.wallMs());
      const bad = ledger.add('power', { state: 'solar' });
      await rig.commit(ledger, bad, bad, clock.wallMs());
      await later(SECOND);
      expect((await shown()).toSorted()).toEqual(['contract.quarantine unacked x1', 'ledger.hole returned x1']);
    });
  });

  it('keeps one row per terminal, module and code, and how far it has read', async () => {
    await device('hardwareError');
    await later(11 * SECOND);
    expect(await rig.sql(`select count(*) as n from alarm where tid = '${TID}'`)).toEqual([{ n: 1 }]);
    expect(await rig.sql("select pos from feed_cursor where name = 'alarms'")).toEqual(
      await rig.sql('select max(pos) as pos from event_feed'),
    );
  });
}
