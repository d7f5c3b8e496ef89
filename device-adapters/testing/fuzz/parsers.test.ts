import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../benches/collect-garbage.ts';
import { createYmr1Cutter, encodeYmr1, YMR1 } from '../../framing/ymr1.ts';
import { parserTargets } from './index.ts';
import { lineTarget } from './line-target.ts';
import { runFuzz } from './run-fuzz.ts';
import { promise } from './target.ts';

const CASES = 20_000;
const SEED = 20_261_127;
/** Memory that may be in use more after all cases than before (faults R12). */
const GROWTH_MB = 64;

describe('mutated frames', () => {
  it.each(parserTargets().map((target) => ({ name: target.name, target })))(
    '$name keeps its promises',
    async ({ target }) => {
      expect(target.seeds.length).toBeGreaterThan(0);
      const before = await collectGarbage();
      const report = runFuzz(target, { seed: SEED, count: CASES });
      expect(report.finding).toBeUndefined();
      expect(report.cases).toBe(CASES);
      expect(((await collectGarbage()) - before) / 1e6).toBeLessThan(GROWTH_MB);
    },
    60_000,
  );
});

describe('the fuzzer itself', () => {
  const seeds = [encodeYmr1({ seq: 1, command: 2, data: Uint8Array.of(1, 2, 3, 4) })];

  it('finds a framer that believes a frame with a bad check sum', () => {
    const careless = lineTarget({
      name: 'careless',
      seeds,
      good: seeds[0] ?? new Uint8Array(),
      create: () => {
        const inner = createYmr1Cutter();
        return {
          // Believes whatever begins like a frame and is long enough.
          push: (chunk) =>
            chunk.length > YMR1.headBytes && chunk[0] === 0x59
              ? [{ kind: 'frame' as const, frame: { seq: 1, command: 2, data: chunk.subarray(9, chunk.length - 2) } }]
              : inner.push(chunk),
          flush: () => inner.flush(),
          get heldBytes() {
            return inner.heldBytes;
          },
          get discardedBytes() {
            return inner.discardedBytes;
          },
        };
      },
      limitBytes: YMR1.frameBytes,
      wireOf: ({ data }) => encodeYmr1({ seq: 1, command: 2, data }),
    });
    expect(runFuzz(careless, { seed: 1, count: 1000 }).finding?.says).toMatch(/check sum|accounted for/);
  });

  it('finds what is thrown, and runs the same case again by its number', () => {
    const thrower = {
      name: 'thrower',
      seeds,
      run: (damaged: Uint8Array) => promise(damaged.length !== 7, 'seven bytes'),
    };
    const { finding } = runFuzz(thrower, { seed: 3, count: 100_000 });
    expect(finding?.says).toBe('FuzzFinding: seven bytes');
    const again = runFuzz(thrower, { seed: 3, from: finding?.case ?? 0, count: 1 });
    expect(again.finding).toEqual(finding);
  });
});
