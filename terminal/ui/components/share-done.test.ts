import { describe, expect, it } from 'vitest';
import { shareDone } from './share-done.ts';

describe('how full a bar of progress is', () => {
  it('begins empty and grows with the time', () => {
    expect(shareDone(0, 40_000)).toBe(0);
    expect(shareDone(20_000, 40_000)).toBeGreaterThan(shareDone(10_000, 40_000));
  });

  it('is never full, at the usual time or ever after', () => {
    for (const goneMs of [40_000, 80_000, 3_600_000]) expect(shareDone(goneMs, 40_000)).toBeLessThan(0.9);
    expect(shareDone(5, 0)).toBeLessThan(0.9);
  });
});
