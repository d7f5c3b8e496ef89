import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, randomId } from '@yimen/contracts/base';
import { openJournal } from '@yimen/terminal/core';
import { systemClock } from '@yimen/terminal/ipc';
import { Acknowledged } from './acknowledged.ts';
import { lookAgain, RIG_TID } from './look-again.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-acknowledged-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = { say: 'open', j: 3, seq: 3, hash: 'h', upTo: 3, link: 5, last: '0192' } as const;

/** A journal of three rows, and the book of somebody who heard of each. */
function threeRows(): Acknowledged {
  const boot = bootIdSchema.parse(randomId((n) => new Uint8Array(n).fill(7), 10));
  const journal = openJournal({ folder, tid: RIG_TID, epoch: 1, boot, clock: systemClock() });
  if (!journal.ok) throw new Error(journal.error.message);
  const book = new Acknowledged();
  for (let n = 0; n < 2; n += 1) {
    const rows = journal.value.append([{ kind: 'booted', fields: { reason: 'start' } }]);
    if (!rows.ok) throw new Error(rows.error.message);
    book.hear({ say: 'rows', rows: rows.value.map(({ j, hash }) => [j, hash]) });
  }
  journal.value.close();
  return book;
}

describe('what was acknowledged, held against a disk', () => {
  it('is there', () => {
    const book = threeRows();
    expect(book.rows).toBe(2);
    expect(book.holdAgainst(folder, open)).toEqual({ lostRows: 0, losses: [], broken: [] });
  });

  it.each([
    ['a row that is not there', { say: 'rows', rows: [[9, 'x']] }, 1, '1 acknowledged rows are gone, from row 9 to 9'],
    [
      'a row that is another one',
      { say: 'rows', rows: [[2, 'x']] },
      1,
      '1 acknowledged rows are gone, from row 2 to 2',
    ],
    ['a cursor that went back', { say: 'cursor', upTo: 4 }, 0, "the fleet's cursor went back from 4 to 3"],
    ['a connection number that came again', { say: 'link', link: 5 }, 0, 'connection number 5 came again'],
    [
      'an older last operation',
      { say: 'last', operationId: '0193' },
      0,
      'the last operation is 0192, 0193 was acknowledged',
    ],
  ] as const)('misses %s', (_what, line, lostRows, says) => {
    const book = threeRows();
    book.hear(line as Parameters<Acknowledged['hear']>[0]);
    const found = book.holdAgainst(folder, open);
    expect(found.lostRows).toBe(lostRows);
    expect(found.losses).toEqual([says]);
  });

  it('counts anew after a loss that was to be expected', () => {
    const book = threeRows();
    book.hear({ say: 'rows', rows: [[9, 'x']] });
    book.hear({ say: 'cursor', upTo: 8 });
    book.forgetWhatIsLost(folder, open);
    expect(book.rows).toBe(2);
    expect(book.holdAgainst(folder, open).losses).toEqual([]);
  });

  it('is looked for by the product’s own code, which goes on there', () => {
    const book = threeRows();
    expect(lookAgain(folder, book)).toEqual({ lostRows: 0, losses: [], broken: [] });
    // That look journaled a row of its own.
    book.hear({ say: 'rows', rows: [[5, 'x']] });
    expect(lookAgain(folder, book).lostRows).toBe(1);
  });
});
