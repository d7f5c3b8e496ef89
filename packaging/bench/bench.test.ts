import { describe, expect, it } from 'vitest';
import { BENCHES } from './benches.table.ts';
import { shareOf, spreadOf, takeTurns } from './measure.ts';
import { parseBenchOptions } from './options.ts';
import { showFigures } from './report.ts';

const NAMES = Object.keys(BENCHES);

describe('what was typed', () => {
  it('lists without a name', () => {
    expect(parseBenchOptions([], NAMES)).toEqual({ what: 'list', isJson: false });
  });

  it('runs one by name', () => {
    expect(parseBenchOptions(['framing', '--rounds', '3', '--json'], NAMES)).toEqual({
      what: 'run',
      name: 'framing',
      rounds: 3,
      rate: null,
      isJson: true,
    });
  });

  it('takes a rate where there is one', () => {
    expect(parseBenchOptions(['ingest', '--rate', '1000'], ['ingest', 'framing'], ['ingest'])).toMatchObject({
      what: 'run',
      rate: 1000,
    });
  });

  it.each([
    [['framnig'], /no benchmark framnig; there are framing/],
    [['framing', 'card-read'], /one benchmark at a time/],
    [['framing', '--rounds', '0'], /--rounds: a number from 1/],
    [['framing', '--rate', '5'], /framing has no rate/],
    [['--quick'], /quick/],
  ])('refuses %j with the reason', (args, says) => {
    const parsed = parseBenchOptions(args, NAMES);
    expect(parsed).toMatchObject({ what: 'wrong' });
    expect(parsed.what === 'wrong' && parsed.message).toMatch(says);
  });
});

describe('measuring', () => {
  it('takes the middle of a series, also of an even one', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
  });

  it('finds what a share of a series does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([0.5, 0.99, 1].map((share) => shareOf(hundred, share))).toEqual([50, 99, 100]);
    expect(shareOf([7], 0.99)).toBe(7);
  });

  it('takes turns, each side first every other round', async () => {
    const order: string[] = [];
    const side = (name: string) => (): number => order.push(name);
    const times = await takeTurns(2, side('ours'), side('peer'));
    expect(order).toEqual(['ours', 'peer', 'peer', 'ours']);
    expect(times).toEqual({ ours: [1, 4], peer: [2, 3] });
  });
});

describe('report', () => {
  const figure = {
    name: 'a thing',
    unit: 'MB/s',
    ours: { min: 90, median: 123.4, max: 130 },
    peer: { min: 400, median: 500, max: 600 },
    ratio: { min: 0.2, median: 0.25, max: 0.3 },
    goal: '≥ 50 MB/s',
  };

  it('says which goal was missed', () => {
    const lines = showFigures({
      bench: 'x',
      rounds: 7,
      figures: [
        { ...figure, isReached: true },
        { ...figure, isReached: false },
      ],
    });
    expect(lines[2]).toMatch(/^a thing {2}123 MB\/s {2}500 MB\/s {2}.*0\.20.*0\.25.*0\.30/);
    expect(lines[2]).not.toContain('MISSED');
    expect(lines[3]).toContain('MISSED');
  });
});
