import type { ErrorCode } from '@yimen/contracts/base';
import { z } from 'zod';

/** Codes the api answers with, and their HTTP status. Texts in both languages: contracts' error table. */
export const REFUSAL_STATUS = {
  INPUT_INVALID: 400,
  NOT_SIGNED_IN: 401,
  SIGN_IN_CODE_UNKNOWN: 401,
  SIGN_IN_CODE_USED: 401,
  SIGN_IN_CODE_EXPIRED: 401,
  NOT_ALLOWED: 403,
  REQUEST_FORGED: 403,
  NOT_FOUND: 404,
  ALARM_NOT_OPEN: 409,
  VARIANCE_NOT_OPEN: 409,
  BODY_TOO_LARGE: 413,
  MEDIA_UNSUPPORTED: 415,
  HOST_UNKNOWN: 421,
  TOO_MANY_REQUESTS: 429,
  SERVER_FAILED: 500,
  SERVER_BUSY: 503,
} as const satisfies Partial<Record<ErrorCode, number>>;
export type RefusalCode = keyof typeof REFUSAL_STATUS;

/** Why a request is not done: what is wrong with which field and what to do, in one English sentence. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field?: string;
  /** Seconds after which asking again makes sense; becomes `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfterSec?: number;
}

/** The one shape of every error answer. */
export const errorReplySchema = z.object({
  error: z.object({
    code: z.enum(Object.keys(REFUSAL_STATUS) as [RefusalCode, ...RefusalCode[]]),
    message: z.string(),
    field: z.string().optional(),
  }),
});
export type ErrorReply = z.output<typeof errorReplySchema>;

/** The body of a refusal; the code ends the message, so that it survives a garbled log. */
export function errorReply(refusal: Refusal): ErrorReply {
  const { code, message, field } = refusal;
  return { error: { code, message: `${message} [${code}]`, ...(field === undefined ? {} : { field }) } };
}
