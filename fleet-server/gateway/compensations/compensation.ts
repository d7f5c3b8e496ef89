import type { CaseState } from '../case-machine.ts';

/** Money of a citizen that is with us and has not served its purpose (fault design I3). */
export interface Compensation {
  /** The step at which it began. */
  readonly operationId: string;
  /** Wall milliseconds of the gateway at that step. */
  readonly since: number;
  readonly why: 'not-produced' | 'in-doubt' | 'review-pending' | 'review-refused';
  readonly billRef: string | null;
  readonly amountFen: number | null;
}

/** The compensation record of a case, open or not, from its state alone. Pure: there is no record beside the operations
 *  that could say something else than they do.
 *  Opens when a bill is paid and a confirm said that nothing was produced or that nobody knows, or when an accepted case
 *  is confirmed while its review is still to come. Closes with a later confirm of an approved case, with money given
 *  back, or with the review passed.
 *  @source services contract §5 (payment), fault design §4.1 */
export function compensationOf(state: CaseState): Compensation | undefined {
  if (state.end === 'cancelled' || state.review === 'passed' || state.review === 'refused') return undefined;
  const { bill, capturedFen, doubt, refusing } = state;
  // What was captured is the provider's own word and outweighs a notice, which may come later or not any more.
  const isWithUs = capturedFen === null ? bill?.paid === true : capturedFen > 0;
  const opened = doubt ?? (state.accepted ? state.produced : null) ?? refusing;
  if (!isWithUs || opened === null) return undefined;
  return {
    operationId: opened.operationId,
    since: opened.at,
    why: refusing === null ? (doubt === null ? 'review-pending' : WHY[doubt.why]) : 'review-refused',
    billRef: bill?.billRef ?? null,
    amountFen: capturedFen ?? bill?.amountFen ?? null,
  };
}

const WHY = { notDone: 'not-produced', unknown: 'in-doubt' } as const;

/** Whether the money of a bill has come to its end in another case that has the same bill: a second errand on the same
 *  official case goes on with the first one's money. Pure. */
export function isServedIn(other: CaseState, billRef: string): boolean {
  if (other.bill?.billRef !== billRef) return true;
  return other.end === 'confirmed' || other.end === 'cancelled';
}
