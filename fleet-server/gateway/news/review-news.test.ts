import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCompensations } from '../compensations/open-compensations.ts';
import type { CaseOfficeAdapter, ReviewNotice } from '../office-adapter.ts';
import type { NoticeLoop } from './notice-loop.ts';
import type { OperationRecord } from '../operation-record.ts';
import { createReviewNews } from './review-news.ts';
import type { Settler } from '../settler.ts';
import { type BookRig, DONE, openBookRig } from '../testing/book-rig.ts';
import { must } from '../testing/must.ts';

const CASE = 'case-0001';
const NOTICE: ReviewNotice = { id: 'n-1', caseRef: CASE, result: 'refused' };

/** An office that tells its notices until they are acknowledged. */
class FakeReviewOffice implements CaseOfficeAdapter {
  board: ReviewNotice[] = [];
  isAway = false;
  looks = 0;

  async notices(): Promise<readonly ReviewNotice[] | undefined> {
    this.looks += 1;
    return this.isAway ? undefined : [...this.board];
  }
  async acknowledge(ids: readonly string[]): Promise<void> {
    this.board = this.board.filter(({ id }) => !ids.includes(id));
  }
  ask(): never {
    throw new Error('nobody asks here');
  }
  settle(): never {
    throw new Error('nobody asks here');
  }
  tellPaid(): never {
    throw new Error('nobody asks here');
  }
}

let rig: BookRig;
let office: FakeReviewOffice;
let driven: OperationRecord[];
let broken: object[];
let news: NoticeLoop;
beforeEach(async () => {
  rig = await openBookRig();
  office = new FakeReviewOffice();
  driven = [];
  broken = [];
  news = startNews();
});
afterEach(async () => {
  news.stop();
  await rig.close();
});

function startNews(): NoticeLoop {
  const quiet = (): void => undefined;
  const settler: Settler = { add: (record) => void driven.push(record), waiting: 0, stop: quiet };
  const log = {
    answered: quiet,
    settled: quiet,
    stillUnknown: quiet,
    handshakeRefused: quiet,
    refused: quiet,
    broken: (line: object) => void broken.push(line),
  };
  return createReviewNews({ office: 'household', adapter: office, book: rig.book, settler, clock: rig.clock, log });
}

/** Lets the loop look once more and end its work: the store's threads are real. */
async function look(): Promise<void> {
  const before = office.looks;
  if (before === 0) news.start();
  else await rig.clock.advance(30_000);
  for (let i = 0; i < 1_000 && office.looks === before; i += 1) await turn();
  expect(office.looks).toBe(before + 1);
  let known = '';
  for (let same = 0; same < 5;) {
    await turn();
    const seen = JSON.stringify([office.board, driven, broken, await ofCase()]);
    same = seen === known ? same + 1 : 0;
    known = seen;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2);
  });
}

async function ofCase(): Promise<{ kind: string; outcome: string | null; review: string | undefined }[]> {
  const records = must(await rig.book.ofCase(CASE));
  return records.map(({ kept, facts }) => ({ kind: kept.kind, outcome: kept.outcome, review: facts.review }));
}

async function review(): Promise<object | undefined> {
  return (await ofCase()).find(({ kind }) => kind === 'household.case.review');
}

/** An accepted case, paid and reserved; the confirm is still to come. */
async function acceptedCase(decision: 'accepted' | 'approved' = 'accepted'): Promise<void> {
  await rig.ended('household.case.begin', CASE, { facts: { decision } });
  await rig.ended('household.case.reserve', CASE, { facts: { decision } });
  const bill = await rig.ended('payment.bill.create', CASE, { billRef: 'bill-0001', facts: { amountFen: 4_000 } });
  must(await rig.book.amend(bill, { paid: true }));
}

async function confirmed(capturedFen = 4_000): Promise<void> {
  await rig.ended('household.case.confirm', CASE, { facts: { capturedFen } }, { verdict: 'done', handedOver: true });
}

describe('a passed review', () => {
  it('closes the compensation and is acknowledged', async () => {
    await acceptedCase();
    await confirmed();
    expect(must(await openCompensations(rig.book))).toMatchObject([{ why: 'review-pending' }]);
    office.board = [{ ...NOTICE, result: 'passed' }];
    await look();
    expect(await review()).toMatchObject({ outcome: 'done', review: 'passed' });
    expect(must(await openCompensations(rig.book))).toEqual([]);
    expect(office.board).toEqual([]);
    expect(driven).toEqual([]);
  });

  it('lets none open when it comes before the confirm', async () => {
    await acceptedCase();
    office.board = [{ ...NOTICE, result: 'passed' }];
    await look();
    await confirmed();
    expect(must(await openCompensations(rig.book))).toEqual([]);
  });
});

