import { describe, expect, it } from 'vitest';
import type { ServicePackage } from './read-package.ts';
import { whichRelease } from './which-release.ts';

const whole = (release: number): ServicePackage => ({ id: 'exit.pay', release }) as ServicePackage;

describe('F68 the release that serves', () => {
  // active, previous, floor, whole in the data folder, shipped → serves, instead of
  it.each<
    [
      string,
      number | undefined,
      number | undefined,
      number,
      number[],
      number | undefined,
      [number | undefined, number?],
    ]
  >([
    ['is the shipped one where there is no other', undefined, undefined, 0, [], 1, [1]],
    ['is the one that was activated', 3, 1, 3, [3], 1, [3]],
    ['is not one that only waits', 3, 1, 3, [3, 4], 1, [3]],
    ['is the shipped one where the software is newer', 3, 1, 3, [3], 9, [9]],
    ['is the activated one where the newer software’s is not whole', 3, 1, 3, [3], undefined, [3]],
    ['is the one before, where the activated one is lost', 3, 2, 3, [2], 1, [2, 3]],
    ['is the shipped one, where that was before the lost one', 3, 1, 3, [], 1, [1, 3]],
    ['is none, where both are lost', 3, 2, 3, [], 1, [undefined, 3]],
    ['is never one that was before the one before', 3, 2, 3, [1], 1, [undefined, 3]],
    ['is none, where older software was put back', undefined, undefined, 7, [], 6, [undefined, 7]],
    [
      'is none, where the software that was newer is gone: nothing before what it replaced',
      3,
      1,
      9,
      [],
      1,
      [undefined, 9],
    ],
    ['is none, where nothing is whole', undefined, undefined, 0, [], undefined, [undefined]],
  ])('%s', (_what, active, previous, floor, kept, shipped, [serves, insteadOf]) => {
    const known = { active, previous, floor, kept: kept.map(whole) };
    const found = whichRelease({ ...known, shipped: shipped === undefined ? undefined : whole(shipped) });
    expect([found.serves?.release, found.insteadOf]).toEqual([serves, insteadOf ?? null]);
  });
});
