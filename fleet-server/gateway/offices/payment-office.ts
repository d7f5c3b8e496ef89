import { z } from 'zod';
import { billSchema } from '@yimen/contracts/back-office';
import { type Clock, ok, type Result } from '@yimen/contracts/base';
import type { OfficeEnd, OfficeQuestion, OfficialNumbers, PaidNotice, PaymentAdapter } from '../office-adapter.ts';
import type { Fault } from '../operation-record.ts';
import { createOfficeLine, type OfficeLine, type WireEnd } from './office-http.ts';
import { ownTime } from './own-time.ts';

const billAnswer = billSchema.omit({ caseRef: true, billRef: true }).extend({ foreignRef: billSchema.shape.billRef });
const noticesAnswer = z.object({
  notices: z.array(z.object({ id: z.string().max(40), foreignRef: z.string().max(40) })).max(100),
});
const captured = z.object({ capturedFen: z.int().min(0) });
const released = z.object({ refundedFen: z.int().min(0) });

interface Parts {
  readonly line: OfficeLine;
  readonly clock: Clock;
  readonly numbers: OfficialNumbers;
}
type CaseInput = Parameters<PaymentAdapter['capture']>[0];

/** The adapter of the payment provider over HTTP. Bills are `billRef` here and bill numbers there. */
export function createPaymentOffice(options: {
  url: string;
  clock: Clock;
}): (numbers: OfficialNumbers) => PaymentAdapter {
  const line = createOfficeLine(`${options.url}/offices/payment`, options.clock);
  return (numbers) => {
    const parts: Parts = { line, clock: options.clock, numbers };
    return {
      ask: (question) => ask(parts, question),
      settle: async (question) => translate(parts, question, await line.settle(question.operationId)),
      capture: (input) => ofCase(parts, 'payment.case.capture', input, captured),
      release: (input) => ofCase(parts, 'payment.case.release', input, released),
      notices: async () => {
        const parsed = noticesAnswer.safeParse(await line.call('GET', '/notices'));
        return parsed.success
          ? parsed.data.notices.map((notice): PaidNotice => ({ id: notice.id, billRef: notice.foreignRef }))
          : undefined;
      },
      acknowledge: async (ids) => {
        await line.call('POST', '/notices', { ids });
      },
    };
  };
}

async function ask(parts: Parts, question: OfficeQuestion): Promise<OfficeEnd> {
  const { operationId, kind, terminalId, caseRef } = question;
  const body = await officeBody(parts, question);
  if (!body.ok) return { outcome: 'notDone', fault: body.error };
  return translate(parts, { caseRef }, await parts.line.ask({ operationId, kind, terminalId, body: body.value }));
}

async function officeBody(parts: Parts, question: OfficeQuestion): Promise<Result<object, Fault>> {
  const body = question.body as Record<string, unknown>;
  if (question.kind === 'payment.bill.create') {
    const receipt = await parts.numbers.ofCase(question.caseRef ?? '');
    if (!receipt.ok) return receipt;
    return ok({
      receiptNo: receipt.value,
      foreignRef: question.billRef,
      items: body['items'],
      maxLifeMs: question.maxLifeMs,
    });
  }
  const bill = await parts.numbers.ofBill(question.billRef ?? '');
  if (!bill.ok) return bill;
  const { billRef: _, ...rest } = body;
  return ok({ ...rest, billNo: bill.value });
}

function translate(parts: Parts, question: Pick<OfficeQuestion, 'caseRef'>, end: WireEnd): OfficeEnd {
  if (end.outcome !== 'done') return end;
  const parsed = billAnswer.safeParse(end.answer);
  if (!parsed.success) return malformed();
  const { foreignRef, ...bill } = parsed.data;
  const expiresAt = ownTime(parts.clock, bill.expiresAt, end.officeNow);
  return {
    outcome: 'done',
    answer: { ...bill, expiresAt, caseRef: question.caseRef, billRef: foreignRef },
    official: bill.billNo,
  };
}

async function ofCase(parts: Parts, kind: string, input: CaseInput, schema: z.ZodType): Promise<OfficeEnd> {
  const receipt = await parts.numbers.ofCase(input.caseRef);
  if (!receipt.ok) return { outcome: 'notDone', fault: receipt.error };
  const { operationId, terminalId } = input;
  const end = await parts.line.ask({ operationId, kind, terminalId, body: { receiptNo: receipt.value } });
  if (end.outcome !== 'done') return end;
  const parsed = schema.safeParse(end.answer);
  return parsed.success ? { outcome: 'done', answer: parsed.data, official: null } : malformed();
}

function malformed(): OfficeEnd {
  return { outcome: 'unknown', fault: { code: 'GATEWAY_MALFORMED', message: 'the answer does not fit its kind' } };
}
