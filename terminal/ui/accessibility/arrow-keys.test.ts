import { describe, expect, it } from 'vitest';
import { nextStop } from './arrow-keys.ts';

describe('where an arrow key leads', () => {
  it.each([
    [-1, 1, 3, 0],
    [-1, -1, 3, 2],
    [0, 1, 3, 1],
    [2, 1, 3, 0],
    [0, -1, 3, 2],
    [0, 1, 0, 0],
  ] as const)('from %i by %i among %i to %i', (at, way, count, to) => {
    expect(nextStop(at, way, count)).toBe(to);
  });
});
