import type { z } from 'zod';
import { BACK_OFFICE_REQUESTS, type BackOfficeKind } from '@yimen/contracts/back-office';
import type { Effect } from '../machine/effect.ts';
import type { OfficeResult } from '../machine/input.ts';
import { SESSION_LIMITS } from '../limits.table.ts';

export type AnswerOf<K extends BackOfficeKind> = z.output<(typeof BACK_OFFICE_REQUESTS)[K]['answer']>;
type BodyOf<K extends BackOfficeKind> = z.input<(typeof BACK_OFFICE_REQUESTS)[K]['body']>;

/** A request to the office, its body checked by the compiler. */
export function ask<K extends BackOfficeKind>(key: string, request: K, body: BodyOf<K>): Effect {
  return {
    do: 'ask',
    key,
    request,
    body: body as Readonly<Record<string, unknown>>,
    deadlineMs: SESSION_LIMITS.gatewayAnswerMs,
  };
}

/** The answer of a request that was carried out; undefined when it was not, or is not of the agreed form. */
export function answerOf<K extends BackOfficeKind>(request: K, result: OfficeResult): AnswerOf<K> | undefined {
  if (result.outcome !== 'done') return undefined;
  const parsed = BACK_OFFICE_REQUESTS[request].answer.safeParse(result.answer);
  return parsed.success ? (parsed.data as AnswerOf<K>) : undefined;
}

/** Asks again, by its id, what became of an earlier request. */
export function settleOffice(key: string, operationId: string): Effect {
  return { do: 'settle', key, operationId, target: 'gateway' };
}
