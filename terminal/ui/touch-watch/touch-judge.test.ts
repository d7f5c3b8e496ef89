import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_LIMITS } from '../limits.table.ts';
import { judgeTouch, NO_TOUCHES, type TouchInput, type Touches } from './touch-judge.ts';

/** In the order of time, with a look twice a second as the page takes it. */
function judged(inputs: readonly TouchInput[]): Touches[] {
  const end = Math.max(0, ...inputs.map(({ at }) => at));
  const looks = Array.from({ length: Math.floor(end / PAGE_LIMITS.touchLookMs) }, (_, i): TouchInput => ({
    kind: 'look',
    at: (i + 1) * PAGE_LIMITS.touchLookMs,
  }));
  let touches = NO_TOUCHES;
  return [...inputs, ...looks]
    .toSorted((a, b) => a.at - b.at)
    .map((input) => {
      touches = judgeTouch(touches, input);
      return touches;
    });
}

function signs(inputs: readonly TouchInput[]): unknown[] {
  return [...new Set(judged(inputs).map(({ ghost }) => ghost))];
}

let pointers = 0;
function tap(at: number, x: number, y: number, ms = 60): TouchInput[] {
  pointers += 1;
  return [
    { kind: 'press', at, id: pointers, x, y },
    { kind: 'lift', at: at + ms, id: pointers },
  ];
}

/** One thing a hand does around a place, and how long it is busy with it. */
interface Gesture {
  readonly ms: number;
  readonly at: (start: number, x: number, y: number) => TouchInput[];
}

/** Fingers lie within a hand's reach: a fifth of the diagonal from the first to the last. */
const finger = fc.tuple(
  fc.double({ min: -0.07, max: 0.07, noNaN: true }),
  fc.double({ min: -0.07, max: 0.07, noNaN: true }),
);

/** A quick tap: eight or nine in a second, one finger or two. */
const taps: fc.Arbitrary<Gesture> = fc
  .tuple(fc.integer({ min: 110, max: 900 }), fc.array(finger, { minLength: 1, maxLength: 2 }))
  .map(([ms, fingers]) => ({
    ms,
    at: (start, x, y) => fingers.flatMap(([dx, dy]) => tap(start, x + dx, y + dy, Math.min(ms - 10, 90))),
  }));
/** The palm with all fingers, slapped or left there for up to two seconds. */
const palms: fc.Arbitrary<Gesture> = fc
  .tuple(fc.integer({ min: 260, max: 2_000 }), fc.array(finger, { minLength: 3, maxLength: 5 }))
  .map(([ms, fingers]) => ({
    ms,
    at: (start, x, y) => fingers.flatMap(([dx, dy], i) => tap(start + i * 8, x + dx, y + dy, ms - 50)),
  }));
/** A stroke of a signature: one press that moves at a screen's 120 reports a second. */
const strokes: fc.Arbitrary<Gesture> = fc.integer({ min: 120, max: 1_500 }).map((ms) => ({
  ms,
  at: (start, x, y) => {
    const [press, lift] = tap(start, x, y, ms - 20);
    const id = press?.kind === 'press' ? press.id : 0;
    const moves = Array.from({ length: Math.floor((ms - 30) / 8) }, (_, i): TouchInput => ({
      kind: 'move',
      at: start + 8 * (i + 1),
      id,
      x: x + 0.1 * Math.sin(i / 5),
      y: y + 0.05 * Math.cos(i / 3),
    }));
    return [press, ...moves, lift].filter((input) => input !== undefined);
  },
}));
/** A finger that waits on a button for a response. */
const holds: fc.Arbitrary<Gesture> = fc
  .integer({ min: 1_000, max: 60_000 })
  .map((ms) => ({ ms, at: (start, x, y) => tap(start, x, y, ms - 10) }));

/** Quick ones more often than those that last. */
const gesture = fc.oneof(
  { weight: 6, arbitrary: taps },
  { weight: 2, arbitrary: palms },
  { weight: 2, arbitrary: strokes },
  { weight: 1, arbitrary: holds },
);
const place = fc.tuple(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.87, noNaN: true }));
const hand = fc.array(fc.tuple(gesture, place), { maxLength: 40, size: 'max' });

/** One thing after the other, wherever on the screen. */
function doing(gestures: readonly (readonly [Gesture, readonly [number, number]])[]): TouchInput[] {
  let at = 0;
  return gestures.flatMap(([one, [x, y]]) => {
    const inputs = one.at(at, x, y);
    at += one.ms;
    return inputs;
  });
}

