import type { Facts } from '../machine/facts.ts';
import type { OfficeResult } from '../machine/input.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { answerOf, ask } from '../steps/ask.ts';

type MoneyBack = 'asking' | 'reviewed';

/** After the session: money that was left with us, because its purpose was not met yet, is asked for. It may have gone
 *  back, hours or days later (a review was refused, a window cancelled the case), or its purpose was met (a review was
 *  passed). Either way the books say so, once. What is still under way is asked for again another time. No screen. */
export const moneyBack: StepMachine<MoneyBack> = {
  enter({ facts: { compensationFen, bill } }) {
    if (compensationFen === 0 || bill === null) return { state: 'asking', end: { end: 'skipped' } };
    return { state: 'asking', effects: [ask('bill', 'payment.bill.query', { billRef: bill.billRef })] };
  },
  on(state, input, env) {
    if (input.kind !== 'answered') return { state };
    return input.key === 'bill' ? billTold(state, input.result, env) : caseTold(input.result, env);
  },
  view: () => null,
};

function billTold(state: MoneyBack, result: OfficeResult, env: StepEnv): Turn<MoneyBack> {
  const bill = answerOf('payment.bill.query', result);
  if (bill?.state === 'refunded' || bill?.state === 'voided')
    return over('refunded', { money: 'voided', refundedFen: bill.amountFen });
  if (bill?.state !== 'captured' || env.pkg.manifest.chargeOn !== 'accepted') return { state, end: { end: 'skipped' } };
  return {
    state: 'reviewed',
    effects: [ask('case', `${env.office}.case.state`, { caseRef: env.facts.case?.caseRef ?? '' })],
  };
}

/** Taken, and an officer has to say whether it stays. */
function caseTold(result: OfficeResult, env: StepEnv): Turn<MoneyBack> {
  const known = answerOf(`${env.office}.case.state`, result);
  return known?.decision === 'approved' ? over('reviewed', {}) : { state: 'reviewed', end: { end: 'skipped' } };
}

/** The row that closes the compensation stands in one commit with the corrected result (`result.ts`). */
function over(moneyEnd: 'refunded' | 'reviewed', facts: Partial<Facts>): Turn<MoneyBack> {
  return { state: 'reviewed', facts: { ...facts, moneyEnd }, end: { end: 'done' } };
}
