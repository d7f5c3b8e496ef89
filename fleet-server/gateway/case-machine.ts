import type { Outcome } from '@yimen/contracts/device';

/** What the gateway keeps in clear of an operation's request and answer: enough to judge the next one, nothing personal
 *  and no official number. */
export interface OperationFacts {
  /** begin, reserve: the office's decision. */
  readonly decision?: 'approved' | 'accepted' | 'pending' | 'refused';
  /** reserve, bill.create once paid: until when the right to produce is held, gateway's clock. */
  readonly heldUntil?: number;
  /** reserve: an approved answer went out (or was about to) to the terminal. */
  readonly told?: boolean;
  /** reserve: the terminal said by `lastOperation` what became of it. */
  readonly reported?: {
    readonly outcome: Outcome;
    readonly produced: number;
    readonly handedOver: number;
    readonly retained: number;
  };
  /** confirm: what the terminal says the production came to. */
  readonly verdict?: Outcome;
  readonly handedOver?: boolean;
  /** cancel: false when the office refused it. */
  readonly cancelled?: boolean;
  /** bill.create: the provider said that the bill is paid; the office of exit and entry knows it. */
  readonly paid?: boolean;
  readonly paidTold?: boolean;
}

/** One operation of a case, as the fold needs it. `outcome` null: being asked right now. */
export interface CaseStep {
  readonly operationId: string;
  readonly kind: string;
  readonly terminalId: string;
  readonly outcome: Outcome | null;
  readonly billRef: string | null;
  readonly facts: OperationFacts;
}

/** The right to produce, as given to one terminal. */
export interface Right {
  readonly operationId: string;
  readonly terminalId: string;
  readonly heldUntil: number;
  readonly told: boolean;
  readonly reported: boolean;
}

/** Where a case stands, as far as the gateway knows. */
export interface CaseState {
  readonly begun: boolean;
  /** Null: none given, or given back by confirm or cancel. */
  readonly right: Right | null;
  /** A right was given at some time and not ended by production or cancel: a confirm may come. */
  readonly wasReserved: boolean;
  /** A reserve is asked and its end is not known. */
  readonly reserving: boolean;
  readonly bill: {
    readonly operationId: string;
    readonly billRef: string;
    readonly paid: boolean;
    readonly paidTold: boolean;
  } | null;
  readonly refunding: boolean;
  /** The last confirm said that nothing was produced: the money may go back without a cancel. */
  readonly notProduced: boolean;
  readonly handedOver: boolean;
  readonly end: 'none' | 'confirming' | 'confirmed' | 'cancelling' | 'cancelled';
}

/** Why an operation may not be asked now. */
export interface Inadmissible {
  readonly code: 'out-of-order' | 'receipt-unknown' | 'case-cancelled';
  readonly message: string;
}

const NOTHING: CaseState = {
  begun: false,
  right: null,
  wasReserved: false,
  reserving: false,
  bill: null,
  refunding: false,
  notProduced: false,
  handedOver: false,
  end: 'none',
};

/** The state of a case from its operations in the order in which they were taken in. Pure. */
export function foldCase(steps: readonly CaseStep[]): CaseState {
  return steps.reduce(next, NOTHING);
}

function next(state: CaseState, step: CaseStep): CaseState {
  if (step.outcome === 'notDone') return state;
  const { facts } = step;
  const isDone = step.outcome === 'done';
  switch (step.kind) {
    case 'exitEntry.case.begin':
      return { ...state, begun: isDone };
    case 'exitEntry.case.reserve':
      return isDone ? (facts.decision === 'approved' ? reserved(state, step) : state) : { ...state, reserving: true };
    case 'payment.bill.create':
      return isDone && step.billRef !== null ? billed(state, step, step.billRef) : state;
    case 'payment.bill.refund':
      // The money went back: what is produced from here on needs a new reserve and a new bill.
      return isDone ? { ...state, refunding: false, bill: null, wasReserved: false } : { ...state, refunding: true };
    case 'exitEntry.case.confirm':
      return confirmed(state, step, isDone);
    case 'exitEntry.case.cancel':
      return cancelled(state, step, isDone);
    default:
      return state;
  }
}

function reserved(state: CaseState, step: CaseStep): CaseState {
  const right: Right = {
    operationId: step.operationId,
    terminalId: step.terminalId,
    heldUntil: step.facts.heldUntil ?? 0,
    told: step.facts.told === true,
    reported: step.facts.reported !== undefined,
  };
  return { ...state, right, wasReserved: true, reserving: false, notProduced: false };
}

