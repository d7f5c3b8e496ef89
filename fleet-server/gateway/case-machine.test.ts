import { describe, expect, it } from 'vitest';
import { type BackOfficeKind, CASE_OFFICES, type CaseOffice } from '@yimen/contracts/back-office';
import { admit, type CaseStep, foldCase, owedReport } from './case-machine.ts';

const NOW = 1_000;
const HERE = 'SD-HERE-01';
const THERE = 'SD-THERE-01';

function step(
  kind: BackOfficeKind,
  outcome: CaseStep['outcome'],
  facts: CaseStep['facts'] = {},
  terminalId = HERE,
  billRef: string | null = null,
): CaseStep {
  return { operationId: `${kind}-${String(outcome)}-${terminalId}`, kind, terminalId, outcome, billRef, at: 1, facts };
}

/** The same steps at another office. */
function at(office: CaseOffice, steps: readonly CaseStep[]): CaseStep[] {
  return steps.map((one) => ({ ...one, kind: one.kind.replace('exitEntry', office) }));
}

const begun = step('exitEntry.case.begin', 'done', { decision: 'approved' });
const reserved = step('exitEntry.case.reserve', 'done', { decision: 'approved', heldUntil: 2_000, told: true });
const accepted = step('exitEntry.case.reserve', 'done', { decision: 'accepted', heldUntil: 2_000, told: true });
const refusedReview = { ...step('exitEntry.case.begin', null, { review: 'refused' }), kind: 'exitEntry.case.review' };
const lapsed = step('exitEntry.case.reserve', 'done', { decision: 'approved', heldUntil: 900, told: true });
const pending = step('exitEntry.case.reserve', 'done', { decision: 'pending' });
const billed = step('payment.bill.create', 'done', {}, HERE, 'bill-0001');
const paid = step('payment.bill.create', 'done', { paid: true, heldUntil: 9_000 }, HERE, 'bill-0001');
const confirming = step('exitEntry.case.confirm', 'unknown', { verdict: 'done' });
const produced = step('exitEntry.case.confirm', 'done', { verdict: 'done', handedOver: true });
const inBin = step('exitEntry.case.confirm', 'done', { verdict: 'done', handedOver: false });
const spoiled = step('exitEntry.case.confirm', 'done', { verdict: 'notDone' });
const inDoubt = step('exitEntry.case.confirm', 'done', { verdict: 'unknown' });
const refusedConfirm = step('exitEntry.case.confirm', 'notDone', { verdict: 'done' });
const cancelling = step('exitEntry.case.cancel', null);
const cancelled = step('exitEntry.case.cancel', 'done', { cancelled: true });
const refusedCancel = step('exitEntry.case.cancel', 'done', { cancelled: false });
const refunding = step('payment.bill.refund', 'unknown');
const refunded = step('payment.bill.refund', 'done');

const EFFECTS = [
  'exitEntry.case.reserve',
  'payment.bill.create',
  'exitEntry.case.confirm',
  'exitEntry.case.cancel',
  'payment.bill.refund',
] as const;
type Verdict = 'yes' | 'order' | 'nobody' | 'cancelled' | 'refused';

