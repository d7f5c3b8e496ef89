import { intentSchema } from '@yimen/contracts/ui';
import { describe, expect, it } from 'vitest';
import { PAGE_LIMITS } from '../limits.table.ts';
import { isStep, pathOf, pointIn, thinned, type Strokes } from './strokes.ts';

const box = { left: 100, top: 50, width: 492, height: 200 };

function line(count: number): Strokes[number] {
  return Array.from({ length: count }, (_, n) => [n % 1001, (n * 7) % 1001, n]);
}

function isOfTheContract(strokes: Strokes): boolean {
  return intentSchema.safeParse({ view: 1, kind: 'sign', strokes }).success;
}

describe('a point of the field', () => {
  it('is told in thousandths, inside the field and the time', () => {
    expect(pointIn(box, 346, 150, 12.4)).toEqual([500, 500, 12]);
    expect(pointIn(box, 0, 900, 700_000)).toEqual([0, 1000, PAGE_LIMITS.signatureMs]);
    expect(pointIn({ ...box, width: 0 }, 346, 150, 0)).toEqual([0, 500, 0]);
  });

  it('is another one only when the pen has moved', () => {
    expect(isStep(undefined, [5, 5, 0])).toBe(true);
    expect(isStep([5, 5, 0], [6, 6, 9])).toBe(false);
    expect(isStep([5, 5, 0], [8, 5, 9])).toBe(true);
  });
});

describe('a thinned signature', () => {
  it('stays as it is when it is small', () => {
    const strokes = [line(3), line(1)];
    expect(thinned(strokes)).toEqual(strokes);
  });

  it.each([
    ['a long stroke', [line(5_000)]],
    ['many strokes', Array.from({ length: 300 }, () => line(2))],
    ['many long strokes', Array.from({ length: 100 }, () => line(1_000))],
  ])('%s keeps to the contract, and every stroke its ends', (_what, strokes) => {
    const thin = thinned(strokes);
    expect(isOfTheContract(thin)).toBe(true);
    expect(thin.flat().length).toBeLessThanOrEqual(PAGE_LIMITS.signaturePoints);
    for (const [at, stroke] of thin.entries())
      expect([stroke[0], stroke.at(-1)]).toEqual([strokes[at]?.[0], strokes[at]?.at(-1)]);
  });

  it('would not be one of the contract unthinned', () => {
    expect(isOfTheContract([line(5_000)])).toBe(false);
    expect(isOfTheContract([])).toBe(false);
  });
});

it('a stroke is drawn as a line, a point as a dot', () => {
  expect(
    pathOf([
      [1, 2, 0],
      [3, 4, 9],
    ]),
  ).toBe('M1 2L3 4');
  expect(pathOf([[1, 2, 0]])).toBe('M1 2h0');
  expect(pathOf([])).toBe('');
});
