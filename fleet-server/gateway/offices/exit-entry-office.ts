import { z } from 'zod';
import { caseStateSchema, EXIT_ENTRY_REQUESTS, reservationSchema } from '@yimen/contracts/back-office';
import { type Clock, ok, type Result } from '@yimen/contracts/base';
import type { ExitEntryAdapter, OfficeEnd, OfficeQuestion, OfficialNumbers } from '../office-adapter.ts';
import type { Fault } from '../operation-record.ts';
import { createOfficeLine, type OfficeLine, type WireEnd } from './office-http.ts';

const receiptNo = z.string().min(1).max(30);
const ANSWERS = {
  'exitEntry.permit.lookup': EXIT_ENTRY_REQUESTS['exitEntry.permit.lookup'].answer,
  'exitEntry.case.begin': caseStateSchema.omit({ caseRef: true }),
  'exitEntry.case.find': caseStateSchema.omit({ caseRef: true }),
  'exitEntry.case.reserve': reservationSchema.omit({ caseRef: true }),
  'exitEntry.case.confirm': z.object({ closed: z.boolean() }),
  'exitEntry.case.cancel': EXIT_ENTRY_REQUESTS['exitEntry.case.cancel'].answer.pick({
    cancelled: true,
    refusedBecause: true,
  }),
} as const;
type Kind = keyof typeof ANSWERS;

interface Parts {
  readonly line: OfficeLine;
  readonly clock: Clock;
  readonly numbers: OfficialNumbers;
}

/** The adapter of the office of exit and entry over HTTP. Terminals speak of cases by `caseRef`, the office by its
 *  receipt number: the translation is here, the number itself stays sealed in the gateway's rows. */
export function createExitEntryOffice(options: {
  url: string;
  clock: Clock;
}): (numbers: OfficialNumbers) => ExitEntryAdapter {
  const line = createOfficeLine(`${options.url}/offices/exit-entry`, options.clock);
  return (numbers) => {
    const parts: Parts = { line, clock: options.clock, numbers };
    return {
      ask: (question) => ask(parts, question),
      settle: async (question) => translate(parts, question, await line.settle(question.operationId)),
      tellPaid: (input) => tellPaid(parts, input),
    };
  };
}

async function ask(parts: Parts, question: OfficeQuestion): Promise<OfficeEnd> {
  const { operationId, kind, terminalId, caseRef } = question;
  const body = await officeBody(parts, question);
  if (!body.ok) return { outcome: 'notDone', fault: body.error };
  return translate(parts, { kind, caseRef }, await parts.line.ask({ operationId, kind, terminalId, body: body.value }));
}

async function officeBody(parts: Parts, question: OfficeQuestion): Promise<Result<object, Fault>> {
  const body = question.body as Record<string, unknown>;
  if (question.kind === 'exitEntry.permit.lookup') return ok(body);
  if (question.kind === 'exitEntry.case.begin') return ok({ ...body, foreignRef: question.caseRef });
  const receipt = await parts.numbers.ofCase(question.caseRef ?? '');
  if (!receipt.ok) return receipt;
  const { caseRef: _, ...rest } = body;
  return ok({ ...rest, receiptNo: receipt.value });
}

function translate(parts: Parts, question: Pick<OfficeQuestion, 'kind' | 'caseRef'>, end: WireEnd): OfficeEnd {
  if (end.outcome !== 'done') return end;
  const parsed = ANSWERS[question.kind as Kind].safeParse(end.answer);
  if (!parsed.success)
    return { outcome: 'unknown', fault: { code: 'GATEWAY_MALFORMED', message: 'the answer does not fit its kind' } };
  if (question.kind === 'exitEntry.permit.lookup') return { outcome: 'done', answer: parsed.data, official: null };
  const answer: Record<string, unknown> = { ...parsed.data, caseRef: question.caseRef };
  if (typeof answer['heldUntil'] === 'number')
    answer['heldUntil'] = ownTime(parts.clock, answer['heldUntil'], end.officeNow);
  const official =
    question.kind === 'exitEntry.case.begin' && 'receiptNo' in parsed.data ? parsed.data.receiptNo : null;
  return { outcome: 'done', answer, official };
}

async function tellPaid(
  parts: Parts,
  input: { operationId: string; caseRef: string; terminalId: string },
): Promise<OfficeEnd & { heldUntil?: number }> {
  const receipt = await parts.numbers.ofCase(input.caseRef);
  if (!receipt.ok) return { outcome: 'notDone', fault: receipt.error };
  const { operationId, terminalId } = input;
  const end = await parts.line.ask({
    operationId,
    kind: 'exitEntry.case.paid',
    terminalId,
    body: { receiptNo: receipt.value },
  });
  if (end.outcome !== 'done') return end;
  const parsed = z.object({ receiptNo, heldUntil: z.int().nullable() }).safeParse(end.answer);
  const done = { outcome: 'done', answer: null, official: null } as const;
  if (!parsed.success || parsed.data.heldUntil === null) return done;
  return { ...done, heldUntil: ownTime(parts.clock, parsed.data.heldUntil, end.officeNow) };
}

/** A moment of the office's clock on ours: what counts is how far it is ahead, not what their clock shows. */
export function ownTime(clock: Clock, officeMoment: number, officeNow: number): number {
  return clock.wallMs() + (officeMoment - officeNow);
}
