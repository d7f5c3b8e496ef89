import { z } from 'zod';
import { canonicalJson, type CanonicalValue } from '../base/canonical-json.ts';
import { terminalIdSchema } from '../base/ids.ts';
import { wireCode, wireId, wireInt, wireSigSchema, wireText, wireVersion, wireWall } from './common.ts';

export const WORK_STATES = ['accepted', 'running', 'done', 'notDone', 'unknown', 'refused', 'expired'] as const;

const releaseCode = z.string().regex(/^[A-Za-z0-9._@-]{1,60}$/);
const asked = {
  v: wireVersion,
  tid: terminalIdSchema,
  type: wireCode,
  args: z.record(z.string().max(40), z.union([releaseCode, wireText, wireInt, z.boolean(), z.null()])),
  idleOnly: z.boolean(),
  issued: wireWall,
  exp: wireWall,
  reason: wireText,
  by: wireCode,
};

export const commandSchema = z.object({
  ...asked,
  id: z.uuidv7(),
  counter: wireInt,
  class: z.enum(['A', 'B', 'C', 'D']),
  emergency: z.boolean(),
  workOrder: wireId.optional(),
  approvedBy: wireCode.optional(),
  approval: wireSigSchema.optional(),
  sig: wireSigSchema,
});
export type Command = z.infer<typeof commandSchema>;

export const commandReportSchema = z.object({
  v: wireVersion,
  id: z.uuidv7(),
  state: z.enum(WORK_STATES),
  code: wireCode.nullable(),
  result: z.record(z.string(), z.unknown()).optional(),
});

const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

export const jobSchema = z.object({
  ...asked,
  id: wireId,
  window: z.object({ from: clockTime, to: clockTime, tz: wireText }).optional(),
  sig: wireSigSchema,
});
export type Job = z.infer<typeof jobSchema>;

export const jobWantSchema = z.object({ v: wireVersion, want: z.literal('open') });
export const jobProgressSchema = z.object({
  v: wireVersion,
  id: wireId,
  state: z.enum(WORK_STATES),
  progress: z.object({ phase: wireCode, pct: z.int().min(0).max(100) }).optional(),
  code: wireCode.nullable(),
});
export const jobReportSchema = z.union([jobWantSchema, jobProgressSchema]);

/** The bytes that are signed: the domain word, then RFC 8785 of the payload without `sig` and `approval` (§2.2). */
export function signedText(
  domain: 'yimen-command-1' | 'yimen-job-1',
  payload: Readonly<Record<string, unknown>>,
): string {
  const { sig: _sig, approval: _approval, ...rest } = payload;
  return domain + canonicalJson(rest as { [key: string]: CanonicalValue });
}
