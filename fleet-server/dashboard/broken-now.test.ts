import { describe, expect, it } from 'vitest';
import { sortedAlarms } from './alarm-order.ts';
import type { Alarm, Hall, Terminal } from './api-client/api-types.ts';
import { brokenNow } from './broken-now.ts';
import { isStale } from './freshness.ts';
import { fittingTerminals } from './pages/terminals-page.tsx';
import { volumeLines } from './components/volume-table.tsx';

function terminal(tid: string, changes: Partial<Terminal> = {}): Terminal {
  return {
    tid,
    hallId: 'h-1',
    town: '440606005',
    simulated: true,
    link: 'up',
    linkSince: 0,
    state: 'inService',
    busy: false,
    heardAt: 1_000_000,
    ageMs: 0,
    stale: false,
    off: [],
    modules: [],
    supplies: [],
    outboxRows: 0,
    openAlarms: 0,
    ...changes,
  };
}

function alarm(tid: string, severity: Alarm['severity'], state: Alarm['state'] = 'unacked', raisedAt = 0): Alarm {
  return {
    id: `${tid}-${severity}-${state}-${raisedAt}`,
    tid,
    town: '440606005',
    module: 'cardUnit',
    code: 'module.offline',
    severity,
    state,
    raisedAt,
    count: 1,
    stop: null,
  };
}

const hall: Hall = {
  hallId: 'h-1',
  town: '440606005',
  zh: '大良自助大厅',
  en: 'Daliang hall',
  addressZh: '',
  addressEn: '',
  hoursZh: '',
  hoursEn: '',
};

function overview(terminals: Terminal[], alarms: Alarm[] = []) {
  return { towns: [{ code: '440606005', zh: '大良街道', en: 'Daliang', halls: [{ ...hall, terminals }] }], alarms };
}

describe('what is broken now', () => {
  it('is ordered by severity × services lost, never by time alone', () => {
    const off = [
      { service: 'exit.endorse', why: 'mediaJam' },
      { service: 'exit.card', why: 'mediaJam' },
    ];
    const terminals = [
      terminal('WELL'),
      terminal('MINOR'),
      terminal('MAJOR-ONE'),
      terminal('MAJOR-MANY', { state: 'degraded', off }),
      terminal('CRITICAL'),
      terminal('DEGRADED', { state: 'degraded' }),
      terminal('LOST', { state: 'unknown', heardAt: null }),
      terminal('PLANNED', { state: 'maintenance' }),
      terminal('SHUT', { state: 'closed' }),
    ];
    const alarms = [
      alarm('MINOR', 'minor', 'unacked', 999),
      alarm('MAJOR-ONE', 'major'),
      alarm('MAJOR-MANY', 'major'),
      alarm('CRITICAL', 'critical', 'unacked', 1),
    ];
    expect(brokenNow(overview(terminals, alarms)).map((item) => item.terminal.tid)).toEqual([
      'CRITICAL',
      'MAJOR-MANY',
      'MAJOR-ONE',
      'DEGRADED',
      'MINOR',
      'LOST',
    ]);
  });

  it('puts what somebody has taken on behind what nobody has, and leaves out what was put aside', () => {
    const terminals = [terminal('TAKEN'), terminal('OPEN'), terminal('ASIDE')];
    const alarms = [
      alarm('TAKEN', 'major', 'acked'),
      alarm('OPEN', 'major'),
      alarm('ASIDE', 'critical', 'shelved'),
      alarm('ASIDE', 'critical', 'suppressed'),
    ];
    expect(brokenNow(overview(terminals, alarms)).map((item) => item.terminal.tid)).toEqual(['OPEN', 'TAKEN']);
  });

  it('is nothing when all is well', () => {
    expect(brokenNow(overview([terminal('WELL')]))).toEqual([]);
  });
});

describe('lists', () => {
  it('of alarms: waiting first, the worst first, the newest first', () => {
    const rows = [
      alarm('A', 'minor', 'unacked', 5),
      alarm('B', 'critical', 'acked', 9),
      alarm('C', 'major', 'unacked', 1),
      alarm('D', 'major', 'unacked', 2),
      alarm('E', 'critical', 'returned', 3),
    ];
    expect(sortedAlarms(rows).map((row) => row.tid)).toEqual(['D', 'C', 'A', 'E', 'B']);
  });

  it('of terminals: words of either language, and a stale one counts as unknown', () => {
    const now = 1_000_000;
    const data = overview([terminal('DALIANG-01'), terminal('DALIANG-02', { heardAt: now - 150_001 })]);
    const tids = (filter: Parameters<typeof fittingTerminals>[1]): string[] =>
      fittingTerminals(data, filter, now).map((row) => row.terminal.tid);
    expect(tids({ q: '大良 02' })).toEqual(['DALIANG-02']);
    expect(tids({ q: 'HALL daliang-01' })).toEqual(['DALIANG-01']);
    expect(tids({ state: 'unknown' })).toEqual(['DALIANG-02']);
    expect(tids({ state: 'inService' })).toEqual(['DALIANG-01']);
    expect(tids({ town: '440606006' })).toEqual([]);
    expect([isStale({ heardAt: now - 150_000 }, now), isStale({ heardAt: null }, now)]).toEqual([false, true]);
  });

  it('of volumes: one line a service, refunds taken off', () => {
    const row = {
      place: 'fleet',
      service: 'exit.endorse',
      produced: 0,
      handedOver: 0,
      refundedFen: 0,
      chargedFen: 0,
      n: 1,
    };
    const lines = volumeLines([
      { ...row, outcome: 'done', n: 2, chargedFen: 3_000 },
      { ...row, outcome: 'stopped', chargedFen: 1_500, refundedFen: 1_500 },
      { ...row, service: 'exit.card', outcome: 'done', n: 9 },
    ]);
    expect(lines.map((line) => [line.service, line.counts.done, line.counts.stopped, line.chargedFen])).toEqual([
      ['exit.card', 9, 0, 0],
      ['exit.endorse', 2, 1, 3_000],
    ]);
  });
});
