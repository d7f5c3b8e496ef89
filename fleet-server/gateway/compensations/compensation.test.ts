import { describe, expect, it } from 'vitest';
import type { CaseStep, OperationFacts } from '../case-machine.ts';
import { foldCase } from '../case-machine.ts';
import { compensationOf, isServedIn } from './compensation.ts';

const FEN = 4_000;

function step(kind: string, outcome: CaseStep['outcome'], facts: OperationFacts = {}): Omit<CaseStep, 'at'> {
  const billRef = kind === 'payment.bill.create' ? 'bill-0001' : null;
  return { operationId: `${kind} ${String(outcome)}`, kind, terminalId: 'SD-ONE-01', outcome, billRef, facts };
}

const begun = step('household.case.begin', 'done', { decision: 'approved' });
const begunAccepted = step('household.case.begin', 'done', { decision: 'accepted' });
const approved = step('household.case.reserve', 'done', { decision: 'approved', heldUntil: 9_000 });
const accepted = step('household.case.reserve', 'done', { decision: 'accepted', heldUntil: 9_000 });
const bill = step('payment.bill.create', 'done', { amountFen: FEN });
const paid = step('payment.bill.create', 'done', { amountFen: FEN, paid: true });
const billUnknown = step('payment.bill.create', 'unknown');
const notDone = step('household.case.confirm', 'done', { verdict: 'notDone' });
const notDoneOpen = step('household.case.confirm', 'unknown', { verdict: 'notDone' });
const inDoubt = step('household.case.confirm', 'done', { verdict: 'unknown' });
const done = step('household.case.confirm', 'done', { verdict: 'done', capturedFen: FEN });
const doneUnpaid = step('household.case.confirm', 'done', { verdict: 'done', capturedFen: 0 });
const doneOpen = step('household.case.confirm', 'unknown', { verdict: 'done' });
const doneRefused = step('household.case.confirm', 'notDone', { verdict: 'done' });
const cancelling = step('household.case.cancel', 'unknown');
const cancelled = step('household.case.cancel', 'done', { cancelled: true });
const cancelRefused = step('household.case.cancel', 'done', { cancelled: false });
const refunding = step('payment.bill.refund', 'unknown');
const refunded = step('payment.bill.refund', 'done');
const refundFailed = step('payment.bill.refund', 'notDone');
const passed = step('household.case.review', 'done', { review: 'passed' });
const refusing = step('household.case.review', 'unknown', { review: 'refused' });
const refused = step('household.case.review', 'done', { review: 'refused' });

