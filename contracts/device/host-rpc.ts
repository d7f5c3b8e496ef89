import { z } from 'zod';
import { operationIdSchema } from '../base/ids.ts';
import { descriptionSchema } from './base-port.ts';
import { leaseOwnerSchema, leaseSchema } from './lease.ts';
import { operationRecordSchema, opSchema } from './operation.ts';
import { deviceStatusSchema, faultSchema } from './status.ts';

/** The device host's socket. First message of a connection is `hello`: core proves itself with the key it was started
 *  with, everyone else with a lease that core granted. Nobody without either reaches a device. */
export const hostHelloSchema = z.discriminatedUnion('role', [
  z.object({ call: z.literal('hello'), role: z.literal('core'), key: z.string().max(100) }),
  z.object({
    call: z.literal('hello'),
    role: z.literal('session'),
    sessionId: z.string().max(40),
    key: z.string().max(100),
  }),
]);

const device = z.string().max(60);
/** Requests; `n` matches an answer to its request within one connection. `traceId` is the citizen's session id or
 *  `core`, so that one operation can be followed through every log. */
export const hostRequestSchema = z.object({
  n: z.int().min(1),
  request: z.discriminatedUnion('call', [
    hostHelloSchema,
    z.object({ call: z.literal('list') }),
    z.object({ call: z.literal('describe'), device }),
    z.object({ call: z.literal('status'), device, maxAgeMs: z.int().min(0) }),
    /** Core only: makes a key with which one session may open its own connection. Given again: replaces the old one. */
    z.object({ call: z.literal('admit'), sessionId: z.string().max(40), key: z.string().max(100) }),
    /** Core only: the session is over; its connection is closed, its leases end, its key is forgotten. */
    z.object({ call: z.literal('dismiss'), sessionId: z.string().max(40) }),
    /** Core only: who may act on the device next. */
    z.object({ call: z.literal('claim'), device, owner: leaseOwnerSchema, timeoutMs: z.int().min(0).max(60_000) }),
    /** Core only: gives the way to the device up and makes a new one (recovery ladder L3). Nothing is sent again, no
     *  lease ends; refused while something moves. */
    z.object({ call: z.literal('reopen'), device }),
    z.object({ call: z.literal('release'), lease: leaseSchema }),
    z.object({ call: z.literal('reset'), lease: leaseSchema, op: opSchema, to: z.enum(['exit', 'retain', 'stay']) }),
    z.object({ call: z.literal('selfTest'), lease: leaseSchema, op: opSchema }),
    /** For which key the arguments of the next `effect` or `read` of this device are to be sealed (`sealedSchema`): the
     *  host itself does not see what is a citizen's. Its value: `sealingKeySchema`. */
    z.object({ call: z.literal('sealingKey'), device }),
    z.object({ call: z.literal('getOperation'), device, operationId: operationIdSchema }),
    z.object({
      call: z.literal('effect'),
      lease: leaseSchema,
      op: opSchema,
      verb: z.string().max(40),
      args: z.unknown(),
    }),
    z.object({
      call: z.literal('read'),
      lease: leaseSchema,
      deadlineMs: z.int().min(1).max(600_000),
      verb: z.string().max(40),
      args: z.unknown(),
    }),
  ]),
});
export type HostRequest = z.infer<typeof hostRequestSchema>;

/** Arguments of `effect` and `read`, and the value of a `read`, on their way between a session and the process of a driver:
 *  base64 of the sender's X25519 key (arguments only), a GCM tag, and the sealed, deflated JSON. */
export const sealedSchema = z.strictObject({ sealed: z.base64().max(1_048_576) });
export type Sealed = z.infer<typeof sealedSchema>;

/** Value of `sealingKey`: base64 of an X25519 key; `null`: this driver sees nothing of a citizen, arguments go as they are. */
export const sealingKeySchema = z.base64().length(44).nullable();

export const hostAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ n: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ n: z.int(), ok: z.literal(false), fault: faultSchema }),
]);
export type HostAnswer = z.infer<typeof hostAnswerSchema>;

/** Told without being asked, to core (every device) and to a session (devices it leases). */
export const hostEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), device, status: deviceStatusSchema }),
  z.object({
    event: z.literal('leaseEnded'),
    device,
    leaseId: z.string(),
    why: z.enum(['released', 'expired', 'ownerGone', 'hostStopping']),
  }),
]);
export type HostEvent = z.infer<typeof hostEventSchema>;

/** Value of `list`. */
export const deviceListSchema = z.object({
  hostEpoch: z.string(),
  devices: z.array(
    z.object({ device, kind: z.string(), status: deviceStatusSchema, description: descriptionSchema.nullable() }),
  ),
});
export type DeviceList = z.infer<typeof deviceListSchema>;
export { operationRecordSchema };
