import { afterEach, describe, expect, it } from 'vitest';
import { type CaseAccount, gatewayAccounts, type BillAccount, type GatewayAccounts } from './case-accounts.ts';
import { openCompensations } from './open-compensations.ts';
import { type BookRig, openBookRig, UNKNOWN } from '../testing/book-rig.ts';
import { must } from '../testing/must.ts';

let rig: BookRig;
afterEach(() => rig.close());

const APPROVED = { facts: { decision: 'approved' } } as const;
const ACCEPTED = { facts: { decision: 'accepted' } } as const;

async function billed(caseRef: string, decided: typeof APPROVED | typeof ACCEPTED, billRef: string): Promise<string> {
  await rig.ended('household.case.begin', caseRef, decided);
  await rig.ended('household.case.reserve', caseRef, decided);
  return rig.ended('payment.bill.create', caseRef, { billRef, facts: { amountFen: 4_000 } });
}

/** What the database holds of these cases, read without the gateway's key. */
async function accounts(...cases: readonly string[]): Promise<GatewayAccounts> {
  const kept = await Promise.all(
    cases.map(async (caseRef) => must(await rig.store.operations.operationsOfCase({ caseRef }))),
  );
  return gatewayAccounts(kept.flat());
}
const bill = ({ bills }: GatewayAccounts, billRef: string): BillAccount | undefined =>
  bills.find((one) => one.billRef === billRef);
const owed = ({ cases }: GatewayAccounts): CaseAccount[] => cases.filter(({ compensation }) => compensation !== null);

describe('gatewayAccounts', () => {
  it('follows a bill from unpaid over paid to captured', async () => {
    rig = await openBookRig();
    const operation = await billed('case-0001', APPROVED, 'bill-0001');
    expect((await accounts('case-0001')).bills).toMatchObject([
      { billRef: 'bill-0001', tid: 'SD-ONE-01', amountFen: 4_000, standing: 'unpaid', withUsFen: 0, isOpen: false },
    ]);
    must(await rig.book.amend(operation, { paid: true }));
    expect(bill(await accounts('case-0001'), 'bill-0001')).toMatchObject({ standing: 'paid', withUsFen: 4_000 });
    await rig.ended('household.case.confirm', 'case-0001', { facts: { capturedFen: 4_000 } }, { verdict: 'done' });
    const done = await accounts('case-0001');
    expect(bill(done, 'bill-0001')).toMatchObject({ standing: 'captured', withUsFen: 4_000 });
    expect(done.cases).toMatchObject([
      { caseRef: 'case-0001', office: 'household', end: 'confirmed', compensation: null },
    ]);
  });

  it.each([
    ['cancelled', 'household.case.cancel', { cancelled: true }],
    ['refunded', 'payment.bill.refund', {}],
    ['refused by the review', 'household.case.review', { review: 'refused' }],
  ] as const)('knows that the money of a case went back: %s', async (_how, kind, facts) => {
    rig = await openBookRig();
    must(await rig.book.amend(await billed('case-0001', ACCEPTED, 'bill-0001'), { paid: true }));
    await rig.ended(kind, 'case-0001', { facts }, facts);
    expect(bill(await accounts('case-0001'), 'bill-0001')).toMatchObject({ standing: 'back', withUsFen: 0 });
  });

  it('says that nothing is final while an operation is being asked', async () => {
    rig = await openBookRig();
    await billed('case-0001', APPROVED, 'bill-0001');
    must(await rig.book.finish(await rig.claim('household.case.confirm', 'case-0001', { verdict: 'done' }), UNKNOWN));
    const asking = await accounts('case-0001');
    expect([asking.cases[0]?.isOpen, asking.bills[0]?.isOpen]).toEqual([true, true]);
  });

  it('tells the compensations that the gateway tells, each bill once, and none that another errand ended', async () => {
    rig = await openBookRig();
    for (const [caseRef, verdict] of [
      ['case-0001', 'notDone'],
      ['case-0002', 'unknown'],
    ] as const) {
      must(await rig.book.amend(await billed(caseRef, APPROVED, 'bill-0001'), { paid: true }));
      await rig.ended('household.case.confirm', caseRef, {}, { verdict });
      // The older one is told.
      await rig.clock.advance(1_000);
    }
    const both = await accounts('case-0001', 'case-0002');
    const told = must(await openCompensations(rig.book));
    expect(owed(both).map(({ caseRef, compensation }) => ({ caseRef, why: compensation?.why }))).toEqual(
      told.map(({ caseRef, why }) => ({ caseRef, why })),
    );
    expect(owed(both)).toHaveLength(1);
    expect(both.bills).toHaveLength(1);
    must(await rig.book.amend(await billed('case-0003', APPROVED, 'bill-0001'), { paid: true }));
    await rig.ended('household.case.confirm', 'case-0003', { facts: { capturedFen: 4_000 } }, { verdict: 'done' });
    const ended = await accounts('case-0001', 'case-0002', 'case-0003');
    expect(owed(ended)).toEqual([]);
    expect(must(await openCompensations(rig.book))).toEqual([]);
    expect(ended.bills).toMatchObject([{ standing: 'captured', withUsFen: 4_000 }]);
  });

  it('leaves out what belongs to no begun case, and refuses a text that is none of the gateway’s', async () => {
    rig = await openBookRig();
    await rig.ended('household.case.begin', 'case-0001', { outcome: 'notDone', fault: { code: 'x', message: 'x' } });
    expect(await accounts('case-0001')).toEqual({ cases: [], bills: [] });
    const [kept] = must(await rig.store.operations.operationsOfCase({ caseRef: 'case-0001' }));
    if (kept === undefined) throw new Error('nothing kept');
    expect(() => gatewayAccounts([{ ...kept, answer: '{"name":"x"}' }])).toThrow(/unreadable record/u);
  });
});
