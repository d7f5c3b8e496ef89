import { err, ok, type Result } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { RevocationWatch, type StoppedKey } from './revocation-watch.ts';

let clock: ManualClock;
let rows: StoppedKey[] = [];
let cut: string[] = [];
let answer: () => Result<readonly StoppedKey[], { code: string; message: string }> | undefined;
let unreadable = 0;
let watch: RevocationWatch;

beforeEach(() => {
  clock = new ManualClock();
  [rows, cut, unreadable, answer] = [[], [], 0, () => undefined];
  watch = new RevocationWatch({
    stopped: async ({ since }) => answer() ?? ok(rows.filter((row) => row.changedAt >= since)),
    kick: async (tid) => void cut.push(tid),
    clock,
    log: { cut: () => undefined, unreadable: () => (unreadable += 1) },
  });
  watch.start();
});

const stop = (tid: string, changedAt = clock.wallMs()): void =>
  void rows.push({ tid, spkiHash: `key of ${tid}`, changedAt });

describe('the revocation watch', () => {
  it('cuts a terminal once for each row, within ten seconds', async () => {
    await clock.advance(7_000);
    stop('A-1');
    await clock.advance(9_000);
    expect(cut).toEqual(['A-1']);
    await clock.advance(3_600_000);
    expect(cut).toEqual(['A-1']);
    rows = [];
    stop('A-1');
    await clock.advance(9_000);
    expect(cut).toEqual(['A-1', 'A-1']);
  });

  it('leaves alone who was stopped long before it began', async () => {
    stop('OLD-1', clock.wallMs() - 3_600_000);
    await clock.advance(60_000);
    expect(cut).toEqual([]);
  });

  it('finds rows of a writer whose clock is minutes late', async () => {
    await clock.advance(60_000);
    stop('LATE-1', clock.wallMs() - 9 * 60_000);
    await clock.advance(9_000);
    expect(cut).toEqual(['LATE-1']);
  });

  it('goes on after the list could not be read, and misses nothing of that time', async () => {
    answer = () => err({ code: 'STORE_BUSY', message: 'busy' });
    stop('A-1');
    await clock.advance(15 * 60_000);
    expect([cut, unreadable > 0]).toEqual([[], true]);
    answer = () => undefined;
    await clock.advance(9_000);
    expect(cut).toEqual(['A-1']);
  });

  it('ends', async () => {
    await watch.stop();
    stop('A-1');
    await clock.advance(60_000);
    expect([cut, clock.waiting]).toEqual([[], 0]);
  });
});
