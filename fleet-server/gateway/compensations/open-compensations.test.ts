import { afterEach, describe, expect, it } from 'vitest';
import { err } from '@yimen/contracts/base';
import { openCompensations, type OpenCompensation } from './open-compensations.ts';
import { type BookRig, openBookRig, UNKNOWN } from '../testing/book-rig.ts';
import { must } from '../testing/must.ts';

let rig: BookRig;
afterEach(() => rig.close());

const CASE = 'case-0001';
const ACCEPTED = { facts: { decision: 'accepted' } } as const;
const APPROVED = { facts: { decision: 'approved' } } as const;

/** A begun and reserved case with a bill. @returns the bill's operation */
async function billed(caseRef: string, decided: typeof ACCEPTED | typeof APPROVED): Promise<string> {
  await rig.ended('household.case.begin', caseRef, decided);
  await rig.ended('household.case.reserve', caseRef, decided);
  return rig.ended('payment.bill.create', caseRef, { billRef: `bill-${caseRef}`, facts: { amountFen: 4_000 } });
}

async function open(): Promise<readonly OpenCompensation[]> {
  return must(await openCompensations(rig.book));
}

async function marks(): Promise<number> {
  const before = Number.MAX_SAFE_INTEGER;
  return must(await rig.store.operations.operationsSettledBefore({ state: 'owed', before, limit: 100 })).length;
}

describe('openCompensations', () => {
  it('tells a paid case that was not produced until it is, with nothing but references', async () => {
    rig = await openBookRig();
    const bill = await billed(CASE, APPROVED);
    must(await rig.book.amend(bill, { paid: true }));
    expect(await open()).toEqual([]);
    const since = rig.clock.wallMs() + 3;
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'notDone' });
    expect(await open()).toEqual([
      { caseRef: CASE, office: 'household', billRef: `bill-${CASE}`, amountFen: 4_000, since, why: 'not-produced' },
    ]);
    await rig.ended('household.case.confirm', CASE, { facts: { capturedFen: 4_000 } }, { verdict: 'done' });
    expect(await open()).toEqual([]);
    expect(await marks()).toBe(0);
  });

  it('opens when the payment becomes known after the confirm', async () => {
    rig = await openBookRig();
    const bill = await billed(CASE, APPROVED);
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'unknown' });
    expect(await open()).toEqual([]);
    must(await rig.book.amend(bill, { paid: true }));
    expect(await open()).toMatchObject([{ caseRef: CASE, why: 'in-doubt' }]);
  });

  it('opens with the intent to confirm an accepted case, before the money is taken', async () => {
    rig = await openBookRig();
    must(await rig.book.amend(await billed(CASE, ACCEPTED), { paid: true }));
    const confirm = await rig.claim('household.case.confirm', CASE, { verdict: 'done' });
    expect(await open()).toMatchObject([{ caseRef: CASE, why: 'review-pending' }]);
    must(await rig.book.finish(confirm, UNKNOWN));
    expect(await open()).toHaveLength(1);
    expect(await marks()).toBe(0);
    must(await rig.book.finish(confirm, { ...UNKNOWN, outcome: 'done', fault: null, facts: { capturedFen: 4_000 } }));
    expect(await open()).toMatchObject([{ caseRef: CASE, amountFen: 4_000 }]);
    expect(await marks()).toBe(1);
    await rig.ended('household.case.review', CASE, {}, { review: 'passed' });
    expect(await open()).toEqual([]);
    expect(await marks()).toBe(0);
  });

  it('is told oldest first, of every office', async () => {
    rig = await openBookRig();
    for (const caseRef of ['case-0002', 'case-0001']) {
      must(await rig.book.amend(await billed(caseRef, APPROVED), { paid: true }));
      await rig.ended('household.case.confirm', caseRef, {}, { verdict: 'notDone' });
      await rig.clock.advance(1_000);
    }
    expect((await open()).map(({ caseRef }) => caseRef)).toEqual(['case-0002', 'case-0001']);
  });

  it('survives that old answers are forgotten', async () => {
    rig = await openBookRig();
    const bill = await billed(CASE, APPROVED);
    must(await rig.book.amend(bill, { paid: true }));
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'notDone' });
    rig.clock.jumpWall(1_000);
    expect(must(await rig.book.forgetAnswers(rig.clock.wallMs()))).toBeGreaterThan(0);
    expect(must(await rig.book.find(bill))?.kept.state).toBe('forgotten');
    expect(await open()).toHaveLength(1);
    await rig.ended('household.case.cancel', CASE, { facts: { cancelled: true } });
    expect(await open()).toEqual([]);
  });
});

