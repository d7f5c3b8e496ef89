import type { ErrorCodeRow } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { tableFaults, unknownCodes, unusedCodes } from './error-codes.ts';

const GOOD: ErrorCodeRow = {
  code: 'PAPER_LOST',
  number: 1900,
  area: 'base',
  severity: 'minor',
  retryable: false,
  citizen: { zh: '纸张丢失', en: 'The paper is lost' },
  staff: { zh: '查看纸路', en: 'Look at the paper path' },
};

describe('the error code table', () => {
  it('is content with a good row, and with one that no citizen meets', () => {
    expect(tableFaults([GOOD, { ...GOOD, code: 'PAPER_FOUND', number: 1901, citizen: null }])).toEqual([]);
  });

  it.each<[string, readonly ErrorCodeRow[], RegExp]>([
    ['a code twice', [GOOD, { ...GOOD, number: 1901 }], /PAPER_LOST stands there more than once/],
    ['a number twice', [GOOD, { ...GOOD, code: 'PAPER_FOUND' }], /number 1900 is given twice/],
    ['a number of another area', [{ ...GOOD, number: 2900 }], /outside 1000/],
    ['no Chinese', [{ ...GOOD, staff: { zh: 'Look', en: 'Look' } }], /no Chinese text for staff/],
    ['no English', [{ ...GOOD, citizen: { zh: '纸张丢失', en: ' ' } }], /no English text for citizen/],
    ['Chinese in the English', [{ ...GOOD, citizen: { zh: '纸', en: '纸 lost' } }], /no English text for citizen/],
  ])('finds %s', (_what, rows, says) => {
    expect(tableFaults(rows).filter((fault) => says.test(fault))).toHaveLength(1);
  });
});

describe('the use of error codes', () => {
  it.each([`err({ code: 'PAPER_LOST' })`, `{"refusal": "PAPER_LOST"}`, `'it is gone [PAPER_LOST]'`])(
    'sees %s',
    (text) => {
      expect(unusedCodes([GOOD], [{ path: 'certs/a.ts', text }])).toEqual([]);
    },
  );

  it.each([`// PAPER_LOST is a nice code`, `'PAPER_LOST_AGAIN'`, ``])('does not take %s for a use', (text) => {
    expect(unusedCodes([GOOD], [{ path: 'certs/a.ts', text }])).toHaveLength(1);
  });

  it('finds a thrown code that the table does not know', () => {
    const text = `throw new AppError(\n  'PAPER_STOLEN',\n 'gone');`;
    expect(unknownCodes([GOOD], [{ path: 'certs/a.ts', text }])).toEqual([
      expect.stringMatching(/^certs\/a.ts: throws PAPER_STOLEN/),
    ]);
    expect(unknownCodes([GOOD], [{ path: 'certs/a.ts', text: `throw new AppError('PAPER_LOST', 'gone');` }])).toEqual(
      [],
    );
  });
});
