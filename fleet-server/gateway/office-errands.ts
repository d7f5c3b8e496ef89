import { type RandomBytes, randomId } from '@yimen/contracts/base';
import { type BackOfficeKind, caseOfficeOf } from '@yimen/contracts/back-office';
import { z } from 'zod';
import type { OperationFacts } from './case-machine.ts';
import type { OfficeAdapter, OfficeEnd, Offices } from './office-adapter.ts';
import type { Ended } from './operation-book.ts';
import type { OperationRecord } from './operation-record.ts';
import type { PaidBills } from './news/paid-bills.ts';
import { deedOf } from './request-words.ts';

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

const NONCE_LENGTH = 8;
const capturedSchema = z.object({ capturedFen: z.int() });
const releasedSchema = z.object({ refundedFen: z.int() });

export function createOfficeErrands(parts: { offices: Offices; paid: PaidBills; random: RandomBytes }): OfficeErrands {
  const { offices, paid } = parts;
  const officeOf = (kind: string): OfficeAdapter => offices[caseOfficeOf(kind) ?? 'payment'];
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
      deedOf(record.kept.kind) === 'case.review'
        ? settleReview(parts, record)
        : withMoney(parts, record, await officeOf(record.kept.kind).settle(question(record, newBillRef))),
    query: (input) => officeOf(input.kind).ask({ ...input, maxLifeMs: 0 }),
  };
}

type MoneyParts = { offices: Offices; random: RandomBytes };

/** After the office's word on confirm and cancel the money follows: taken, or given back. Until the provider has done
 *  it the operation stays unknown, and is driven on in the background: money has no “perhaps”. */
async function withMoney(parts: MoneyParts, record: OperationRecord, end: OfficeEnd): Promise<Ended> {
  if (end.outcome !== 'done') return { ...nothing, outcome: end.outcome, fault: end.fault };
  const answer = end.answer as Record<string, unknown>;
  const { kind } = record.kept;
  const deed = deedOf(kind);
  if (deed === 'case.confirm') {
    if (record.facts.verdict !== 'done') return doneWith(end, { ...answer, capturedFen: 0 }, {});
    const moved = await parts.offices.payment.capture(moneyOf(parts, record));
    if (moved.outcome !== 'done') return { ...nothing, outcome: 'unknown', fault: moved.fault };
    const { capturedFen } = capturedSchema.parse(moved.answer);
    return doneWith(end, { ...answer, capturedFen }, { capturedFen });
  }
  if (deed === 'case.cancel') {
    if (answer['cancelled'] !== true) return doneWith(end, { ...answer, refundedFen: 0 }, { cancelled: false });
    const moved = await parts.offices.payment.release(moneyOf(parts, record));
    if (moved.outcome !== 'done') return { ...nothing, outcome: 'unknown', fault: moved.fault };
    return doneWith(end, { ...answer, ...releasedSchema.parse(moved.answer) }, { cancelled: true });
  }
  return doneWith(end, answer, factsOf(deed, answer));
}

/** An officer refused an accepted case: its money goes back, asked until it is done. A passed review moves nothing; it
 *  comes here only when the process ended before its end was stored. */
async function settleReview(parts: MoneyParts, record: OperationRecord): Promise<Ended> {
  if (record.facts.review !== 'refused') return { ...nothing, outcome: 'done', fault: null };
  const moved = await parts.offices.payment.release(moneyOf(parts, record));
  if (moved.outcome !== 'done') return { ...nothing, outcome: 'unknown', fault: moved.fault };
  return { ...nothing, outcome: 'done', fault: null, answer: releasedSchema.parse(moved.answer) };
}

/** A fresh id each time: the provider would answer a known one with the first refusal for ever. What keeps the money
 *  from moving twice is that capture and release of a case may be repeated. */
function moneyOf(
  parts: MoneyParts,
  { kept }: OperationRecord,
): { operationId: string; caseRef: string; terminalId: string } {
  const operationId = `${kept.operationId}.${randomId(parts.random, NONCE_LENGTH)}`;
  return { operationId, caseRef: kept.caseRef ?? '', terminalId: kept.tid };
}

const nothing = { answer: null, official: null, facts: {}, billRef: null } as const;

function doneWith(end: OfficeEnd & { outcome: 'done' }, answer: Record<string, unknown>, facts: OperationFacts): Ended {
  const billRef = typeof answer['billRef'] === 'string' ? answer['billRef'] : null;
  return { outcome: 'done', answer, official: end.official, fault: null, facts, billRef };
}

function factsOf(deed: string, answer: Record<string, unknown>): OperationFacts {
  switch (deed) {
    case 'case.begin':
      return { decision: answer['decision'] as NonNullable<OperationFacts['decision']> };
    case 'case.reserve':
      return {
        decision: answer['decision'] as NonNullable<OperationFacts['decision']>,
        ...(typeof answer['heldUntil'] === 'number' ? { heldUntil: answer['heldUntil'] } : {}),
      };
    case 'bill.create':
      return {
        ...(typeof answer['amountFen'] === 'number' ? { amountFen: answer['amountFen'] } : {}),
        // The bill of an earlier errand on the same official case: its notice came long ago.
        ...(answer['state'] === 'held' ? { paid: true } : {}),
      };
    default:
      return {};
  }
}
