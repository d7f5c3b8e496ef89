import { z } from 'zod';
import { BACK_OFFICE_REQUESTS, type CaseOffice } from '@yimen/contracts/back-office';
import { type Clock, ok, type Result } from '@yimen/contracts/base';
import { GATEWAY_LIMITS } from '../limits.table.ts';
import type { CaseOfficeAdapter, OfficeEnd, OfficeQuestion, OfficialNumbers, ReviewNotice } from '../office-adapter.ts';
import type { Fault } from '../operation-record.ts';
import { deedOf } from '../request-words.ts';
import { createOfficeLine, type OfficeLine, type WireEnd } from './office-http.ts';
import { ownTime } from './own-time.ts';

/** Where each office is found below its address (manual: fleet-server/sandbox/README.md). */
const PATHS: Readonly<Record<CaseOffice, string>> = {
  exitEntry: 'exit-entry',
  vehicle: 'vehicle',
  household: 'household',
};

const receiptNo = z.string().min(1).max(30);
const paidAnswer = z.object({ receiptNo, heldUntil: z.int().nullable() });
const noticesAnswer = z.object({
  notices: z
    .array(z.object({ id: z.string().max(40), foreignRef: z.string().max(40), result: z.enum(['passed', 'refused']) }))
    .max(GATEWAY_LIMITS.noticesAtOnce),
});
/** Deeds that are told about one case, by its number. `case.find` is none: it looks for cases by what a citizen has. */
const ABOUT_A_CASE: readonly string[] = ['case.state', 'case.reserve', 'case.confirm', 'case.cancel'];

interface Parts {
  readonly office: CaseOffice;
  readonly line: OfficeLine;
  readonly clock: Clock;
  readonly numbers: OfficialNumbers;
}

/** The adapter of an office with cases over HTTP. Terminals speak of cases by `caseRef`, the office by its receipt
 *  number: the translation is here, the number itself stays sealed in the gateway's rows.
 *  @param url `http://127.0.0.1:7005` */
export function createCaseOffice(options: {
  office: CaseOffice;
  url: string;
  clock: Clock;
}): (numbers: OfficialNumbers) => CaseOfficeAdapter {
  const { office, url, clock } = options;
  const line = createOfficeLine(`${url}/offices/${PATHS[office]}`, clock);
  return (numbers) => {
    const parts: Parts = { office, line, clock, numbers };
    return {
      ask: (question) => ask(parts, question),
      settle: async (question) => translate(parts, question, await line.settle(question.operationId)),
      tellPaid: (input) => tellPaid(parts, input),
      notices: async () => {
        const parsed = noticesAnswer.safeParse(await line.call('GET', '/notices'));
        return parsed.success
          ? parsed.data.notices.map(({ id, foreignRef, result }): ReviewNotice => ({ id, caseRef: foreignRef, result }))
          : undefined;
      },
      acknowledge: async (ids) => {
        await line.call('POST', '/notices', { ids });
      },
    };
  };
}

/** An office's answer to `kind`: the contract's, less what the gateway puts in itself: the reference, and what became of
 *  the money. */
function answerSchema(office: CaseOffice, kind: keyof typeof BACK_OFFICE_REQUESTS): z.ZodType {
  switch (deedOf(kind)) {
    case 'case.begin':
    case 'case.state':
      return BACK_OFFICE_REQUESTS[`${office}.case.state`].answer.omit({ caseRef: true });
    case 'case.reserve':
      return BACK_OFFICE_REQUESTS[`${office}.case.reserve`].answer.omit({ caseRef: true });
    case 'case.confirm':
      return BACK_OFFICE_REQUESTS[`${office}.case.confirm`].answer.omit({ caseRef: true, capturedFen: true });
    case 'case.cancel':
      return BACK_OFFICE_REQUESTS[`${office}.case.cancel`].answer.omit({ caseRef: true, refundedFen: true });
    default:
      return BACK_OFFICE_REQUESTS[kind].answer;
  }
}

async function ask(parts: Parts, question: OfficeQuestion): Promise<OfficeEnd> {
  const { operationId, kind, terminalId, caseRef } = question;
  const body = await officeBody(parts, question);
  if (!body.ok) return { outcome: 'notDone', fault: body.error };
  return translate(parts, { kind, caseRef }, await parts.line.ask({ operationId, kind, terminalId, body: body.value }));
}

async function officeBody(parts: Parts, question: OfficeQuestion): Promise<Result<object, Fault>> {
  const body = question.body as Record<string, unknown>;
  const deed = deedOf(question.kind);
  if (deed === 'case.begin') return ok({ ...body, foreignRef: question.caseRef });
  if (!ABOUT_A_CASE.includes(deed)) return ok(body);
  const receipt = await parts.numbers.ofCase(question.caseRef ?? '', parts.office);
  if (!receipt.ok) return receipt;
  const { caseRef: _, ...rest } = body;
  return ok({ ...rest, receiptNo: receipt.value });
}

function translate(parts: Parts, question: Pick<OfficeQuestion, 'kind' | 'caseRef'>, end: WireEnd): OfficeEnd {
  if (end.outcome !== 'done') return end;
  const { kind, caseRef } = question;
  const parsed = answerSchema(parts.office, kind).safeParse(end.answer);
  if (!parsed.success)
    return { outcome: 'unknown', fault: { code: 'GATEWAY_MALFORMED', message: 'the answer does not fit its kind' } };
  const deed = deedOf(kind);
  if (deed !== 'case.begin' && !ABOUT_A_CASE.includes(deed))
    return { outcome: 'done', answer: parsed.data, official: null };
  const answer: Record<string, unknown> = { ...(parsed.data as object), caseRef };
  if (typeof answer['heldUntil'] === 'number')
    answer['heldUntil'] = ownTime(parts.clock, answer['heldUntil'], end.officeNow);
  const number = answer['receiptNo'];
  return { outcome: 'done', answer, official: deed === 'case.begin' && typeof number === 'string' ? number : null };
}

async function tellPaid(
  parts: Parts,
  input: { operationId: string; caseRef: string; terminalId: string },
): Promise<OfficeEnd & { heldUntil?: number }> {
  const receipt = await parts.numbers.ofCase(input.caseRef, parts.office);
  if (!receipt.ok) return { outcome: 'notDone', fault: receipt.error };
  const { operationId, terminalId } = input;
  const kind = `${parts.office}.case.paid`;
  const end = await parts.line.ask({ operationId, kind, terminalId, body: { receiptNo: receipt.value } });
  if (end.outcome !== 'done') return end;
  const parsed = paidAnswer.safeParse(end.answer);
  const done = { outcome: 'done', answer: null, official: null } as const;
  if (!parsed.success || parsed.data.heldUntil === null) return done;
  return { ...done, heldUntil: ownTime(parts.clock, parsed.data.heldUntil, end.officeNow) };
}