describe('a refused review', () => {
  it('stays on the board until the money is back, and is driven on', async () => {
    await acceptedCase();
    await confirmed();
    office.board = [NOTICE];
    await look();
    expect(await review()).toMatchObject({ outcome: null, review: 'refused' });
    expect(driven.map(({ kept }) => kept.kind)).toEqual(['household.case.review']);
    expect(office.board).toEqual([NOTICE]);
    expect(must(await openCompensations(rig.book))).toMatchObject([{ why: 'review-refused', amountFen: 4_000 }]);
    must(await rig.book.finish(`${CASE}.review`, DONE));
    expect(must(await openCompensations(rig.book))).toEqual([]);
    await look();
    expect(office.board).toEqual([]);
  });

  it('is one operation however often and by whatever number it is told', async () => {
    await acceptedCase();
    office.board = [NOTICE, { ...NOTICE, id: 'n-2' }];
    await look();
    await look();
    must(await rig.book.finish(`${CASE}.review`, DONE));
    office.board.push({ ...NOTICE, id: 'n-3' });
    await look();
    expect((await ofCase()).filter(({ kind }) => kind === 'household.case.review')).toHaveLength(1);
    expect(office.board).toEqual([]);
    expect(broken).toEqual([]);
  });

  it('is found again by a gateway that starts anew', async () => {
    await acceptedCase();
    office.board = [NOTICE];
    await look();
    expect(must(await rig.book.open(10)).map(({ kept }) => kept.operationId)).toEqual([`${CASE}.review`]);
  });

  it('does not undo a passed one: the first word stands, and people are told', async () => {
    await acceptedCase();
    await confirmed();
    office.board = [{ ...NOTICE, id: 'n-0', result: 'passed' }];
    await look();
    office.board = [NOTICE];
    await look();
    expect(await review()).toMatchObject({ outcome: 'done', review: 'passed' });
    expect(broken).toHaveLength(1);
    expect(office.board).toEqual([]);
  });
});

describe('a notice that does not fit', () => {
  it('waits while the begin or the reserve that accepts the case is on its way', async () => {
    const begin = await rig.claim('household.case.begin', CASE);
    office.board = [NOTICE];
    await look();
    expect(await review()).toBeUndefined();
    must(await rig.book.finish(begin, { ...DONE, facts: { decision: 'pending' } }));
    const reserve = await rig.claim('household.case.reserve', CASE);
    await look();
    expect(await review()).toBeUndefined();
    expect(office.board).toEqual([NOTICE]);
    expect(broken).toEqual([]);
    must(await rig.book.finish(reserve, { ...DONE, facts: { decision: 'accepted' } }));
    await look();
    expect(await review()).toMatchObject({ review: 'refused' });
  });

  it('moves no money of a case that was approved, and people are told', async () => {
    await acceptedCase('approved');
    await confirmed();
    office.board = [NOTICE];
    await look();
    expect(await review()).toBeUndefined();
    expect(driven).toEqual([]);
    expect(office.board).toEqual([]);
    expect(broken).toHaveLength(1);
  });

  it('is nothing to anybody when the case was only pending: no bill of it can be', async () => {
    await rig.ended('household.case.begin', CASE, { facts: { decision: 'pending' } });
    office.board = [NOTICE];
    await look();
    expect(await review()).toBeUndefined();
    expect(office.board).toEqual([]);
    expect(broken).toEqual([]);
  });

  it('is told once and stays on the board when it is about another office’s case, or nobody’s', async () => {
    await rig.ended('vehicle.case.begin', CASE, { facts: { decision: 'accepted' } });
    office.board = [NOTICE, { ...NOTICE, id: 'n-2', caseRef: 'case-of-nobody' }];
    await look();
    await look();
    expect(office.board).toHaveLength(2);
    expect(await review()).toBeUndefined();
    expect(broken).toHaveLength(2);
  });
});

describe('an office that is away', () => {
  it('is asked again', async () => {
    await acceptedCase();
    office.isAway = true;
    await look();
    office.isAway = false;
    office.board = [{ ...NOTICE, result: 'passed' }];
    await look();
    expect(await review()).toMatchObject({ review: 'passed' });
  });
});
