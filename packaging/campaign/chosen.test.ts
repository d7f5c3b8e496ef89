import { describe, expect, it } from 'vitest';
import { chosen, nothingChosen, type Asked } from './chosen.ts';
import { parseCampaignOptions } from './options.ts';

function asked(...args: readonly string[]): Asked {
  const options = parseCampaignOptions(['random', '--seed', '7', ...args], 0);
  if (options.what !== 'run') throw new Error('not to be run');
  return options;
}

describe('the sessions of a campaign', () => {
  it('are counted from 1 to the size, and begin where it is asked', () => {
    expect(chosen(asked('--size', '6', '--from', '5')).map(({ no }) => no)).toEqual([5, 6]);
    expect(chosen(asked('--size', '6', '--only', '2')).map(({ no }) => no)).toEqual([2]);
  });

  it.each([
    [['--size', '20', '--from', '21'], '--from: there is no session 21, the last is 20'],
    [['--size', '20', '--only', '40'], '--only: there is no session 40, the last is 20'],
  ])('are none with %j, and that is said', (args, says) => {
    expect(nothingChosen(asked(...args))).toContain(says);
  });

  it('are some otherwise', () => {
    expect(nothingChosen(asked('--size', '20', '--from', '20'))).toBeUndefined();
  });
});
