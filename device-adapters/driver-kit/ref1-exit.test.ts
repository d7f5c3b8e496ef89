import type { Evidence } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { ref1BinJudge, ref1MediaAt, ref1PresentJudge, ref1WaitingOrder } from './ref1-exit.ts';
import type { RawEnd, RawMotion } from './ref1-protocol.ts';

const end = (result: number, motion: RawMotion): RawEnd => ({ result, motion, evidence: [], fields: new Map() });
const seen = (kind: Evidence['kind'], detail = 'exit'): Evidence => ({
  kind,
  customerAccess: 'customer',
  detail,
  at: 0,
});
const FAULTS = { 0x25: ['notTaken', 'nobody took it', 'reset'], 0x27: ['verifyMismatch', 'other', 'reset'] } as const;

describe('a medium', () => {
  it.each([
    [0, 'present', 'notPresent'],
    [1, 'notPresent', 'present'],
    [2, 'notPresent', 'present'],
    [3, 'present', 'entering'],
    [9, 'present', 'unknown'],
    [3, 'jammed', 'jammed'],
    [undefined, 'present', 'present'],
    [undefined, undefined, undefined],
  ] as const)('at position %s, told as %s, is %s', (position, media, word) => {
    expect(ref1MediaAt(position, media)).toBe(word);
  });
});

describe('a wait for a hand', () => {
  const order = { command: 0x12, fields: [], judge: ref1BinJudge({}, 'retract') };
  it.each([
    [8_999, undefined],
    [9_000, 1],
    [38_999, 30],
    [600_000, 300],
  ])('of %i ms, 5 s of them for the way, lasts %s s', (leftMs, seconds) => {
    const waiting = ref1WaitingOrder(order, { atMostTag: 0x46, wayMs: 5_000, leftMs });
    expect(waiting.ok && waiting.value.waitsForPerson).toBe(seconds !== undefined);
    const field = seconds === undefined ? [] : [[0x46, Uint8Array.of(seconds >> 8, seconds & 255)]];
    expect(waiting.ok ? waiting.value.fields : []).toEqual(field);
  });
});

describe('presenting', () => {
  const also = ({ result }: RawEnd): boolean => result === 0x27;
  it.each([
    [0x00, 'something', ['presented', 'taken'], 'done'],
    [0x00, 'something', ['presented'], 'unknown'],
    [0x00, 'something', ['taken'], 'unknown'],
    [0x00, 'nothing', ['presented', 'taken'], 'unknown'],
    [0x25, 'something', ['presented'], 'notDone'],
    [0x25, 'cannotTell', [], 'notDone'],
    [0x25, 'something', ['presented', 'taken'], 'unknown'],
    [0x05, 'something', ['presented'], 'notDone'],
    [0x05, 'nothing', [], 'notDone'],
    [0x05, 'cannotTell', ['presented'], 'unknown'],
    [0x27, 'something', [], 'notDone'],
    [0x27, 'something', ['taken'], 'unknown'],
    [0x06, 'something', ['presented'], 'unknown'],
  ] as const)('that ended with %i, motion %s, evidence %j is %s', (result, motion, kinds, outcome) => {
    const verdict = ref1PresentJudge({ faults: FAULTS, also })(
      end(result, motion),
      kinds.map((kind) => seen(kind)),
    );
    expect(verdict.outcome).toBe(outcome);
  });

  it('has to prove what the kind wants besides', () => {
    const judge = ref1PresentJudge({ faults: FAULTS, proves: () => ({ outcome: 'unknown' }) });
    expect(judge(end(0, 'something'), [seen('presented'), seen('taken')])).toEqual({ outcome: 'unknown' });
    expect(ref1PresentJudge({ faults: FAULTS })(end(0x27, 'something'), []).outcome).toBe('unknown');
  });
});

describe('a bin', () => {
  it.each([
    [[seen('countDelta', 'retract +1')], 'done'],
    [[seen('retracted')], 'done'],
    [[seen('countDelta', 'reject +1')], 'unknown'],
    [[seen('countDelta', 'retract +10')], 'unknown'],
    [[seen('position', 'retract +1')], 'unknown'],
    [[], 'unknown'],
  ] as const)('proves by %j: %s', (evidence, outcome) => {
    expect(ref1BinJudge(FAULTS, 'retract')(end(0, 'something'), evidence).outcome).toBe(outcome);
  });
});
