import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverRange, rangesOf, type Coverage } from './ledger-range.ts';

const NOTHING: Coverage = { upTo: 0, holes: [] };
const cover = (ranges: readonly (readonly [number, number])[]): Coverage =>
  ranges.reduce((coverage, [from, to]) => coverRange(coverage, from, to, 7), NOTHING);

describe('coverRange', () => {
  it.each<[string, [number, number][], Coverage]>([
    [
      'in order',
      [
        [1, 3],
        [4, 4],
      ],
      { upTo: 4, holes: [] },
    ],
    [
      'a jump',
      [
        [1, 3],
        [6, 8],
      ],
      { upTo: 8, holes: [{ from: 4, to: 5, since: 7 }] },
    ],
    ['a jump at the start', [[5, 5]], { upTo: 5, holes: [{ from: 1, to: 4, since: 7 }] }],
    [
      'a hole split',
      [
        [10, 10],
        [4, 5],
      ],
      {
        upTo: 10,
        holes: [
          { from: 1, to: 3, since: 7 },
          { from: 6, to: 9, since: 7 },
        ],
      },
    ],
    [
      'a hole closed',
      [
        [3, 3],
        [1, 2],
      ],
      { upTo: 3, holes: [] },
    ],
    [
      'over several holes',
      [
        [2, 2],
        [4, 4],
        [6, 6],
        [1, 5],
      ],
      { upTo: 6, holes: [] },
    ],
    [
      'twice',
      [
        [1, 5],
        [2, 3],
        [1, 5],
      ],
      { upTo: 5, holes: [] },
    ],
  ])('%s', (_what, ranges, expected) => {
    const { upTo, holes } = cover(ranges);
    expect({ upTo, holes: holes.toSorted((a, b) => a.from - b.from) }).toEqual(expected);
  });

  it('knows exactly the numbers that never came', () => {
    const range = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 8 }))
      .map(([from, more]): [number, number] => [from, from + more]);
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), (ranges) => {
        const { upTo, holes } = cover(ranges);
        const missing = Array.from({ length: upTo }, (_, i) => i + 1).filter(
          (seq) => !ranges.some(([from, to]) => from <= seq && seq <= to),
        );
        expect(upTo).toBe(Math.max(...ranges.map(([, to]) => to)));
        expect(holes.map((hole) => [hole.from, hole.to]).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(
          rangesOf(missing),
        );
      }),
    );
  });
});