type Row = readonly [
  string,
  readonly Omit<CaseStep, 'at'>[],
  'closed' | 'not-produced' | 'in-doubt' | 'review-pending' | 'review-refused',
];
const A = [begun, approved] as const;
const B = [begunAccepted, accepted] as const;
const TABLE: readonly Row[] = [
  ['nothing', [], 'closed'],
  ['approved and paid: the goods are being made', [...A, paid], 'closed'],
  ['approved, paid and produced', [...A, paid, done], 'closed'],
  ['approved, paid, the confirm(done) not answered', [...A, paid, doneOpen], 'closed'],
  ['approved, paid, not produced', [...A, paid, notDone], 'not-produced'],
  ['approved, paid, not produced, the office silent', [...A, paid, notDoneOpen], 'not-produced'],
  ['approved, paid, in doubt', [...A, paid, inDoubt], 'in-doubt'],
  ['in doubt after not produced', [...A, paid, notDone, inDoubt], 'in-doubt'],
  ['not produced, not paid', [...A, bill, notDone], 'closed'],
  ['not produced before there was a bill; the next attempt is paid', [...A, notDone, approved, paid], 'closed'],
  ['not produced while the bill was not known', [...A, billUnknown, notDone], 'closed'],
  ['not produced, a second right', [...A, paid, notDone, approved], 'not-produced'],
  ['not produced, then confirming', [...A, paid, notDone, approved, doneOpen], 'not-produced'],
  ['not produced, then a confirm(done) that the office refused', [...A, paid, notDone, doneRefused], 'not-produced'],
  ['made and not taken, then handed out by staff, without another right', [...A, paid, notDone, done], 'closed'],
  ['made and not taken, the hand-out on its way', [...A, paid, notDone, doneOpen], 'not-produced'],
  ['not produced, then produced', [...A, paid, notDone, approved, done], 'closed'],
  ['in doubt, then produced', [...A, paid, inDoubt, done], 'closed'],
  ['not produced, cancel not settled', [...A, paid, notDone, cancelling], 'not-produced'],
  ['not produced, cancelled', [...A, paid, notDone, cancelled], 'closed'],
  ['in doubt, cancel refused by the office', [...A, paid, inDoubt, cancelRefused], 'in-doubt'],
  ['not produced, refund not settled', [...A, paid, notDone, refunding], 'not-produced'],
  ['not produced, refund failed', [...A, paid, notDone, refundFailed], 'not-produced'],
  ['not produced, refunded', [...A, paid, notDone, refunded], 'closed'],
  ['refunded, a new attempt is paid', [...A, paid, notDone, refunded, approved, paid], 'closed'],
  ['accepted and paid', [...B, paid], 'closed'],
  ['accepted, captured', [...B, paid, done], 'review-pending'],
  ['accepted, captured, the paid notice still to come', [...B, bill, done], 'review-pending'],
  ['accepted, the capture not settled', [...B, paid, doneOpen], 'review-pending'],
  ['accepted by the begin, approved by a later reserve', [begunAccepted, approved, paid, done], 'review-pending'],
  ['accepted, nothing to pay', [...B, doneUnpaid], 'closed'],
  ['accepted, not produced', [...B, paid, notDone], 'not-produced'],
  ['accepted, not produced, then captured', [...B, paid, notDone, accepted, done], 'review-pending'],
  ['accepted, captured, passed', [...B, paid, done, passed], 'closed'],
  ['passed before the confirm came', [...B, paid, passed, done], 'closed'],
  ['passed, nothing handed over', [...B, paid, notDone, passed], 'closed'],
  ['accepted, captured, refusal on its way', [...B, paid, done, refusing], 'review-refused'],
  ['refused before the confirm came, on its way', [...B, paid, refusing], 'review-refused'],
  ['refused unpaid, on its way', [...B, bill, refusing], 'closed'],
  ['accepted, captured, refused and given back', [...B, paid, done, refused], 'closed'],
  ['given back before the confirm came', [...B, paid, refused, doneUnpaid], 'closed'],
];

describe('compensationOf', () => {
  it.each(TABLE)('%s', (_stage, steps, expected) => {
    const state = foldCase(steps.map((one, at) => ({ ...one, at })));
    expect(compensationOf(state)?.why ?? 'closed').toBe(expected);
  });

  it('tells bill, amount and since when, and keeps the first moment', () => {
    const steps = [...A, paid, notDone, approved, inDoubt].map((one, at) => ({ ...one, at }));
    expect(compensationOf(foldCase(steps))).toEqual({
      operationId: notDone.operationId,
      since: 3,
      why: 'in-doubt',
      billRef: 'bill-0001',
      amountFen: FEN,
    });
  });
});

describe('isServedIn', () => {
  const B = 'bill-0001';
  it.each([
    ['is being made', [...A, paid], false],
    ['failed, too', [...A, paid, notDone], false],
    ['is confirming', [...A, paid, doneOpen], false],
    ['is produced', [...A, paid, done], true],
    ['is being cancelled', [...A, paid, cancelling], false],
    ['is cancelled', [...A, paid, cancelled], true],
    ['is refunded', [...A, paid, notDone, refunded], true],
  ] as const)('the other errand %s', (_stage, steps, expected) => {
    expect(isServedIn(foldCase(steps.map((one, at) => ({ ...one, at }))), B)).toBe(expected);
  });
});