/** Every reachable stage × every effect. Columns: reserve, bill, confirm, cancel, refund. */
const TABLE: readonly (readonly [string, readonly CaseStep[], readonly Verdict[]])[] = [
  ['nothing', [], ['nobody', 'nobody', 'nobody', 'nobody', 'nobody']],
  [
    'a begin that is not settled',
    [step('exitEntry.case.begin', 'unknown')],
    ['nobody', 'nobody', 'nobody', 'nobody', 'nobody'],
  ],
  ['begun', [begun], ['yes', 'order', 'order', 'yes', 'order']],
  ['pending review', [begun, pending], ['yes', 'order', 'order', 'yes', 'order']],
  [
    'a reserve that is not settled',
    [begun, step('exitEntry.case.reserve', 'unknown')],
    ['yes', 'order', 'order', 'yes', 'order'],
  ],
  ['reserved', [begun, reserved], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['reserved, a second time here', [begun, reserved, reserved], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['accepted, review to come', [begun, accepted], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['accepted, review refused', [begun, accepted, refusedReview], ['yes', 'refused', 'yes', 'yes', 'order']],
  ['hold ran out', [begun, lapsed], ['yes', 'order', 'yes', 'yes', 'order']],
  ['hold ran out, but paid', [begun, lapsed, paid], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['billed', [begun, reserved, billed], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['confirming', [begun, reserved, paid, confirming], ['order', 'order', 'yes', 'yes', 'order']],
  ['confirmed and handed over', [begun, reserved, paid, produced], ['order', 'order', 'yes', 'yes', 'order']],
  ['confirmed, in the bin', [begun, reserved, paid, inBin], ['order', 'order', 'yes', 'yes', 'yes']],
  ['a confirm that was refused', [begun, reserved, paid, refusedConfirm], ['yes', 'yes', 'yes', 'yes', 'order']],
  ['not produced', [begun, reserved, paid, spoiled], ['yes', 'order', 'yes', 'yes', 'yes']],
  ['production in doubt', [begun, reserved, paid, inDoubt], ['yes', 'order', 'yes', 'yes', 'order']],
  ['refund not settled', [begun, reserved, paid, spoiled, refunding], ['order', 'order', 'order', 'yes', 'yes']],
  ['refunded', [begun, reserved, paid, spoiled, refunded], ['yes', 'order', 'order', 'yes', 'yes']],
  ['cancelling', [begun, reserved, cancelling], ['cancelled', 'cancelled', 'cancelled', 'yes', 'yes']],
  ['cancelled', [begun, reserved, cancelled], ['cancelled', 'cancelled', 'cancelled', 'yes', 'yes']],
  ['a cancel that the office refused', [begun, reserved, refusedCancel], ['yes', 'yes', 'yes', 'yes', 'order']],
];

const WORDS = {
  'out-of-order': 'order',
  'receipt-unknown': 'nobody',
  'case-cancelled': 'cancelled',
  'review-refused': 'refused',
} as const;

describe.each(CASE_OFFICES)('admit at %s', (office) => {
  const words = (steps: readonly CaseStep[], asked: CaseOffice): Verdict[] =>
    EFFECTS.map((kind) => {
      const why = admit(foldCase(at(office, steps)), kind.replace('exitEntry', asked), HERE, NOW);
      return why === undefined ? 'yes' : WORDS[why.code];
    });

  it.each(TABLE)('after %s', (_stage, steps, verdicts) => {
    expect(words(steps, office)).toEqual(verdicts);
  });

  it('knows no case of another office, whatever its stage; its bill is nobody’s but its own', () => {
    for (const other of CASE_OFFICES.filter((candidate) => candidate !== office))
      expect(words([begun, reserved], other)).toEqual(['nobody', 'yes', 'nobody', 'nobody', 'order']);
  });
});

describe('admit', () => {
  it('lets one terminal at a time produce', () => {
    const state = foldCase([begun, reserved]);
    expect(admit(state, 'exitEntry.case.reserve', THERE, NOW)?.code).toBe('out-of-order');
    expect(admit(foldCase([begun, lapsed]), 'exitEntry.case.reserve', THERE, NOW)).toBeUndefined();
    expect(admit(foldCase([begun, reserved, spoiled]), 'exitEntry.case.reserve', THERE, NOW)).toBeUndefined();
  });
});

describe('owedReport', () => {
  const reported = {
    ...reserved,
    facts: { ...reserved.facts, reported: { outcome: 'done', produced: 1, handedOver: 1, retained: 0 } },
  } as const;
  it.each([
    ['a told reserve', [begun, reserved], HERE, true],
    ['a told reserve of an accepted case', [begun, accepted], HERE, true],
    ['a told reserve of another terminal', [begun, reserved], THERE, false],
    [
      'a reserve that the terminal was never told',
      [begun, { ...reserved, facts: { ...reserved.facts, told: false } }],
      HERE,
      false,
    ],
    ['a reported one', [begun, reported], HERE, false],
    ['an unpaid one whose hold ran out', [begun, lapsed], HERE, false],
    ['a paid one, whenever', [begun, lapsed, { ...paid, facts: { paid: true } }], HERE, true],
    ['one with a confirm on its way', [begun, reserved, confirming], HERE, false],
    ['one with a cancel on its way', [begun, reserved, cancelling], HERE, false],
    ['one whose confirm was refused', [begun, reserved, refusedConfirm], HERE, true],
  ] as const)('%s', (_name, steps, terminalId, isOwed) => {
    expect(owedReport(foldCase(steps), terminalId, NOW) !== undefined).toBe(isOwed);
  });
});