describe('two errands on the same official case', () => {
  /** The first failed; the second was given the same bill, paid. */
  async function takenUp(): Promise<void> {
    must(await rig.book.amend(await billed(CASE, APPROVED), { paid: true }));
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'notDone' });
    await rig.clock.advance(60_000);
    await rig.ended('household.case.begin', 'case-0002', APPROVED);
    await rig.ended('household.case.reserve', 'case-0002', APPROVED);
    const again = { billRef: `bill-${CASE}`, facts: { amountFen: 4_000, paid: true } };
    await rig.ended('payment.bill.create', 'case-0002', again);
  }

  it('have the money once, as long as neither has served it', async () => {
    rig = await openBookRig();
    await takenUp();
    expect(await open()).toMatchObject([{ caseRef: CASE }]);
    await rig.ended('household.case.confirm', 'case-0002', {}, { verdict: 'unknown' });
    expect(await open()).toMatchObject([{ caseRef: CASE }]);
  });

  it.each([
    ['household.case.confirm', { facts: { capturedFen: 4_000 } }, { verdict: 'done' }],
    ['household.case.cancel', { facts: { cancelled: true } }, {}],
    ['payment.bill.refund', {}, {}],
  ] as const)('are both closed by a %s of the second', async (kind, end, facts) => {
    rig = await openBookRig();
    await takenUp();
    await rig.ended(kind, 'case-0002', end, facts);
    expect(await open()).toEqual([]);
    expect(await marks()).toBe(0);
  });
});

describe('the mark by which it is found', () => {
  it('is there when the process ends before what opens the compensation is stored', async () => {
    let isDead = false;
    rig = await openBookRig((operations) => ({
      ...operations,
      // Dies at the write of a record; the mark is a write of the state alone, and comes first.
      change: async (update) =>
        isDead && update.answer !== undefined ? err({ code: 'dead', message: 'dead' }) : operations.change(update),
    }));
    const bill = await billed(CASE, APPROVED);
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'notDone' });
    isDead = true;
    expect(await rig.book.amend(bill, { paid: true })).toMatchObject({ ok: false });
    expect(await marks()).toBe(1);
    expect(await open()).toEqual([]);
    // One too many is taken away by whoever looks; the notice comes again, and with it the mark.
    expect(await marks()).toBe(0);
    isDead = false;
    must(await rig.book.amend(bill, { paid: true }));
    expect(await open()).toHaveLength(1);
  });

  it('is left, and then cleared, when the process ends before a closed one is unmarked', async () => {
    let isDead = false;
    rig = await openBookRig((operations) => ({
      ...operations,
      change: async (update) =>
        isDead && update.answer === undefined ? err({ code: 'dead', message: 'dead' }) : operations.change(update),
    }));
    must(await rig.book.amend(await billed(CASE, APPROVED), { paid: true }));
    await rig.ended('household.case.confirm', CASE, {}, { verdict: 'notDone' });
    const cancel = await rig.claim('household.case.cancel', CASE);
    isDead = true;
    const end = { ...UNKNOWN, outcome: 'done', fault: null, facts: { cancelled: true } } as const;
    expect(await rig.book.finish(cancel, end)).toMatchObject({ ok: false });
    isDead = false;
    expect(await marks()).toBe(1);
    expect(must(await rig.book.find(cancel))?.kept.outcome).toBe('done');
    expect(await open()).toEqual([]);
    expect(await marks()).toBe(0);
  });
});
