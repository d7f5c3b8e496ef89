import { describe, expect, it } from 'vitest';
import type { JournalLevelReport } from './journal-level.ts';
import { reportLines, type WholeReport } from './report.ts';

const JOURNAL: JournalLevelReport = {
  runs: 6,
  ackedRows: 900,
  lostRows: 0,
  refusals: 0,
  violations: [],
  ms: 30_000,
  control: { weakened: 'sync', runs: 2, lostRows: 40 },
};
const REPORT: WholeReport = {
  sessions: 2,
  outcomes: { done: 1, abandoned: 1 },
  kills: { ordered: 2, died: 2 },
  ms: 60_000,
  violation: null,
  journal: JOURNAL,
};
const R2 = { id: 'R2', seed: 4, service: undefined, level: undefined };

describe('a campaign’s last lines', () => {
  it('tell both levels with their figures and the seed', () => {
    expect(reportLines(REPORT, R2)).toEqual([
      '6 runs under the journal: 900 rows acknowledged, 0 lost, 0 refused, no violation; control (sync switched off): 40 rows lost in 2 runs; 30 s, seed 4',
      '2 sessions (1 done, 1 abandoned), 2 of 2 faults at their boundary, no violation, 60 s, seed 4',
    ]);
  });

  it('tell of no sessions where none were asked for', () => {
    expect(reportLines({ ...REPORT, sessions: 0 }, { ...R2, level: 'journal' })).toHaveLength(1);
  });

  it('say what was lost and how to see it again', () => {
    const journal = { ...JOURNAL, lostRows: 3, violations: ['after cut 5: 3 acknowledged rows are gone'] };
    const lines = reportLines({ ...REPORT, journal }, { ...R2, level: 'journal' });
    expect(lines[0]).toBe('  after cut 5: 3 acknowledged rows are gone');
    expect(lines[1]).toContain('R2 --seed 4 --level journal --only NUMBER');
    expect(lines[2]).toContain('VIOLATED');
  });

  it('name the level of a session that is to be walked again', () => {
    const one = { no: 9, service: 'exit.pay', outcome: 'none', why: null, died: true, rows: 3, ms: 1 };
    const violation = {
      ...one,
      violations: ['money is gone'],
      fault: 'the power cut after row 3',
      dataDir: '/tmp/kept',
    };
    const text = reportLines({ ...REPORT, violation }, R2).join('\n');
    expect(text).toContain('R2 --seed 4 --level services --only 9');
    const F55 = { ...R2, id: 'F55' };
    expect(reportLines({ ...REPORT, journal: null, violation }, F55).join('\n')).toContain('F55 --seed 4 --only 9');
  });
});
