import { type RandomBytes, randomId } from '@yimen/contracts/base';
import type { BackOfficeKind } from '@yimen/contracts/back-office';
import { z } from 'zod';
import type { OperationFacts } from './case-machine.ts';
import type { ExitEntryAdapter, OfficeAdapter, OfficeEnd, PaymentAdapter } from './office-adapter.ts';
import type { Ended } from './operation-book.ts';
import type { OperationRecord } from './operation-record.ts';
import type { PaidBills } from './paid-bills.ts';

/** Carries an operation to the offices, to its end or to where nobody knows. */
export interface OfficeErrands {
  /** The first time: the body goes out under the operation's id. */
  carryOut(record: OperationRecord, input: { body: unknown; newBillRef: string; maxLifeMs: number }): Promise<Ended>;
  /** Later: asks by the id alone. An effect that never arrived ends `notDone` and is closed at the office. */
  resume(record: OperationRecord, newBillRef: string): Promise<Ended>;
  /** A question without effect. */
  query(input: {
    operationId: string;
    kind: BackOfficeKind;
    terminalId: string;
    caseRef: string | null;
    billRef: string | null;
    body: unknown;
  }): Promise<OfficeEnd>;
}

export interface Offices {
  readonly exitEntry: ExitEntryAdapter;
  readonly payment: PaymentAdapter;
}

const NONCE_LENGTH = 8;
const capturedSchema = z.object({ capturedFen: z.int() });
const releasedSchema = z.object({ refundedFen: z.int() });

export function createOfficeErrands(parts: { offices: Offices; paid: PaidBills; random: RandomBytes }): OfficeErrands {
  const { offices, paid } = parts;
  const officeOf = (kind: string): OfficeAdapter => (kind.startsWith('payment.') ? offices.payment : offices.exitEntry);
  const question = (record: OperationRecord, newBillRef: string) => {
    const { operationId, kind, tid, caseRef, billRef } = record.kept;
    return { operationId, kind: kind as BackOfficeKind, terminalId: tid, caseRef, billRef: billRef ?? newBillRef };
  };
  return {
    carryOut: async (record, { body, newBillRef, maxLifeMs }) => {
      // The office must know of the payment before it hears that the goods were taken, or it may call the hold lapsed.
      if (record.facts.verdict === 'done') await paid.makeSureTold(record.kept.caseRef ?? '');
      const end = await officeOf(record.kept.kind).ask({ ...question(record, newBillRef), body, maxLifeMs });
      return withMoney(parts, record, end);
    },
    resume: async (record, newBillRef) =>
      withMoney(parts, record, await officeOf(record.kept.kind).settle(question(record, newBillRef))),
    query: (input) => officeOf(input.kind).ask({ ...input, maxLifeMs: 0 }),
  };
}

/** After the office's word on confirm and cancel the money follows: taken, or given back. Until the provider has done
 *  it the operation stays unknown, and is driven on in the background: money has no “perhaps”. */
async function withMoney(
  parts: { offices: Offices; random: RandomBytes },
  record: OperationRecord,
  end: OfficeEnd,
): Promise<Ended> {
  if (end.outcome !== 'done') return { ...nothing, outcome: end.outcome, fault: end.fault };
  const { kind, caseRef, tid, operationId } = record.kept;
  const answer = end.answer as Record<string, unknown>;
  const isCancelled = kind === 'exitEntry.case.cancel' && answer['cancelled'] === true;
  const isProduced = kind === 'exitEntry.case.confirm' && record.facts.verdict === 'done';
  const amount = isProduced
    ? { capturedFen: 0 }
    : kind === 'exitEntry.case.cancel'
      ? { refundedFen: 0 }
      : kind === 'exitEntry.case.confirm'
        ? { capturedFen: 0 }
        : {};
  if (!isCancelled && !isProduced) return doneWith(end, { ...answer, ...amount }, factsOf(kind, answer));
  // A fresh id each time: the provider would answer a known one with the first refusal for ever. What keeps the money
  // from moving twice is that capture and release of a case may be repeated.
  const input = {
    operationId: `${operationId}.${randomId(parts.random, NONCE_LENGTH)}`,
    caseRef: caseRef ?? '',
    terminalId: tid,
  };
  const money = isProduced ? await parts.offices.payment.capture(input) : await parts.offices.payment.release(input);
  if (money.outcome !== 'done') return { ...nothing, outcome: 'unknown', fault: money.fault };
  const moved = isProduced ? capturedSchema.parse(money.answer) : releasedSchema.parse(money.answer);
  return doneWith(end, { ...answer, ...moved }, factsOf(kind, answer));
}

const nothing = { answer: null, official: null, facts: {}, billRef: null } as const;

function doneWith(end: OfficeEnd & { outcome: 'done' }, answer: Record<string, unknown>, facts: OperationFacts): Ended {
  const billRef = typeof answer['billRef'] === 'string' ? answer['billRef'] : null;
  return { outcome: 'done', answer, official: end.official, fault: null, facts, billRef };
}

function factsOf(kind: string, answer: Record<string, unknown>): OperationFacts {
  switch (kind) {
    case 'exitEntry.case.begin':
      return { decision: answer['decision'] as NonNullable<OperationFacts['decision']> };
    case 'exitEntry.case.reserve':
      return {
        decision: answer['decision'] as NonNullable<OperationFacts['decision']>,
        ...(typeof answer['heldUntil'] === 'number' ? { heldUntil: answer['heldUntil'] } : {}),
      };
    case 'exitEntry.case.cancel':
      return { cancelled: answer['cancelled'] === true };
    default:
      return {};
  }
}
