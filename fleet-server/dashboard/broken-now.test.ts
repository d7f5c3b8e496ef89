import { describe, expect, it } from 'vitest';
import { sortedAlarms } from './alarm-order.ts';
import type { Alarm, Hall, Terminal } from './api-client/api-types.ts';
import { brokenNow } from './broken-now.ts';
import { isStale } from './freshness.ts';
import { alarmText, causesOf, reasonText } from './causes.ts';
import { fittingTerminals } from './terminal-filter.ts';
import { supplyLevel } from './components/terminal/supplies.tsx';
import { Words } from './text/words.ts';
import { volumeLines } from './components/volume-table.tsx';

const NOW = 1_000_000;

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
    heardAt: NOW,
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
    expect(brokenNow(overview(terminals, alarms), NOW).map((item) => item.terminal.tid)).toEqual([
      'CRITICAL',
      'MAJOR-MANY',
      'MAJOR-ONE',
      'DEGRADED',
      'MINOR',
      'LOST',
    ]);
  });

  it('puts what somebody has taken on behind what nobody has, and leaves out what is over or was put aside', () => {
    const terminals = [terminal('TAKEN'), terminal('OPEN'), terminal('ASIDE'), terminal('OVER')];
    const alarms = [
      alarm('TAKEN', 'major', 'acked'),
      alarm('OPEN', 'major'),
      alarm('OVER', 'critical', 'returned'),
      alarm('ASIDE', 'critical', 'shelved'),
      alarm('ASIDE', 'critical', 'suppressed'),
    ];
    expect(brokenNow(overview(terminals, alarms), NOW).map((item) => item.terminal.tid)).toEqual(['OPEN', 'TAKEN']);
  });

  it('is nothing when all is well', () => {
    expect(brokenNow(overview([terminal('WELL')]), NOW)).toEqual([]);
  });
});

describe('what fell silent', () => {
  it('is no fault while the silence is young: a link just cut, a server just started', () => {
    const cut = (agoMs: number): string[] =>
      brokenNow(overview([terminal('CUT', { state: 'unknown', link: 'down', heardAt: NOW - agoMs })]), NOW).map(
        (item) => item.terminal.tid,
      );
    expect([cut(45_000), cut(150_001)]).toEqual([[], ['CUT']]);
  });

  it('is broken even when the last it said was that all is well, and its old reasons are no cause of now', () => {
    const silent = terminal('SILENT', {
      heardAt: NOW - 150_001,
      off: [{ service: 'exit.card', why: 'cardUnit.mediaJam' }],
    });
    const [item] = brokenNow(overview([silent, terminal('WELL')]), NOW);
    expect([item?.terminal.tid, item?.causes]).toEqual(['SILENT', []]);
  });
});

describe('a cause', () => {
  const words = new Words('en');
  const module = { module: 'cardUnit', driver: null, model: null, serial: null, firmware: null } as const;
  const jammed = terminal('JAMMED', {
    state: 'degraded',
    modules: [{ ...module, state: 'hardwareError', fault: 'mediaJam', changedAt: NOW - 5_000 }],
    off: [
      { service: 'exit.pay', why: 'policy.fee' },
      { service: 'exit.endorse', why: 'cardUnit.hardwareError' },
      { service: 'exit.card', why: 'cardUnit.hardwareError' },
    ],
  });

  it('stands once with all it takes away, and says what the device itself says', () => {
    expect(causesOf(jammed).map(({ why, services, since }) => [why, services, since])).toEqual([
      ['cardUnit.hardwareError', ['exit.endorse', 'exit.card'], NOW - 5_000],
      ['policy.fee', ['exit.pay'], null],
    ]);
    expect(reasonText(words, jammed, 'cardUnit.hardwareError')).toBe(
      'Card unit · Medium jammed: open the cabinet, clear the path',
    );
    expect(reasonText(words, terminal('BARE'), 'cardUnit.noDevice')).toBe('Card unit · Not fitted');
  });

  it('may take nothing away, and is told all the same', () => {
    const printer = {
      ...module,
      module: 'receiptPrinter',
      state: 'userError',
      fault: 'paperOut',
      changedAt: 5,
    } as const;
    const [item] = brokenNow(overview([terminal('DRY', { state: 'degraded', modules: [printer] })]), NOW);
    expect(item?.causes).toEqual([
      { why: 'receiptPrinter.userError', module: 'receiptPrinter', services: [], since: 5 },
    ]);
    expect(reasonText(words, terminal('DRY', { modules: [printer] }), 'receiptPrinter.userError')).toMatch(
      /^Receipt printer · /,
    );
  });

  it('that an alarm covers is not said twice', () => {
    const raised = { ...alarm('JAMMED', 'minor'), code: 'module.hardwareError' };
    const [item] = brokenNow(overview([jammed], [raised]), NOW);
    expect(item?.causes.map((cause) => cause.why)).toEqual(['policy.fee']);
    expect(alarmText(words, raised, jammed)).toBe('Card unit · Medium jammed: open the cabinet, clear the path');
    expect(alarmText(words, raised, undefined)).toBe('Card unit · A device has a hardware fault');
  });
});

describe('a supply', () => {
  it.each([
    ['receiptPaper', 0, 1500, 'empty'],
    ['receiptPaper', 150, 1500, 'low'],
    ['receiptPaper', 151, 1500, 'well'],
    ['cardUnit.bin', 0, 20, 'well'],
  ])('%s with %d of %d is %s', (unit, count, capacity, level) => {
    expect(supplyLevel({ unit, count, capacity })).toBe(level);
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

  it('of terminals: what needs somebody first, and alone when asked for', () => {
    const data = overview([terminal('WELL'), terminal('OUT', { state: 'outOfService' }), terminal('ALSO-WELL')]);
    const tids = (filter: Parameters<typeof fittingTerminals>[1]): string[] =>
      fittingTerminals(data, filter, NOW).map((row) => row.terminal.tid);
    expect([tids({}), tids({ state: 'broken' })]).toEqual([['OUT', 'WELL', 'ALSO-WELL'], ['OUT']]);
  });

  it('of terminals: words of either language, and a stale one counts as unknown', () => {
    const now = NOW;
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