describe('F64 what people do on the glass', () => {
  it('F64 one hand or two, whatever they do one after the other, are never taken for ghosts', () => {
    fc.assert(
      fc.property(hand, hand, (left, right) => {
        expect(signs([...doing(left), ...doing(right)])).toEqual(left.length + right.length === 0 ? [] : [null]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'eleven digits on the number pad, as fast as a finger is',
      () => Array.from({ length: 40 }, (_, i) => tap(i * 115, 0.2 + (i % 3) * 0.06, 0.5 + (i % 4) * 0.05)),
    ],
    [
      'two hands that drum on opposite corners',
      () => Array.from({ length: 60 }, (_, i) => tap(i * 60, (i % 2) * 0.48, (i % 2) * 0.86)),
    ],
    ['ten fingers at once', () => Array.from({ length: 10 }, (_, i) => tap(i * 5, 0.1 + i * 0.04, 0.5, 3_000))],
    [
      'a child’s palms, both, for a second each time',
      () =>
        Array.from({ length: 6 }, (_, n) =>
          Array.from({ length: 5 }, (__, i) =>
            [...tap(n * 1_200, 0.1 + i * 0.03, 0.7, 1_000), ...tap(n * 1_200, 0.35 + i * 0.03, 0.7, 1_000)].flat(),
          ).flat(),
        ),
    ],
    ['somebody who leans there for a minute', () => [tap(0, 0.3, 0.6, 60_000)]],
  ] as const)('F64 %s', (_what, inputs) => {
    expect(signs(inputs().flat())).toEqual([null]);
  });
});

describe('F64 what no hand does', () => {
  it('F64 more presses in a second: judged within that second', () => {
    const storm = Array.from({ length: 60 }, (_, i) => tap(i * 20, 0.25, 0.4, 10)).flat();
    expect(signs(storm)).toEqual([null, 'rate']);
    const first = judged(storm).findIndex(({ ghost }) => ghost !== null);
    expect(storm.toSorted((a, b) => a.at - b.at)[first - 1]?.at).toBeLessThan(1_000);
    // As many as a hand makes, and one more.
    const bound = PAGE_LIMITS.touchPressesPerSec;
    const inSecond = (count: number): TouchInput[] =>
      Array.from({ length: count }, (_, i) => tap(i * 20, 0.2, 0.2, 5)).flat();
    expect([signs(inSecond(bound)), signs(inSecond(bound + 1))]).toEqual([[null], [null, 'rate']]);
  });

  it('F64 more pointers at once than two hands have: at once', () => {
    const many = (count: number): TouchInput[] =>
      Array.from({ length: count }, (_, i) => tap(i, 0.1 + i * 0.01, 0.3, 500)).flat();
    expect(signs(many(PAGE_LIMITS.touchPointers))).toEqual([null]);
    expect(signs(many(PAGE_LIMITS.touchPointers + 1))).toEqual([null, 'pointers']);
  });

  it('F64 presses that jump over the screen: before the sixth', () => {
    const corners = [
      [0, 0],
      [0.5, 0],
      [0, 0.43],
      [0.5, 0.43],
      [0.25, 0.8],
    ] as const;
    const jumps = (stepMs: number): TouchInput[] => corners.flatMap(([x, y], i) => tap(i * stepMs, x, y, 10));
    expect(signs(jumps(30))).toEqual([null, 'jump']);
    // At a pace at which hands get there.
    expect(signs(jumps(60))).toEqual([null]);
  });

  it('F64 a press that never ends: after its bound, and not when it moves', () => {
    expect(signs(tap(0, 0.3, 0.3, PAGE_LIMITS.touchHeldMs - 1))).toEqual([null]);
    expect(signs(tap(0, 0.3, 0.3, PAGE_LIMITS.touchHeldMs + PAGE_LIMITS.touchLookMs))).toEqual([null, 'held']);
    const [press, lift] = tap(0, 0.3, 0.3, PAGE_LIMITS.touchHeldMs + 1_000) as [TouchInput, TouchInput];
    const id = press.kind === 'press' ? press.id : 0;
    const move = (at: number, x: number): TouchInput => ({ kind: 'move', at, id, x, y: 0.3 });
    expect(signs([press, move(60_000, 0.32), lift])).toEqual([null]);
    // A trembling finger has not moved.
    expect(signs([press, move(60_000, 0.303), lift])).toEqual([null, 'held']);
  });
});

describe('F64 a screen that acted by itself', () => {
  const storm = Array.from({ length: 50 }, (_, i) => tap(i * 10, 0.25, 0.4, 5)).flat();
  const end = 49 * 10 + 5;
  const look = (at: number): TouchInput => ({ kind: 'look', at });

  it('F64 is believed again when it was quiet for a while, and not before', () => {
    const { touchQuietMs } = PAGE_LIMITS;
    expect(judged([...storm, look(end + touchQuietMs - 1)]).at(-1)?.ghost).toBe('rate');
    expect(judged([...storm, look(end + touchQuietMs)]).at(-1)?.ghost).toBeNull();
    // One more press, and the wait begins anew; what is still down is no quiet.
    expect(judged([...storm, ...tap(3_000, 0.1, 0.1), look(end + touchQuietMs)]).at(-1)?.ghost).toBe('rate');
    expect(judged([...storm, ...tap(3_000, 0.1, 0.1, 9_000), look(11_000)]).at(-1)?.ghost).toBe('rate');
  });

  it('F64 keeps little, however long it goes on', () => {
    const long = Array.from({ length: 5_000 }, (_, i) => tap(i, 0.25, 0.4, 1)).flat();
    expect(judged(long).at(-1)?.presses.length).toBeLessThanOrEqual(PAGE_LIMITS.touchPressesPerSec + 1);
  });
});
