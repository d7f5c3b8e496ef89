import { describe, expect, it } from 'vitest';
import { err, ok, type Result } from '@yimen/contracts/base';
import { reconcile, type Reconciliation } from './compare.ts';
import { settled } from './settle.ts';
import { agreeingBooks, HOUR } from './testing/agreeing-books.ts';

type Reading = Result<Reconciliation, string>;

/** A reading in which these amounts were asked for the first bill at the terminal, and this one for the second. */
function reading(first: number, second = 1_500): Reading {
  const books = agreeingBooks();
  books.journals[0]?.bills.forEach((bill, i) => (bill.amountFen = i === 0 ? first : second));
  return ok(reconcile(books, { day: null, heldMs: 72 * HOUR }));
}

async function run(...readings: readonly Reading[]): Promise<{ found: Reading; pauses: number; left: number }> {
  const left = [...readings];
  let pauses = 0;
  const found = await settled(
    async () => left.shift() ?? err('read too often'),
    async () => (pauses += 1),
  );
  return { found, pauses, left: left.length };
}
const refs = (found: Reading): (string | null)[] => (found.ok ? found.value.differences.map(({ ref }) => ref) : []);

describe('settled', () => {
  it('reads once when everything agrees', async () => {
    expect(await run(reading(1_500), reading(1))).toMatchObject({ pauses: 0, left: 1, found: { ok: true } });
  });

  it('keeps what differs at both readings, and nothing that came or went in between', async () => {
    expect(refs((await run(reading(1), reading(1))).found)).toEqual(['bill-done']);
    expect(refs((await run(reading(1), reading(1_500))).found)).toEqual([]);
    expect(refs((await run(reading(1), reading(1, 1))).found)).toEqual(['bill-done']);
    expect((await run(reading(1), reading(1_500))).pauses).toBe(1);
  });

  it('tells a book that cannot be read, at either reading', async () => {
    expect((await run(err('gone'))).found).toEqual(err('gone'));
    expect((await run(reading(1), err('gone'))).found).toEqual(err('gone'));
  });
});
