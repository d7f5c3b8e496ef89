import type { CaseOffice } from '@yimen/contracts/back-office';
import { type CaseState, foldCase } from '../case-machine.ts';
import { readFacts } from '../operation-record.ts';
import type { KeptOperation } from '../operations-port.ts';
import { deedOf } from '../request-words.ts';
import { type Compensation, compensationOf, isServedIn } from './compensation.ts';

/** Where a bill's money is, as the gateway's operations have it. `back`: it was given back, or can never come any more. */
export type BillStanding = 'unpaid' | 'paid' | 'captured' | 'back';

/** One bill, over all cases that asked for it (a second errand on the same official case goes on with the first's). */
export interface BillAccount {
  readonly billRef: string;
  readonly tid: string;
  /** Null when no answer told it. */
  readonly amountFen: number | null;
  readonly standing: BillStanding;
  /** What is with the provider by the gateway's knowledge: held or captured. */
  readonly withUsFen: number;
  /** Wall milliseconds of the first `bill.create`. */
  readonly at: number;
  /** An operation of one of its cases is still being asked: nothing about it is final. */
  readonly isOpen: boolean;
}

/** One case as its operations have it; references only. */
export interface CaseAccount {
  readonly caseRef: string;
  readonly tid: string;
  readonly office: CaseOffice | null;
  readonly at: number;
  readonly isOpen: boolean;
  readonly end: CaseState['end'];
  /** Open now: money with us whose purpose is not met. Once for each bill. */
  readonly compensation: Pick<Compensation, 'since' | 'why' | 'billRef' | 'amountFen'> | null;
}

export interface GatewayAccounts {
  readonly cases: readonly CaseAccount[];
  readonly bills: readonly BillAccount[];
}

interface Folded {
  readonly caseRef: string;
  readonly operations: readonly KeptOperation[];
  readonly state: CaseState;
}

/** Cases and bills as the kept operations prove them, without a key and without asking anybody: for a closing. Pure.
 *  @throws AppError when an operation's text is none of the gateway's */
export function gatewayAccounts(operations: readonly KeptOperation[]): GatewayAccounts {
  const byCase = Map.groupBy(operations, ({ caseRef }) => caseRef ?? '');
  const folded = [...byCase].filter(([caseRef]) => caseRef !== '').map(([caseRef, own]) => fold(caseRef, own));
  const begun = folded.filter(({ state }) => state.begun);
  const bills = [...Map.groupBy(begun.flatMap(billsOf), ({ billRef }) => billRef).values()].map(joined);
  const taken = new Set<string>();
  const cases = begun
    .map((one) => ({ one, open: openCompensation(one, begun) }))
    .toSorted((a, b) => (a.open?.since ?? 0) - (b.open?.since ?? 0))
    .map(({ one, open }) => accountOf(one, oncePerBill(open, taken)));
  return { cases, bills };
}

function fold(caseRef: string, own: readonly KeptOperation[]): Folded {
  const operations = own.toSorted((a, b) => a.createdAt - b.createdAt || (a.operationId < b.operationId ? -1 : 1));
  const steps = operations.map(({ operationId, kind, tid, outcome, billRef, createdAt, answer }) => ({
    operationId,
    kind,
    terminalId: tid,
    outcome,
    billRef,
    at: createdAt,
    facts: readFacts(operationId, answer),
  }));
  return { caseRef, operations, state: foldCase(steps) };
}

function accountOf({ caseRef, operations, state }: Folded, compensation: CaseAccount['compensation']): CaseAccount {
  const [first] = operations;
  return {
    caseRef,
    tid: first?.tid ?? '',
    office: state.office,
    at: first?.createdAt ?? 0,
    isOpen: operations.some(({ settledAt }) => settledAt === null),
    end: state.end,
    compensation,
  };
}

function openCompensation({ caseRef, state }: Folded, all: readonly Folded[]): CaseAccount['compensation'] {
  const open = compensationOf(state);
  if (open === undefined) return null;
  const { since, why, billRef, amountFen } = open;
  const others = billRef === null ? [] : all.filter((other) => other.caseRef !== caseRef && asked(other, billRef));
  return others.some((other) => isServedIn(other.state, billRef ?? '')) ? null : { since, why, billRef, amountFen };
}

function asked({ operations }: Folded, billRef: string): boolean {
  return operations.some((one) => deedOf(one.kind) === 'bill.create' && one.billRef === billRef);
}

function oncePerBill(open: CaseAccount['compensation'], taken: Set<string>): CaseAccount['compensation'] {
  if (open === null || open.billRef === null) return open;
  if (taken.has(open.billRef)) return null;
  taken.add(open.billRef);
  return open;
}

function billsOf(one: Folded): BillAccount[] {
  const isOpen = one.operations.some(({ settledAt }) => settledAt === null);
  return one.operations
    .filter(({ kind, outcome, billRef }) => deedOf(kind) === 'bill.create' && outcome === 'done' && billRef !== null)
    .map(({ operationId, tid, billRef, createdAt, answer }) => {
      const { amountFen = null } = readFacts(operationId, answer);
      const standing = standingOf(one.state, billRef ?? '');
      const captured = standing === 'captured' ? one.state.capturedFen : null;
      const withUsFen = standing === 'paid' || standing === 'captured' ? (captured ?? amountFen ?? 0) : 0;
      return { billRef: billRef ?? '', tid, amountFen, standing, withUsFen, at: createdAt, isOpen };
    });
}

/** A case has one live bill; one that it no longer has was closed, ran out or went back. */
function standingOf(state: CaseState, billRef: string): BillStanding {
  if (state.bill?.billRef !== billRef || state.end === 'cancelled' || state.review === 'refused') return 'back';
  if (state.capturedFen !== null && state.end === 'confirmed') return state.capturedFen > 0 ? 'captured' : 'unpaid';
  return state.bill.paid ? 'paid' : 'unpaid';
}

/** What weighs more when two cases have the same bill: money that came to its end, before money that waits. */
const WEIGHT: readonly BillStanding[] = ['unpaid', 'paid', 'captured', 'back'];

function joined(same: readonly BillAccount[]): BillAccount {
  const heaviest = same.reduce((a, b) => (WEIGHT.indexOf(b.standing) > WEIGHT.indexOf(a.standing) ? b : a));
  return {
    ...heaviest,
    amountFen: same.find(({ amountFen }) => amountFen !== null)?.amountFen ?? null,
    at: Math.min(...same.map(({ at }) => at)),
    isOpen: same.some(({ isOpen }) => isOpen),
  };
}
