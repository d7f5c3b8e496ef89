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

/** Parent to child, first and once: the devices whose drivers it runs. Not an argument: arguments are visible to others. */
export const childConfigSchema = z.object({ devices: z.array(hostDeviceSchema).min(1) });

const device = z.string();
/** Parent to child: the members of `Driver`, one by one. `n` matches the answer; `abort` ends the call of that `n`; `giveUp`
 *  closes the channel under the driver. Arguments of `perform` and `read` may be sealed (`sealing.ts`). */
export const childRequestSchema = z.discriminatedUnion('call', [
  z.object({ device, n: z.int(), call: z.literal('describe') }),
  z.object({ device, n: z.int(), call: z.literal('status'), maxAgeMs: z.number().min(0).nullable() }),
  z.object({ device, n: z.int(), call: z.literal('reset'), op: opSchema, to: z.enum(['exit', 'retain', 'stay']) }),
  z.object({ device, n: z.int(), call: z.literal('selfTest'), op: opSchema }),
  z.object({ device, n: z.int(), call: z.literal('perform'), verb: z.string(), op: opSchema, args: z.unknown() }),
  z.object({ device, n: z.int(), call: z.literal('read'), verb: z.string(), deadlineMs: z.int(), args: z.unknown() }),
  z.object({ device, n: z.int(), call: z.literal('recall'), operationId: z.string() }),
  z.object({ device, n: z.int(), call: z.literal('giveUp') }),
  z.object({ device, n: z.int(), call: z.literal('abort') }),
]);
export type ChildRequest = z.infer<typeof childRequestSchema>;

/** Child to parent: `ready` when its programs are loaded, with the key for which arguments are sealed. A status is always
 *  whole: JSON has no way to say "this axis is gone". */
export const childMessageSchema = z.union([
  z.object({ ready: z.literal(true), sealingKey: z.string() }),
  z.object({ device, status: deviceStatusSchema }),
  z.object({ device, n: z.int(), value: z.unknown() }),
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
