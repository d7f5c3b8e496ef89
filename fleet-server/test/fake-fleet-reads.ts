import { TOWNS } from '@yimen/contracts/fleet';
import type {
  AlarmView,
  EventView,
  FleetChange,
  FleetChanges,
  FleetReads,
  HallView,
  LedgerView,
  TerminalDetail,
  TerminalView,
  TownView,
  VarianceView,
  VolumeRow,
} from '../store/fleet-reads.ts';
import type { AlarmActions, VarianceActions } from '../api/api-deps.ts';
import {
  FAKE_ALARMS,
  FAKE_HALLS,
  FAKE_MODULES,
  FAKE_SUPPLIES,
  FAKE_TERMINALS,
  type FakeTerminalRow,
} from './fake-fleet.table.ts';

/** A fleet in memory: ten towns, fourteen halls, one terminal in each, in every state a page has to show. Dated from
 *  the `now` it is given. Implements what the api reads, is told, and asks of the alarms room. */
export class FakeFleet implements FleetReads, FleetChanges, AlarmActions, VarianceActions {
  readonly terminalList: TerminalDetail[];
  readonly alarmList: AlarmView[];
  readonly eventList: EventView[];
  readonly volumeList: VolumeRow[];
  readonly varianceList: VarianceView[];
  readonly #listeners = new Set<(change: FleetChange) => void>();

  constructor(now: number) {
    this.alarmList = FAKE_ALARMS.map(({ agoMs, stop = null, ...alarm }) => ({
      ...alarm,
      id: `${alarm.tid}:${alarm.module}:${alarm.code}`,
      raisedAt: now - agoMs,
      count: 1,
      stop,
    }));
    this.terminalList = FAKE_TERMINALS.map((row) => terminalOf(row, now, this.alarmList));
    this.eventList = eventsOf(now);
    this.volumeList = volumesOf();
    this.varianceList = [differenceOf(now)];
  }

