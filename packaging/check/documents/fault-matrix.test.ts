import { describe, expect, it } from 'vitest';
import type { FaultRow } from '../../system-test/fault-matrix.table.ts';
import { faultMatrix, matrixFaults } from './fault-matrix.ts';
import { faultTestsOf, findFaultTests } from './fault-tests.ts';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';

const row = (id: string, open: FaultRow['open'] = null): FaultRow => ({
  id,
  zh: '卡住',
  en: 'jam',
  chapter: 'cards',
  owner: 'devices',
  isGate: true,
  open,
});
const why = { zh: '尚无设备', en: 'no device yet' };
const found = (text: string): readonly [string, number][] =>
  faultTestsOf('a.test.ts', text).map(({ id, tests }) => [id, tests]);

describe('tests that carry a number', () => {
  it('are found by their titles, by the title around them, and by the rows that they go through', () => {
    expect(found(`it('F01 a jam', () => {}); it('F01, F02: both', () => {}); test('none', () => {});`)).toEqual([
      ['F01', 2],
      ['F02', 1],
    ]);
    expect(found(`describe('doors (faults F59)', () => { it('a', () => {}); it('F59 b', () => {}); });`)).toEqual([
      ['F59', 2],
    ]);
    expect(found(`it.each([['F01', 1], ['F01', 2], [3, 'F02 x']])('%s', () => {});`)).toEqual([
      ['F01', 2],
      ['F02', 1],
    ]);
    expect(found(`const ROWS = [{ says: 'F24 out of paper' }] as const; it.each(ROWS)('$says', () => {});`)).toEqual([
      ['F24', 1],
    ]);
    expect(found('describe.each(ROWS)(`F57 ${at}`, () => { it("a", () => {}); });')).toEqual([['F57', 1]]);
  });

  it('are none where the number stands in the body, deeper in a row, or in another word', () => {
    expect(found(`it('a', () => { bench.fault('F12'); key({ key: 'F12' }); });`)).toEqual([]);
    expect(found(`it.each([['x', ['--fault', 'F99']]])('%s', () => {});`)).toEqual([]);
    expect(found(`it('writes AF01', () => {}); it('F123', () => {});`)).toEqual([]);
  });

  it('are none where the test is skipped or expected to fail', () => {
    expect(found(`it.skip('F01 a', () => {}); it.fails('F02 a', () => {}); it.todo('F03 a');`)).toEqual([]);
    expect(found(`describe.skip('all', () => { it('F01 a', () => {}); });`)).toEqual([]);
    expect(found(`describe('F01', () => { it.fails('a', () => {}); it.skip('b', () => {}); });`)).toEqual([]);
    expect(found(`it.fails.each([['F01']])('%s', () => {});`)).toEqual([]);
  });

  it('are looked for in the whole tree, each with its file', () => {
    using folder = makeTemporaryFolder({
      'terminal/a.test.ts': `it('F01 a', () => {});`,
      'terminal/b.ts': `it('F02 a', () => {});`,
    });
    expect(findFaultTests(folder.root)).toEqual([{ id: 'F01', path: 'terminal/a.test.ts', tests: 1 }]);
  });
});

describe('the matrix', () => {
  const tests = [{ id: 'F01', path: 'terminal/a.test.ts', tests: 3 }];

  it('shows each row with its tests, or as open with the reason, never as passed without one', () => {
    const lines = faultMatrix([row('F01'), row('F02', why)], tests).split('\n');
    expect(lines.find((line) => line.startsWith('| F01 |'))).toContain('shown (3) | terminal/a.test.ts (3) |');
    const open = lines.find((line) => line.startsWith('| F02 |'));
    expect(open).toContain('open: 尚无设备 / no device yet');
    expect(open).not.toContain('shown');
    expect(lines.join('\n')).toContain('1 / 2');
  });

  it('is whole when each row has tests or a reason', () => {
    expect(matrixFaults([row('F01'), row('F02', why)], tests)).toEqual([]);
  });

  it.each([
    ['a row with neither', [row('F01'), row('F02')], tests, /F02 has neither a test nor a reason/u],
    ['a reason that is no longer true', [row('F01', why)], tests, /F01 is open, but tests carry its number/u],
    ['a number that nobody knows', [row('F02', why)], tests, /a test carries F01/u],
    ['a row twice', [row('F01'), row('F01')], tests, /F01 stands there more than once/u],
  ])('refuses %s', (_what, rows, carried, reason) => {
    expect(matrixFaults(rows, carried).join('\n')).toMatch(reason);
  });
});
