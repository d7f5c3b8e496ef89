import { describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { backOff } from './back-off.ts';
import { watchClock, type ClockJump } from './clock-watch.ts';
import { sameKey } from './digest.ts';
import { fraction } from './random.ts';

describe('watchClock', () => {
  it('tells a jump either way, once, and no drift below the bound', async () => {
    const clock = new ManualClock(1_000_000);
    const jumps: ClockJump[] = [];
    const stop = watchClock(clock, (jump) => jumps.push(jump));
    await clock.advance(10_000);
    clock.jumpWall(4_000);
    await clock.advance(10_000);
    expect(jumps).toEqual([]);
    clock.jumpWall(-3_600_000);
    await clock.advance(20_000);
    expect(jumps).toHaveLength(1);
    expect((jumps[0]?.before ?? 0) - (jumps[0]?.after ?? 0)).toBe(1_034_000);
    stop();
    expect(clock.waiting).toBe(0);
  });
});

describe('small parts', () => {
  it('pauses double up to their bound and begin again after a success', () => {
    const pause = backOff(100, 350);
    expect([pause.next(), pause.next(), pause.next(), pause.next()]).toEqual([100, 200, 350, 350]);
    pause.reset();
    expect(pause.next()).toBe(100);
  });

  it('fractions stay below one', () => {
    expect(fraction((n) => new Uint8Array(n).fill(255))).toBeLessThan(1);
    expect(fraction((n) => new Uint8Array(n))).toBe(0);
  });

  it('keys are compared whole, whatever their length', () => {
    expect([sameKey('abc', 'abc'), sameKey('abc', 'abd'), sameKey('abc', 'abcd')]).toEqual([true, false, false]);
  });
});