  /** Says that something changed, as the store does after a commit. */
  tell(change: FleetChange): void {
    for (const fn of this.#listeners) fn(change);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe(fn: (change: FleetChange) => void): () => void {
    this.#listeners.add(fn);
    return () => {
      this.#listeners.delete(fn);
    };
  }

  async towns(): Promise<TownView[]> {
    return TOWNS.map(({ code, zh, en }) => ({ code, zh, en }));
  }

  async halls(): Promise<HallView[]> {
    return [...FAKE_HALLS];
  }

  async terminals(filter: { town?: string | undefined; hall?: string | undefined }): Promise<TerminalView[]> {
    return this.terminalList.filter(
      (terminal) =>
        (filter.town === undefined || terminal.town === filter.town) &&
        (filter.hall === undefined || terminal.hallId === filter.hall),
    );
  }

  async terminal(tid: string): Promise<TerminalDetail | undefined> {
    return this.terminalList.find((terminal) => terminal.tid === tid);
  }

  async volumes(query: { day: string; town?: string | undefined; tid?: string | undefined }): Promise<VolumeRow[]> {
    return this.volumeList.map((row) => ({ ...row, place: query.tid ?? query.town ?? 'fleet' }));
  }

  async events(query: {
    tid?: string | undefined;
    kinds?: readonly string[] | undefined;
    before?: number | undefined;
    limit: number;
  }): Promise<EventView[]> {
    return this.eventList
      .filter(
        (event) =>
          (query.tid === undefined || event.tid === query.tid) &&
          (query.kinds === undefined || query.kinds.includes(event.kind)) &&
          (query.before === undefined || Number(event.id) < query.before),
      )
      .slice(0, query.limit);
  }

  async alarms(query: { open: boolean; town?: string | undefined; limit: number }): Promise<AlarmView[]> {
    return this.alarmList
      .filter(
        (alarm) => (!query.open || alarm.state !== 'normal') && (query.town === undefined || alarm.town === query.town),
      )
      .slice(0, query.limit);
  }

  async ledger(tid: string): Promise<LedgerView | undefined> {
    const terminal = await this.terminal(tid);
    if (terminal === undefined) return undefined;
    const holes: LedgerView['holes'] = tid === 'BEIJIAO-02' ? [[311, 318]] : [];
    return { tid, epoch: 1, upTo: 1_204, stored: 1_204, holes, quarantined: 0, head: 'H'.repeat(43) };
  }

  async variances(query: {
    open: boolean;
    town?: string | undefined;
    tid?: string | undefined;
    limit: number;
  }): Promise<VarianceView[]> {
    return this.varianceList
      .filter(
        (row) =>
          (!query.open || row.accepted === null) &&
          (query.town === undefined || row.town === query.town) &&
          (query.tid === undefined || row.tid === query.tid),
      )
      .slice(0, query.limit);
  }

  async accept(given: {
    id: string;
    by: string;
    reason: string;
    at: number;
  }): Promise<'accepted' | 'unknown' | 'notOpen'> {
    const at = this.varianceList.findIndex((row) => row.id === given.id);
    const row = this.varianceList[at];
    if (row === undefined) return 'unknown';
    if (row.accepted !== null) return 'notOpen';
    const { by: who, reason, at: when } = given;
    this.varianceList[at] = { ...row, accepted: { by: 'fleet', who, reason, at: when, atTerminal: false } };
    this.tell({ what: 'alarms', tid: row.tid });
    return 'accepted';
  }

  async acknowledge(alarm: { id: string; by: string; at: number }): Promise<'acknowledged' | 'unknown' | 'notOpen'> {
    const at = this.alarmList.findIndex((row) => row.id === alarm.id);
    const row = this.alarmList[at];
    if (row === undefined) return 'unknown';
    if (row.state !== 'unacked' && row.state !== 'returned') return 'notOpen';
    this.alarmList[at] = { ...row, state: row.state === 'unacked' ? 'acked' : 'normal' };
    this.tell({ what: 'alarms', tid: row.tid });
    return 'acknowledged';
  }
}

function terminalOf(row: FakeTerminalRow, now: number, alarms: readonly AlarmView[]): TerminalDetail {
  const heardAt = row.heardAgoMs === null ? null : now - row.heardAgoMs;
  const lost = row.heardAgoMs === null || row.heardAgoMs > 150_000;
  return {
    tid: row.tid,
    hallId: row.hallId,
    town: FAKE_HALLS.find((hall) => hall.hallId === row.hallId)?.town ?? '',
    simulated: row.tid !== 'DALIANG-01',
    link: row.heardAgoMs === null ? 'never' : lost ? 'down' : 'up',
    linkSince: heardAt === null ? null : heardAt - 3_600_000,
    state: row.state,
    busy: row.tid === 'DALIANG-01',
    heardAt,
    off: row.off ?? [],
    modules: FAKE_MODULES.map((module) => ({ ...module, changedAt: now - 5_400_000, ...row.broken?.[module.module] })),
    supplies: FAKE_SUPPLIES.map((supply) =>
      supply.unit === 'receiptPaper' ? { ...supply, count: row.paper ?? supply.count } : supply,
    ),
    outboxRows: lost ? 12 : 0,
    openAlarms: alarms.filter((alarm) => alarm.tid === row.tid && alarm.state !== 'normal').length,
    software: '0.1.0',
    services: [
      { id: 'exit.endorse', release: 18 },
      { id: 'exit.card', release: 4 },
    ],
    sys: { cpuPct: 12, memFreeMb: 2_310, diskFreeMb: 41_200, tempC: 46 },
  };
}

/** Two cards too few, counted a while ago. */
function differenceOf(now: number): VarianceView {
  return {
    id: 'DALIANG-01:1:812',
    tid: 'DALIANG-01',
    town: '440606005',
    module: 'licencePrinter',
    unit: 'driving',
    expected: 40,
    counted: 38,
    variance: -2,
    missing: 'D0117 D0118',
    who: 'W'.repeat(43),
    at: now - 5_000_000,
    workOrder: null,
    accepted: null,
  };
}

function eventsOf(now: number): EventView[] {
  const kinds: readonly (readonly [string, Record<string, unknown>])[] = [
    [
      'service-result',
      {
        sessionId: 'Sess_0001',
        service: 'exit.endorse',
        release: 18,
        outcome: 'done',
        chargedFen: 1500,
        produced: 1,
        handedOver: 1,
      },
    ],
    [
      'device-status',
      { module: 'cardUnit', state: 'hardwareError', fault: 'mediaJam', media: 'jammed', lost: ['exit.endorse'] },
    ],
    ['session-started', { sessionId: 'Sess_0001', lang: 'zh-CN', mode: 'standard' }],
    ['money-moved', { direction: 'charge', channel: 'qr', amountFen: 1500, outcome: 'done' }],
    ['supply-level', { unit: 'receiptPaper', count: 61, capacity: 100, source: 'counted', cause: 'used' }],
  ];
  return Array.from({ length: 60 }, (_, at) => {
    const [kind, fields] = kinds[at % kinds.length] ?? ['booted', {}];
    const wall = now - 20_000 - at * 47_000;
    const tid = FAKE_TERMINALS[at % FAKE_TERMINALS.length]?.tid ?? 'DALIANG-01';
    return {
      id: String(1_000 - at),
      tid,
      epoch: 1,
      seq: 1_204 - at,
      kind,
      wall,
      at: wall,
      receivedAt: wall + 180,
      fields,
    };
  });
}

function volumesOf(): VolumeRow[] {
  const row = (service: string, outcome: VolumeRow['outcome'], n: number, fen = 0): VolumeRow => {
    const made = outcome === 'done' && fen > 0 ? n : 0;
    return {
      place: 'fleet',
      service,
      outcome,
      n,
      chargedFen: n * fen,
      refundedFen: 0,
      produced: made,
      handedOver: made,
    };
  };
  return [
    row('exit.endorse', 'done', 214, 1500),
    row('exit.endorse', 'refused', 9),
    row('exit.endorse', 'stopped', 1, 1500),
    row('exit.endorse', 'abandoned', 17),
    row('exit.card', 'done', 88),
    row('exit.card', 'abandoned', 3),
  ];
}
