import { describe, expect, it } from 'vitest';
import type { RigAsked, RigReport } from '../power-cut/rig-report.ts';
import { journalLevel } from './journal-level.ts';

const REPORT: RigReport = { runs: 5, ackedRows: 50, lostRows: 0, refusals: 0, violations: [], ms: 1 };

/** A rig that loses so many rows when something is switched off. */
function rig(lostByControl: number): { asked: RigAsked[]; rig: Parameters<typeof journalLevel>[0]['rig'] } {
  const asked: RigAsked[] = [];
  return {
    asked,
    rig: {
      run: (one) => {
        asked.push(one);
        const isControl = one.weakened !== 'nothing';
        return Promise.resolve({ ...REPORT, runs: one.size ?? 99, lostRows: isControl ? lostByControl : 0 });
      },
      control: { weakened: 'sync', runs: 2 },
    },
  };
}

const run = (of: ReturnType<typeof rig>, stopped = false) =>
  journalLevel({ rig: of.rig, seed: 1, size: 5, from: 3, say: () => undefined, stopped: () => stopped });

describe('a rig under the journal', () => {
  it('is followed by its control, whose losses are no violation', async () => {
    const one = rig(7);
    const report = await run(one);
    expect(one.asked.map(({ size, from, weakened }) => [size, from, weakened])).toEqual([
      [5, 3, 'nothing'],
      [2, 1, 'sync'],
    ]);
    expect(report).toMatchObject({ lostRows: 0, violations: [], control: { weakened: 'sync', runs: 2, lostRows: 7 } });
  });

  it('proves nothing when its control loses nothing', async () => {
    const { violations } = await run(rig(0));
    expect(violations).toEqual([expect.stringContaining('this rig proves nothing')]);
  });

  it('is not blamed for a control that somebody stopped', async () => {
    expect((await run(rig(0), true)).violations).toEqual([]);
  });
});
