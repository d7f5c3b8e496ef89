import { type CaseOffice, caseOfficeOf } from '@yimen/contracts/back-office';
import type { Outcome } from '@yimen/contracts/device';
import { deedOf, givesRight } from './request-words.ts';

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
  /** confirm: what was taken of the case's money. */
  readonly capturedFen?: number;
  /** bill.create: what the bill asks for. */
  readonly amountFen?: number;
  /** bill.create: the provider said that the bill is paid; the office that holds the case knows it. */
  readonly paid?: boolean;
  readonly paidTold?: boolean;
  /** review: what the officer decided about a case that had been accepted. */
  readonly review?: 'passed' | 'refused';
}

/** One operation of a case, as the fold needs it. `outcome` null: being asked right now. */
export interface CaseStep {
  readonly operationId: string;
  readonly kind: string;
  readonly terminalId: string;
  readonly outcome: Outcome | null;
  readonly billRef: string | null;
  /** Wall milliseconds of the gateway when it was taken in. */
  readonly at: number;
  readonly facts: OperationFacts;
}

/** The step at which money began to wait for its purpose. */
interface OpenedBy {
  readonly operationId: string;
  readonly at: number;
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
  /** The office that holds the case. */
  readonly office: CaseOffice | null;
  /** The office took it in for a later review. It stays so when a reserve is approved meanwhile: the officer's word is
   *  told as a notice of its own. */
  readonly accepted: boolean;
  /** Null: none given, or given back by confirm or cancel. */
  readonly right: Right | null;
  /** A right was given at some time and not ended by production or cancel: a confirm may come. */
  readonly wasReserved: boolean;
  /** A reserve is asked and its end is not known. */
  readonly reserving: boolean;
  readonly bill: {
    readonly operationId: string;
    readonly billRef: string;
    readonly amountFen: number | null;
    readonly paid: boolean;
    readonly paidTold: boolean;
  } | null;
  /** What a confirm took; null while none has. */
  readonly capturedFen: number | null;
  readonly refunding: boolean;
  /** The last confirm said that nothing was produced: the money may go back without a cancel. */
  readonly notProduced: boolean;
  readonly handedOver: boolean;
  /** A confirm said, with a bill standing, that nothing was produced or that nobody knows; until money or goods moved. */
  readonly doubt: (OpenedBy & { readonly why: 'notDone' | 'unknown' }) | null;
  /** The confirm(done), whether the office has answered it or not. */
  readonly produced: OpenedBy | null;
  /** The officer's later word; `refusing`: the money is on its way back. */
  readonly review: 'none' | 'passed' | 'refusing' | 'refused';
  readonly refusing: OpenedBy | null;
  readonly end: 'none' | 'confirming' | 'confirmed' | 'cancelling' | 'cancelled';
}

/** Why an operation may not be asked now. */
export interface Inadmissible {
  readonly code: 'out-of-order' | 'receipt-unknown' | 'case-cancelled' | 'review-refused';
  readonly message: string;
}

const NOTHING: CaseState = {
  begun: false,
  office: null,
  accepted: false,
  right: null,
  wasReserved: false,
  reserving: false,
  bill: null,
  capturedFen: null,
  refunding: false,
  notProduced: false,
  handedOver: false,
  doubt: null,
  produced: null,
  review: 'none',
  refusing: null,
  end: 'none',
};

/** The state of a case from its operations in the order in which they were taken in. Pure. */
export function foldCase(steps: readonly CaseStep[]): CaseState {
  return steps.reduce(next, NOTHING);
}

function next(state: CaseState, step: CaseStep): CaseState {
  if (step.outcome === 'notDone') return state;
  const isDone = step.outcome === 'done';
  switch (deedOf(step.kind)) {
    case 'case.begin':
      return isDone ? begun(state, step) : state;
    case 'case.reserve':
      return isDone ? reserved(state, step) : { ...state, reserving: true };
    case 'bill.create':
      return isDone && step.billRef !== null ? billed(state, step, step.billRef) : state;
    case 'bill.refund':
      return isDone ? refunded(state) : { ...state, refunding: true };
    case 'case.confirm':
      return confirmed(state, step, isDone);
    case 'case.cancel':
      return cancelled(state, step, isDone);
    case 'case.review':
      return reviewed(state, step, isDone);
    default:
      return state;
  }
}

function begun(state: CaseState, step: CaseStep): CaseState {
  const office = caseOfficeOf(step.kind) ?? null;
  return { ...state, begun: true, office, accepted: step.facts.decision === 'accepted' };
}

function reserved(state: CaseState, step: CaseStep): CaseState {
  const { decision } = step.facts;
  if (!givesRight(decision)) return { ...state, reserving: false };
  const right: Right = {
    operationId: step.operationId,
    terminalId: step.terminalId,
    heldUntil: step.facts.heldUntil ?? 0,
    told: step.facts.told === true,
    reported: step.facts.reported !== undefined,
  };
  const accepted = state.accepted || decision === 'accepted';
  return { ...state, accepted, right, wasReserved: true, reserving: false, notProduced: false };
}

