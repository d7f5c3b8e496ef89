import { describe, expect, it } from 'vitest';
import type { RawEnd, RawMotion } from './ref1-protocol.ts';
import { ref1Judge, unproved } from './ref1-verdict.ts';

const FAULTS = { 0x21: ['mediaJam', 'stuck', 'clear'] } as const;

function end(result: number, motion: RawMotion): RawEnd {
  return { result, motion, evidence: [], fields: new Map() };
}

describe('an end becomes an outcome', () => {
  it.each([
    [0, 'something', 'done'],
    [0, 'cannotTell', 'done'],
    [0, 'nothing', 'unknown'],
    [0x21, 'nothing', 'notDone'],
    [0x21, 'something', 'unknown'],
    [0x21, 'cannotTell', 'unknown'],
    [0x7f, 'nothing', 'notDone'],
  ] as const)('result %i, %s: %s', (result, motion, outcome) => {
    const verdict = ref1Judge({ faults: FAULTS })(end(result, motion), []);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.fault === undefined).toBe(outcome === 'done');
  });

  it('a harmless result says by itself that nothing happened, unless something did', () => {
    const judge = ref1Judge({ faults: FAULTS, harmless: new Set([0x21]) });
    expect(judge(end(0x21, 'cannotTell'), []).outcome).toBe('notDone');
    expect(judge(end(0x21, 'something'), []).outcome).toBe('unknown');
    expect(judge(end(0x22, 'cannotTell'), []).outcome).toBe('unknown');
  });

  it('a fault after which everybody knows where the medium is, is notDone although something moved', () => {
    const judge = ref1Judge({ faults: FAULTS, settles: ({ result }) => result === 0x21 });
    for (const motion of ['something', 'cannotTell'] as const) {
      expect(judge(end(0x21, motion), [])).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
      expect(judge(end(0x22, motion), []).outcome).toBe('unknown');
    }
  });

  it('what may rest is well without having moved', () => {
    expect(ref1Judge({ faults: {}, mayRest: true })(end(0, 'nothing'), [])).toEqual({ outcome: 'done' });
  });

  it('what has to prove itself is asked only when it says that it is well', () => {
    const judge = ref1Judge({ faults: FAULTS, proves: () => unproved('it does not') });
    expect(judge(end(0, 'something'), [])).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(judge(end(0x21, 'nothing'), [])).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
  });
});
