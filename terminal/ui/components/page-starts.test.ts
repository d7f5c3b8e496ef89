import { describe, expect, it } from 'vitest';
import { pageStarts } from './page-starts.ts';

const rows = (...heightsPx: number[]) =>
  heightsPx.map((heightPx, at) => {
    const topPx = heightsPx.slice(0, at).reduce((sum, each) => sum + each, 0);
    return { topPx, bottomPx: topPx + heightPx };
  });

describe('where pages begin', () => {
  it.each([
    ['nothing', rows(), 500, Infinity, []],
    ['all on one', rows(100, 100, 100), 300, Infinity, [0]],
    ['the third no longer fits', rows(100, 100, 101), 300, Infinity, [0, 2]],
    ['one that is too high has a page for itself', rows(100, 900, 100), 300, Infinity, [0, 1, 2]],
    ['at most two a page', rows(10, 10, 10, 10, 10), 300, 2, [0, 2, 4]],
  ])('%s', (_what, boxes, heightPx, most, starts) => {
    expect(pageStarts(boxes, heightPx, most)).toEqual(starts);
  });

  it('two columns count by their rows', () => {
    const grid = [0, 0, 160, 160, 320].map((topPx) => ({ topPx, bottomPx: topPx + 150 }));
    expect(pageStarts(grid, 320, Infinity)).toEqual([0, 4]);
  });
});
