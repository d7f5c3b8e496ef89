import {
  descriptionSchema,
  deviceStatusSchema,
  evidenceSchema,
  faultSchema,
  opSchema,
  outcomeSchema,
} from '@yimen/contracts/device';
import { z } from 'zod';
import { hostDeviceSchema } from './host-config.ts';

/** What a child is started with, as its one argument. */
export const childConfigSchema = hostDeviceSchema;

/** Parent to child: the members of `Driver`, one by one. `n` matches the answer; `abort` ends the call of that `n`. */
export const childRequestSchema = z.discriminatedUnion('call', [
  z.object({ n: z.int(), call: z.literal('describe') }),
  z.object({ n: z.int(), call: z.literal('status'), maxAgeMs: z.number().min(0).nullable() }),
  z.object({ n: z.int(), call: z.literal('reset'), op: opSchema, to: z.enum(['exit', 'retain', 'stay']) }),
  z.object({ n: z.int(), call: z.literal('selfTest'), op: opSchema }),
  z.object({ n: z.int(), call: z.literal('perform'), verb: z.string(), op: opSchema, args: z.unknown() }),
  z.object({ n: z.int(), call: z.literal('read'), verb: z.string(), deadlineMs: z.int(), args: z.unknown() }),
  z.object({ n: z.int(), call: z.literal('recall'), operationId: z.string() }),
  z.object({ n: z.int(), call: z.literal('abort') }),
]);
export type ChildRequest = z.infer<typeof childRequestSchema>;

/** Child to parent. A status is always whole: JSON has no way to say "this axis is gone". */
export const childMessageSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ status: deviceStatusSchema }),
  z.object({ n: z.int(), value: z.unknown() }),
]);

export const effectResultSchema = z.object({
  outcome: outcomeSchema,
  acceptedAt: z.number().optional(),
  completedAt: z.number().optional(),
  evidence: z.array(evidenceSchema),
  fault: faultSchema.optional(),
  value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

/** A Result as JSON. */
export const resultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: faultSchema }),
]);
export const describedSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: descriptionSchema }),
  z.object({ ok: z.literal(false), error: faultSchema }),
]);
