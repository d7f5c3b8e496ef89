import type { OfficeRefusal } from '@yimen/contracts/back-office';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import { refusal } from '../refusals.ts';
import type { CaseBooks } from './case-books.ts';
import type { AtCounter, CaseFile } from './case-file.ts';

/** What the payment provider has of a case: `open` may still be paid, `taken` was paid. */
export interface Billing {
  standing(receiptNo: string): 'none' | 'open' | 'taken';
  /** What went back of a case's money, and on which day the last of it; null: nothing. */
  returned(receiptNo: string): { readonly amountFen: number; readonly on: string } | null;
  /** No bill of this case any more. */
  close(receiptNo: string): void;
}

export type ErrandPurpose = 'P' | 'C';

export type OpenedErrand =
  | { readonly existing: CaseFile }
  | { readonly refusal: OfficeRefusal }
  | { readonly errand: { readonly receiptNo: string; readonly onCase: string } };

/** One live errand for a case and purpose. An errand that failed is taken up again when money may hang on it, and closed
 *  for good before another begins when none does: so nothing is charged twice.
 *  @param busy refusal code while another terminal is at it */
export function openErrand(
  parts: { readonly books: CaseBooks; readonly billing: Billing },
  on: { readonly receiptNo: string; readonly purpose: ErrandPurpose; readonly busy: string },
  at: AtCounter,
): OpenedErrand {
  const { books, billing } = parts;
  const last = books.lastErrand(on.receiptNo, on.purpose);
  const file = last === undefined ? undefined : books.file(last.receiptNo);
  if (file !== undefined && file.stage !== 'cancelled' && file.stage !== 'produced') {
    const standing = billing.standing(file.receiptNo);
    const isFree = isGivenUp(file, at.nowMs);
    if (isFree && (file.paid || standing === 'taken')) return { existing: file };
    if (!isFree || standing === 'open') return { refusal: refusal(on.busy) };
    billing.close(file.receiptNo);
    books.keep({ ...file, stage: 'cancelled', heldUntil: null });
  }
  const count = (last?.count ?? 0) + 1;
  const receiptNo = `${on.receiptNo}${on.purpose}${count}`;
  books.keepErrand(on.receiptNo, on.purpose, { receiptNo, count });
  return { errand: { receiptNo, onCase: on.receiptNo } };
}

/** Nobody is at it: its hold ran out, its production failed, or it was begun and left. */
function isGivenUp(file: CaseFile, nowMs: number): boolean {
  if (file.stage === 'released' || (file.stage === 'reserved' && file.notProduced)) return true;
  return file.stage === 'open' && file.begunAt + SANDBOX_LIMITS.holdUnpaidMs <= nowMs;
}
