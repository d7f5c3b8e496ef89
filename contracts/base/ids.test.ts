import { describe, expect, it } from 'vitest';
import { newOperationId, nextOperationId, operationIdSchema, randomId, spokenId, wireIdSchema } from './ids.ts';

const counting = (): ((n: number) => Uint8Array) => {
  let next = 0;
  return (n) => Uint8Array.from({ length: n }, () => (next += 37) % 256);
};

describe('operation ids', () => {
  it('are UUIDv7 that sort by the time of making (RFC 9562 §5.7)', () => {
    const random = counting();
    const early = newOperationId(1_795_371_092_445, random);
    const late = newOperationId(1_795_371_092_446, random);
    expect(operationIdSchema.safeParse(early).success).toBe(true);
    expect(early < late).toBe(true);
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(1_795_371_092_445);
  });

  it('never go back: a clock that was set back makes ids that still sort after the newest', () => {
    const random = counting();
    const newest = newOperationId(4_070_908_800_000, random);
    const next = nextOperationId(newest, 1_795_371_092_446, random);
    expect(next > newest).toBe(true);
    expect(nextOperationId(next, 1_795_371_092_447, random) > next).toBe(true);
    expect(nextOperationId(null, 1_795_371_092_446, random) < newest).toBe(true);
  });

  it('differ within one millisecond', () => {
    const random = counting();
    expect(new Set(Array.from({ length: 200 }, () => newOperationId(1, random))).size).toBeGreaterThan(6);
  });
});

describe('ids that people read', () => {
  it('have no characters that are mistaken for others', () => {
    const random = counting();
    for (let i = 0; i < 200; i += 1)
      expect(spokenId(random, 3)).toMatch(/^[2-9A-HJKMNP-TW-Z]{3}-[2-9A-HJKMNP-TW-Z]{3}$/);
  });

  it('random ids fit the wire', () => {
    expect(wireIdSchema.safeParse(randomId(counting(), 12)).success).toBe(true);
  });
});
