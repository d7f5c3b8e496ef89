import { err, ok, type Result } from '@yimen/contracts/base';
import { BACK_OFFICE_REQUESTS, type BackOfficeKind, backOfficeRequestSchema } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import type { CheckedRequest, Refusal } from './operation-desk.ts';

/** A request as it came, against the envelope's schema, the sender's certificate, the kinds and the kind's schema.
 *  @fault 400 `envelope-invalid`, `kind-unknown`, `body-invalid`, each naming the field; 403-like `terminal-mismatch`
 *  is a 400 too: the sender is known and allowed, it only speaks for another. */
export function checkRequest(input: unknown, terminalId: string): Result<CheckedRequest, Refusal> {
  const envelope = backOfficeRequestSchema.strict().safeParse(input);
  if (!envelope.success) return invalid('envelope-invalid', envelope.error, []);
  if (envelope.data.terminalId !== terminalId) {
    return err({
      status: 400,
      code: 'terminal-mismatch',
      message: 'the certificate is that of another terminal',
      field: 'terminalId',
    });
  }
  const { kind } = envelope.data;
  if (!isKnownKind(kind))
    return err({ status: 400, code: 'kind-unknown', message: 'there is no such request', field: 'kind' });
  const body = BACK_OFFICE_REQUESTS[kind].body.safeParse(envelope.data.body);
  if (!body.success) return invalid('body-invalid', body.error, ['body']);
  return ok({ ...envelope.data, kind, body: body.data });
}

function isKnownKind(kind: string): kind is BackOfficeKind {
  return Object.hasOwn(BACK_OFFICE_REQUESTS, kind);
}

function invalid(code: string, error: z.ZodError, prefix: readonly string[]): Result<never, Refusal> {
  const issue = error.issues[0];
  const last = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
  const field = [...prefix, ...(issue?.path ?? []), ...last].map(String).join('.').slice(0, 100);
  return err({
    status: 400,
    code,
    message: (issue?.message ?? 'does not fit').slice(0, 300),
    field: field === '' ? '(body)' : field,
  });
}
