import { describe, expect, it } from 'vitest';
import { appendFigures, sessionFigure } from './session.ts';

const many = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);
/** So few of the second that its 99th hundredth is just one of them. */
const hundred = (usual: number, last: number): number[] => [...many(98, usual), ...many(2, last)];

describe('a session', () => {
  it('reaches its goal by its median, and says between what it lay', () => {
    const figure = sessionFigure('a', { ours: [300, 390, 900], peer: [100, 130, 300] });
    expect(figure).toMatchObject({ ours: { min: 300, median: 390, max: 900 }, isReached: true });
    expect(figure.ratio).toEqual({ min: 3, median: 3, max: 3 });
    expect(figure.goal).toBe('≤ 400 ms (300 to 900)');
  });

  it('misses it when the half of them take longer', () => {
    expect(sessionFigure('a', { ours: [300, 401, 402], peer: [1, 1, 1] }).isReached).toBe(false);
  });
});

describe('appends', () => {
  it.each([
    [2.5, 2, true],
    [2.6, 2, false],
    [1, 2, true],
  ])('whose 99th hundredth is %s ms beside fsync’s %s ms: reached %s', (append, sync, isReached) => {
    const [p50, p99] = appendFigures([{ appends: hundred(0.3, append), syncs: hundred(0.2, sync) }]);
    expect(p50).toMatchObject({ ours: { median: 0.3 }, peer: { median: 0.2 }, goal: 'none (fsync + 0.10 ms)' });
    expect(p99).toMatchObject({ ours: { median: append }, peer: { median: sync }, isReached });
  });

  it('judges all rounds together: what is rare in all is not often in one', () => {
    const calm = { appends: many(400, 0.3), syncs: many(400, 0.2) };
    const stormy = { appends: hundred(0.3, 9), syncs: many(100, 0.2) };
    const [, p99] = appendFigures([calm, stormy]);
    expect(p99).toMatchObject({ ours: { max: 9 }, isReached: true });
    expect(p99?.goal).toBe('≤ fsync + 0.5 ms (+ 0.10 ms of 500)');
  });
});