function billed(state: CaseState, step: CaseStep, billRef: string): CaseState {
  const same = state.bill?.billRef === billRef ? state.bill : null;
  const bill = {
    operationId: same?.operationId ?? step.operationId,
    billRef,
    amountFen: step.facts.amountFen ?? same?.amountFen ?? null,
    paid: step.facts.paid === true || same?.paid === true,
    paidTold: step.facts.paidTold === true || same?.paidTold === true,
  };
  const longer = Math.max(state.right?.heldUntil ?? 0, step.facts.heldUntil ?? 0);
  return { ...state, bill, right: state.right === null ? null : { ...state.right, heldUntil: longer } };
}

/** The money went back: what is produced from here on needs a new reserve and a new bill. */
function refunded(state: CaseState): CaseState {
  const capturedFen = state.capturedFen === null ? null : 0;
  return { ...state, refunding: false, bill: null, capturedFen, doubt: null, wasReserved: false };
}

function confirmed(state: CaseState, step: CaseStep, isDone: boolean): CaseState {
  if (state.end === 'confirmed')
    return { ...state, handedOver: state.handedOver || (isDone && step.facts.handedOver === true) };
  const { verdict } = step.facts;
  if (verdict === 'done') {
    return {
      ...state,
      right: null,
      produced: state.produced ?? openedBy(step),
      capturedFen: step.facts.capturedFen ?? state.capturedFen,
      doubt: isDone ? null : state.doubt,
      end: isDone ? 'confirmed' : 'confirming',
      handedOver: step.facts.handedOver === true,
    };
  }
  const doubt = { ...(state.doubt ?? openedBy(step)), why: verdict ?? 'unknown' };
  return {
    ...state,
    right: null,
    notProduced: isDone && verdict === 'notDone',
    doubt: state.bill === null ? null : doubt,
  };
}

function cancelled(state: CaseState, step: CaseStep, isDone: boolean): CaseState {
  if (!isDone) return { ...state, right: null, end: 'cancelling' };
  return step.facts.cancelled === true
    ? { ...state, right: null, wasReserved: false, end: 'cancelled' }
    : { ...state, end: undone(state.end) };
}

/** An officer's word on an accepted case. A refusal is at its end when the money is back. */
function reviewed(state: CaseState, step: CaseStep, isDone: boolean): CaseState {
  if (step.facts.review === 'passed') return { ...state, review: 'passed' };
  return { ...state, review: isDone ? 'refused' : 'refusing', refusing: openedBy(step) };
}

function openedBy(step: CaseStep): OpenedBy {
  return { operationId: step.operationId, at: step.at };
}

function undone(end: CaseState['end']): CaseState['end'] {
  return end === 'cancelling' ? 'none' : end;
}

/** Whether an effect on a case may be asked now (services §5 rules 3–5). Pure.
 *  @param now wall milliseconds of the gateway
 *  @returns undefined when it may */
export function admit(state: CaseState, kind: string, terminalId: string, now: number): Inadmissible | undefined {
  const deed = deedOf(kind);
  if (deed === 'case.begin') return undefined;
  const office = caseOfficeOf(kind);
  // Another office's case is none of this office: it would be asked by a number that is not its own.
  if (!state.begun || (office !== undefined && office !== state.office))
    return { code: 'receipt-unknown', message: 'no such case' };
  if (deed === 'case.cancel') return undefined;
  if (state.end === 'cancelling' || state.end === 'cancelled') return afterCancel(deed);
  if (deed === 'case.confirm') return admitConfirm(state);
  if (deed === 'bill.refund') return admitRefund(state);
  if (deed === 'bill.close') return undefined;
  if (state.end !== 'none') return outOfOrder('the case was confirmed as produced');
  if (state.refunding) return outOfOrder('a refund of this case is not settled yet');
  return deed === 'case.reserve' ? admitReserve(state, terminalId, now) : admitBill(state, now);
}

/** The right that this terminal was given and has not reported on: it gets no new work (`report-last-first`).
 *  An unpaid right whose hold ran out is none: production comes after payment. */
export function owedReport(state: CaseState, terminalId: string, now: number): Right | undefined {
  const { right } = state;
  if (right === null || right.terminalId !== terminalId || !right.told || right.reported) return undefined;
  return state.bill?.paid === true || right.heldUntil > now ? right : undefined;
}

function afterCancel(deed: string): Inadmissible | undefined {
  if (deed === 'bill.refund' || deed === 'bill.close') return undefined;
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
  if (state.refusing !== null)
    return { code: 'review-refused', message: 'an officer refused the case: nothing to pay' };
  if (state.right === null) return outOfOrder('no bill before the case is approved and reserved');
  const isHeld = state.right.heldUntil > now || state.bill?.paid === true;
  return isHeld ? undefined : outOfOrder('the hold ran out: reserve again');
}

function outOfOrder(message: string): Inadmissible {
  return { code: 'out-of-order', message };
}
