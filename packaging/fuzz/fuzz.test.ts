import { describe, expect, it } from 'vitest';
import { lineOf, runCampaign, targetNames } from './campaign.ts';
import { parseFuzzOptions } from './options.ts';

const parse = (...args: readonly string[]) => parseFuzzOptions(args, targetNames(), 99);

describe('what was typed', () => {
  it('runs everything with a drawn seed', () => {
    expect(parse()).toEqual({
      what: 'run',
      target: undefined,
      count: undefined,
      seed: 99,
      from: 0,
      isJson: false,
    });
  });

  it.each([
    [['nothing-like-it'], /no target nothing-like-it; there are ymr1/],
    [['ymr1', 'xor'], /one target or all/],
    [['--count', '0'], /--count/],
    [['--seed', 'x'], /--seed: a whole number, not x/],
  ])('refuses %j with the reason', (args, says) => {
    const parsed = parse(...args);
    expect(parsed.what === 'wrong' && parsed.message).toMatch(says);
  });
});

describe('a campaign', () => {
  it('runs one parser and says how it went', async () => {
    const rows = await runCampaign({ target: 'where', count: 500, seed: 7, from: 0 }, () => undefined);
    expect(rows).toMatchObject([{ kind: 'parser', target: 'where', cases: 500, seed: 7 }]);
    expect(lineOf(rows[0])).toMatch(/^where: 500 cases, slowest [\d.]+ ms, nothing found$/);
  });

  it('runs one driver and counts how its cases ended', async () => {
    const rows = await runCampaign({ target: 'qr-reader-hikvision-gm65', count: 3, seed: 7, from: 0 }, () => undefined);
    expect(rows).toMatchObject([{ kind: 'driver', cases: 3 }]);
    expect(Object.values(rows[0]?.ends ?? {}).reduce((sum, times) => sum + times, 0)).toBe(3);
  });

  it('prints the command that shows a finding again', () => {
    const finding = { case: 41, says: 'FuzzFinding: it', hex: '00' };
    expect(lineOf({ kind: 'parser', target: 'xor', cases: 42, seed: 5, slowestMs: 1, finding })).toContain(
      'npm run fuzz -- xor --seed 5 --from 41 --count 1',
    );
  });
});
