import { describe, expect, it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { DeniedTries } from './denied-tries.ts';

function counting(): { clock: ManualClock; tries: DeniedTries; told: string[] } {
  const clock = new ManualClock();
  const told: string[] = [];
  const tries = new DeniedTries(clock, (what, detail, times) => told.push(`${what} ${detail} ${times}`));
  return { clock, tries, told };
}

describe('refused tries', () => {
  it('are told at once, and together when they repeat', async () => {
    const { clock, tries, told } = counting();
    for (let i = 0; i < 100; i += 1) tries.deny('key', 'Ctrl+W');
    tries.deny('download');
    expect(told).toEqual(['key Ctrl+W 1', 'download  1']);
    await clock.advance(10_000);
    expect(told.slice(2)).toEqual(['key Ctrl+W 99']);
    tries.deny('key', 'Ctrl+W');
    expect(told.at(-1)).toBe('key Ctrl+W 1');
  });

  it('cannot fill a journal by being different each time', async () => {
    const { clock, tries, told } = counting();
    for (let i = 0; i < 10_000; i += 1) tries.deny('permission', `p${i}`);
    await clock.advance(10_000);
    expect(told.length).toBeLessThan(60);
    expect(clock.waiting).toBe(0);
  });
});
