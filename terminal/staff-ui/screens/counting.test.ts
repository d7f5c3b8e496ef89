import { describe, expect, it } from 'vitest';
import type { OpenExchange } from '@yimen/contracts/terminal';
import { countedUnits, isFit, untyped, type TypedUnit } from './counting.ts';

const DRIVING: OpenExchange['units'][number] = {
  name: 'driving',
  type: 'dispense',
  capacity: 100,
  expected: 40,
  journaled: null,
  serials: [{ first: 'D001', count: 40 }],
};
const RIBBON: OpenExchange['units'][number] = {
  ...DRIVING,
  name: 'ribbon',
  type: 'ribbon',
  capacity: 500,
  serials: null,
};

const typed = (more: Partial<TypedUnit>): TypedUnit => ({
  counted: '40',
  after: '',
  ranges: [{ first: 'D001', count: '40' }],
  ...more,
});

describe('what was typed at an exchange', () => {
  it('begins with nothing counted and the numbers that the device knows, and tells only what was counted', () => {
    const start = untyped([DRIVING, RIBBON]);
    expect(start['driving']).toEqual({ counted: '', after: '', ranges: [{ first: 'D001', count: '40' }] });
    expect(countedUnits([DRIVING, RIBBON], start)).toEqual({});
    const some = { ...start, ribbon: { counted: '480', after: '500', ranges: [] } };
    expect(countedUnits([DRIVING, RIBBON], some)).toEqual({ ribbon: { counted: 480, after: 500 } });
  });

  it('what was not said afterwards is what was counted', () => {
    expect(countedUnits([DRIVING], { driving: typed({}) })).toEqual({
      driving: { counted: 40, after: 40, serials: [{ first: 'D001', count: 40 }] },
    });
  });

  it.each([
    ['as counted', typed({}), true],
    ['not counted at all', typed({ counted: '', after: '7' }), true],
    ['fewer numbers than pieces', typed({ after: '60' }), false],
    ['a pack more', typed({ after: '60', ranges: [...typed({}).ranges, { first: 'D041', count: '20' }] }), true],
    [
      'a pack without its number',
      typed({ after: '60', ranges: [...typed({}).ranges, { first: '', count: '20' }] }),
      false,
    ],
    ['more than it holds', typed({ after: '101', ranges: [{ first: 'D001', count: '101' }] }), false],
    ['emptied', typed({ after: '0', ranges: [] }), true],
  ])('%s: %j fits: %s', (_what, unit, fits) => {
    expect(isFit(DRIVING, unit)).toBe(fits);
  });

  it('a unit without numbers needs none', () => {
    expect(isFit(RIBBON, typed({ after: '500', ranges: [] }))).toBe(true);
    expect(isFit(RIBBON, typed({ after: '501', ranges: [] }))).toBe(false);
  });
});
