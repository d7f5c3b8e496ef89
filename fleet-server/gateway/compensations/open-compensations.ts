import { ok, type Result } from '@yimen/contracts/base';
import type { CaseOffice } from '@yimen/contracts/back-office';
import { foldCase } from '../case-machine.ts';
import { type Compensation, compensationOf, isServedIn } from './compensation.ts';
import { GATEWAY_LIMITS } from '../limits.table.ts';
import type { OperationBook } from '../operation-book.ts';
import { stepOf } from '../operation-record.ts';
import type { OperationsFault } from '../operations-port.ts';
import { deedOf } from '../request-words.ts';

/** A case whose money is with us and has not served its purpose. References only: no official number, nobody's name. */
export interface OpenCompensation {
  readonly caseRef: string;
  readonly office: CaseOffice;
  readonly billRef: string | null;
  /** Null when no bill said it. */
  readonly amountFen: number | null;
  /** Wall milliseconds of the gateway. */
  readonly since: number;
  readonly why: Compensation['why'];
}

/** Every open compensation, oldest first, at most `GATEWAY_LIMITS.compensationsAtOnce`.
 *  @fault the store's own word */
export async function openCompensations(
  book: OperationBook,
): Promise<Result<readonly OpenCompensation[], OperationsFault>> {
  const limit = GATEWAY_LIMITS.compensationsAtOnce;
  const owed = await book.owed(limit);
  if (!owed.ok) return owed;
  const found: OpenCompensation[] = [];
  for (const caseRef of new Set(owed.value.map((record) => record.kept.caseRef ?? ''))) {
    const open = await book.lock.run(`case ${caseRef}`, () => compensationNow(book, caseRef));
    if (!open.ok) return open;
    if (open.value !== undefined) found.push(open.value);
  }
  return ok(onceForEachBill(found.toSorted((a, b) => a.since - b.since)).slice(0, limit));
}

/** Two errands on the same official case may both have failed with the same money: it is there once. */
function onceForEachBill(found: readonly OpenCompensation[]): OpenCompensation[] {
  const firsts = new Map(found.toReversed().map((one) => [one.billRef, one]));
  return found.filter((one) => one.billRef === null || firsts.get(one.billRef) === one);
}

/** In the lock of the case. A mark that a crash left behind goes here. */
async function compensationNow(
  book: OperationBook,
  caseRef: string,
): Promise<Result<OpenCompensation | undefined, OperationsFault>> {
  const records = await book.ofCase(caseRef);
  if (!records.ok) return records;
  const state = foldCase(records.value.map(stepOf));
  const open = compensationOf(state);
  const isServed = open === undefined ? ok(true) : await isServedElsewhere(book, caseRef, open.billRef);
  if (!isServed.ok) return isServed;
  if (open === undefined || isServed.value || state.office === null) {
    const cleared = await book.unmark(records.value);
    return cleared.ok ? ok(undefined) : cleared;
  }
  const { billRef, amountFen, since, why } = open;
  return ok({ caseRef, office: state.office, billRef, amountFen, since, why });
}

async function isServedElsewhere(
  book: OperationBook,
  caseRef: string,
  billRef: string | null,
): Promise<Result<boolean, OperationsFault>> {
  if (billRef === null) return ok(false);
  const ofBill = await book.ofBill(billRef);
  if (!ofBill.ok) return ofBill;
  const creates = ofBill.value.filter((record) => deedOf(record.kept.kind) === 'bill.create');
  for (const other of new Set(creates.map((record) => record.kept.caseRef ?? ''))) {
    if (other === caseRef) continue;
    const steps = await book.ofCase(other);
    if (!steps.ok) return steps;
    if (isServedIn(foldCase(steps.value.map(stepOf)), billRef)) return ok(true);
  }
  return ok(false);
}
