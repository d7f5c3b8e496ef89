import type { Result } from '@yimen/contracts/base';
import type { BackOfficeKind, CaseOffice } from '@yimen/contracts/back-office';
import type { Fault } from './operation-record.ts';

/** A question to an office, in the contract's words. An adapter translates references into the office's own numbers. */
export interface OfficeQuestion {
  /** The idempotency key at the office: an effect happens once for it. */
  readonly operationId: string;
  readonly kind: BackOfficeKind;
  readonly terminalId: string;
  /** The case it concerns; for `begin` the reference that the new case gets. */
  readonly caseRef: string | null;
  /** The bill it concerns; for `bill.create` the reference that a new bill gets. */
  readonly billRef: string | null;
  readonly body: unknown;
  /** `bill.create`: the bill may live no longer than this. */
  readonly maxLifeMs: number;
}

/** How a question ended. Network trouble is converted here and nowhere else: refused before the office began anything
 *  is `notDone`; silence, a cut or nonsense after the question was sent is `unknown`. */
export type OfficeEnd =
  | { readonly outcome: 'done'; readonly answer: unknown; readonly official: string | null }
  | { readonly outcome: 'notDone'; readonly fault: Fault }
  | { readonly outcome: 'unknown'; readonly fault: Fault };

/** One back office. */
export interface OfficeAdapter {
  /** Asks once, within `GATEWAY_LIMITS.officeAskMs`. Never throws for what a network or an office can do. */
  ask(question: OfficeQuestion): Promise<OfficeEnd>;
  /** How an effect ended that was asked before (its body is not needed). One that never arrived is closed by the
   *  office and will not be carried out any more: `notDone`. `unknown`: ask again later. */
  settle(question: Omit<OfficeQuestion, 'body' | 'maxLifeMs'>): Promise<OfficeEnd>;
}

/** “An officer decided this accepted case”, from the office that holds it. */
export interface ReviewNotice {
  readonly id: string;
  readonly caseRef: string;
  readonly result: 'passed' | 'refused';
}

/** News that an office tells until they are acknowledged. */
interface NoticeBoard<N> {
  /** Notices that nobody acknowledged yet; undefined when the office does not answer. */
  notices(): Promise<readonly N[] | undefined>;
  acknowledge(ids: readonly string[]): Promise<void>;
}

/** An office that has cases, and what only the gateway asks of it. */
export interface CaseOfficeAdapter extends OfficeAdapter, NoticeBoard<ReviewNotice> {
  /** Tells that the case's bill is paid, so that the hold is extended. `heldUntil` by the gateway's clock. Repeatable. */
  tellPaid(input: {
    operationId: string;
    caseRef: string;
    terminalId: string;
  }): Promise<OfficeEnd & { heldUntil?: number }>;
}

/** “This bill was paid”, from the provider. */
export interface PaidNotice {
  readonly id: string;
  readonly billRef: string;
}

/** The payment provider, and what only the gateway asks of it. `capture` and `release` may be repeated: what is captured
 *  or given back already stays as it is. */
export interface PaymentAdapter extends OfficeAdapter, NoticeBoard<PaidNotice> {
  /** Takes the held money of a case. `answer` is `{capturedFen}`. */
  capture(input: { operationId: string; caseRef: string; terminalId: string }): Promise<OfficeEnd>;
  /** Closes, voids or refunds whatever the case has, and lets no new bill of it come. `answer` is `{refundedFen}`. */
  release(input: { operationId: string; caseRef: string; terminalId: string }): Promise<OfficeEnd>;
}

/** Official numbers behind references, kept sealed. They are never logged.
 *  @fault `receipt-unknown` there is no such reference; else the store's own word. */
export interface OfficialNumbers {
  /** `office` undefined: whichever holds the case. Several cases may have one number (an errand on a finished document
   *  is known by the citizen's own receipt). */
  ofCase(caseRef: string, office?: CaseOffice): Promise<Result<string, Fault>>;
  ofBill(billRef: string): Promise<Result<string, Fault>>;
}

/** The back offices: those with cases, and the payment provider. */
export type Offices = Readonly<Record<CaseOffice, CaseOfficeAdapter>> & { readonly payment: PaymentAdapter };

/** Adapters are made by the gateway, because they read official numbers from its own rows. */
export type OfficeFactories = {
  readonly [K in keyof Offices]: (numbers: OfficialNumbers) => Offices[K];
};
