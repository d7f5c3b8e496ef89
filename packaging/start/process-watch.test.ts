import { describe, expect, it } from 'vitest';
import { ProcessWatch } from './process-watch.ts';
import { WATCH_TIMES } from './watch.table.ts';

const MB = 1024 * 1024;

/** Looks until it is said to hang; gives how many that took. */
function looksUntilHung(watch: ProcessWatch, most = 10_000): number {
  for (let looks = 1; looks <= most; looks += 1) if (watch.look()) return looks;
  return Number.POSITIVE_INFINITY;
}

describe('F63 a process that is watched', () => {
  it('F63 hangs when it falls silent: found within 10 s of its last sign of life', () => {
    const watch = new ProcessWatch(WATCH_TIMES);
    watch.pulse(MB);
    expect(looksUntilHung(watch) * WATCH_TIMES.lookMs).toBeLessThanOrEqual(10_000);
  });

  it('F63 does not hang as long as it speaks, also when some of its signs are late', () => {
    const watch = new ProcessWatch(WATCH_TIMES);
    watch.pulse(MB);
    for (let i = 0; i < 100; i += 1) {
      for (let look = 0; look < WATCH_TIMES.silentLooks; look += 1) expect(watch.look()).toBe(false);
      watch.pulse(MB);
    }
  });

  it('F63 is given longer before its first sign of life, and no longer once it is ready', () => {
    expect(looksUntilHung(new ProcessWatch(WATCH_TIMES))).toBe(WATCH_TIMES.startLooks + 1);
    const ready = new ProcessWatch(WATCH_TIMES);
    ready.ready();
    expect(looksUntilHung(ready)).toBe(WATCH_TIMES.silentLooks + 1);
  });

  it('F63 has grown above its bound, and not at it', () => {
    const watch = new ProcessWatch(WATCH_TIMES);
    watch.pulse(WATCH_TIMES.grownMb * MB);
    expect(watch.grownToMb()).toBeUndefined();
    watch.pulse((WATCH_TIMES.grownMb + 1) * MB);
    expect(watch.grownToMb()).toBe(WATCH_TIMES.grownMb + 1);
  });
});