function billed(state: CaseState, step: CaseStep, billRef: string): CaseState {
  const isSame = state.bill?.billRef === billRef;
  const paid = step.facts.paid === true || (isSame && state.bill.paid);
  const paidTold = step.facts.paidTold === true || (isSame && state.bill.paidTold);
  const bill = { operationId: isSame ? state.bill.operationId : step.operationId, billRef, paid, paidTold };
  const longer = Math.max(state.right?.heldUntil ?? 0, step.facts.heldUntil ?? 0);
  return { ...state, bill, right: state.right === null ? null : { ...state.right, heldUntil: longer } };
}

function confirmed(state: CaseState, step: CaseStep, isDone: boolean): CaseState {
  if (state.end === 'confirmed')
    return { ...state, handedOver: state.handedOver || (isDone && step.facts.handedOver === true) };
  if (step.facts.verdict === 'done') {
    return {
      ...state,
      right: null,
      end: isDone ? 'confirmed' : 'confirming',
      handedOver: step.facts.handedOver === true,
    };
  }
  return { ...state, right: null, notProduced: isDone && step.facts.verdict === 'notDone' };
}

function cancelled(state: CaseState, step: CaseStep, isDone: boolean): CaseState {
  if (!isDone) return { ...state, right: null, end: 'cancelling' };
  return step.facts.cancelled === true
    ? { ...state, right: null, wasReserved: false, end: 'cancelled' }
    : { ...state, end: undone(state.end) };
}

function undone(end: CaseState['end']): CaseState['end'] {
  return end === 'cancelling' ? 'none' : end;
}

/** Whether an effect on a case may be asked now (services §5 rules 3–5). Pure.
 *  @param now wall milliseconds of the gateway
 *  @returns undefined when it may */
export function admit(state: CaseState, kind: string, terminalId: string, now: number): Inadmissible | undefined {
  if (kind === 'exitEntry.case.begin') return undefined;
  if (!state.begun) return { code: 'receipt-unknown', message: 'no such case' };
  if (kind === 'exitEntry.case.cancel') return undefined;
  if (state.end === 'cancelling' || state.end === 'cancelled') return afterCancel(kind);
  if (kind === 'exitEntry.case.confirm') return admitConfirm(state);
  if (kind === 'payment.bill.refund') return admitRefund(state);
  if (kind === 'payment.bill.close') return undefined;
  if (state.end !== 'none') return outOfOrder('the case was confirmed as produced');
  if (state.refunding) return outOfOrder('a refund of this case is not settled yet');
  if (kind === 'exitEntry.case.reserve') return admitReserve(state, terminalId, now);
  return admitBill(state, now);
}

/** The right that this terminal was given and has not reported on: it gets no new work (`report-last-first`).
 *  An unpaid right whose hold ran out is none: production comes after payment. */
export function owedReport(state: CaseState, terminalId: string, now: number): Right | undefined {
  const { right } = state;
  if (right === null || right.terminalId !== terminalId || !right.told || right.reported) return undefined;
  return state.bill?.paid === true || right.heldUntil > now ? right : undefined;
}

function afterCancel(kind: string): Inadmissible | undefined {
  if (kind === 'payment.bill.refund' || kind === 'payment.bill.close') return undefined;
  return { code: 'case-cancelled', message: 'a cancel of this case came first' };
}

function admitConfirm(state: CaseState): Inadmissible | undefined {
  if (state.refunding) return outOfOrder('a refund of this case is not settled yet');
  return state.wasReserved ? undefined : outOfOrder('a confirm needs a reserve that was answered');
}

function admitRefund(state: CaseState): Inadmissible | undefined {
  if (state.end === 'confirming') return outOfOrder('a confirm of this case is not settled yet');
  if (state.handedOver) return outOfOrder('the goods were handed over');
  if (state.end === 'confirmed' || state.notProduced) return undefined;
  return outOfOrder('the case may still be produced: confirm or cancel it first');
}

function admitReserve(state: CaseState, terminalId: string, now: number): Inadmissible | undefined {
  const { right } = state;
  const isElsewhere = right !== null && right.terminalId !== terminalId && right.told && !right.reported;
  const isHeld = right !== null && (right.heldUntil > now || state.bill?.paid === true);
  return isElsewhere && isHeld
    ? outOfOrder('the case is reserved at another terminal, which has not reported yet')
    : undefined;
}

function admitBill(state: CaseState, now: number): Inadmissible | undefined {
  if (state.right === null) return outOfOrder('no bill before the case is approved and reserved');
  const isHeld = state.right.heldUntil > now || state.bill?.paid === true;
  return isHeld ? undefined : outOfOrder('the hold ran out: reserve again');
}

function outOfOrder(message: string): Inadmissible {
  return { code: 'out-of-order', message };
}
