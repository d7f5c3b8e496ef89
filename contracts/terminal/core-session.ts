import { z } from 'zod';
import { neighbourHallSchema, lastOperationSchema } from '../back-office/envelope.ts';
import { hallIdSchema, operationIdSchema, sessionIdSchema, terminalIdSchema } from '../base/ids.ts';
import { leaseSchema } from '../device/lease.ts';
import { deviceStatusSchema, faultSchema } from '../device/status.ts';
import { languageSchema, modeSchema } from '../ui/view.ts';
import { keyAccessSchema } from './key-access.ts';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);

/** An event on its way to the journal; core checks `fields` against the event table before anything is written. */
export const eventToAppendSchema = z.object({ kind: z.string().max(48), fields: z.record(z.string(), z.unknown()) });

/** A journal row as a recovering session may see it: the event's body. */
export const pastEventSchema = z.looseObject({
  j: z.int(),
  kind: z.string(),
  mono: z.int(),
  wall: z.int(),
  boot: z.string(),
});
export type PastEvent = z.infer<typeof pastEventSchema>;

/** Core gives a warm session process its citizen, or the remains of a session that died. */
export const assignmentSchema = z.object({
  sessionId: sessionIdSchema,
  /** `settling`: what a session owes to an office alone is told behind whatever else goes on; it has no page, no device and
   *  nobody before it. */
  purpose: z.enum(['citizen', 'recovery', 'settling']),
  lang: languageSchema,
  mode: modeSchema,
  terminal: z.object({
    tid: terminalIdSchema,
    hallId: hallIdSchema,
    town: z.string().max(12),
    hallZh: z.string().max(60),
    hallEn: z.string().max(60),
    hotline: z.string().max(40),
  }),
  demo: z.boolean(),
  /** Where service packages lie; the session reads and checks them itself. */
  servicesDir: z.string().max(400),
  /** Where packages stand that were released to this terminal since, by service id: each stands for the one of the same id
   *  in `servicesDir`. What is named here does not change while a session runs. */
  installed: z.record(code, z.string().max(400)).optional(),
  /** Which are offered now, and why others are not. */
  services: z
    .array(z.object({ id: code, state: z.enum(['available', 'off', 'coming']), why: code.nullable() }))
    .max(32),
  deviceHost: z.object({ socketPath: z.string().max(200), key: z.string().max(100) }),
  gateway: z.object({ url: z.url(), key: keyAccessSchema }),
  /** Origin of the page; the session's listener refuses every other. */
  pageOrigins: z.array(z.string().max(100)).min(1).max(4),
  halls: z.array(neighbourHallSchema).max(200),
  lastOperation: lastOperationSchema.nullable(),
  /** The newest effect of this terminal: the session's own ids come after it, also after the clock was set back. */
  newestOperationId: operationIdSchema.nullable(),
  /** Added to the session's wall clock to get trusted time (last server time heard), in milliseconds. */
  wallOffsetMs: z.int(),
  /** For a recovery: every journal row of the session that died, oldest first. Nothing personal is in them. */
  past: z.array(pastEventSchema).max(5000),
  /** The session that died, when this is its recovery. */
  recovers: sessionIdSchema.nullable(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** Session → core, each answered by `n`. */
export const sessionRequestSchema = z.object({
  n: z.int().min(1),
  request: z.discriminatedUnion('call', [
    /** First on every connection: the key the launcher gave this process. */
    z.object({ call: z.literal('hello'), processId: z.string().max(40), key: z.string().max(100) }),
    /** Ready for the page at this address, with a token that works once. */
    z.object({ call: z.literal('listening'), url: z.string().max(200), token: z.string().max(100) }),
    /** Appended as one transaction and synced before the answer `{rows: [{j, seq}], head}`. */
    z.object({ call: z.literal('journal'), events: z.array(eventToAppendSchema).min(1).max(32) }),
    z.object({ call: z.literal('claim'), device: z.string().max(60), timeoutMs: z.int().min(0).max(60_000) }),
    z.object({ call: z.literal('release'), lease: leaseSchema }),
    z.object({ call: z.literal('lastOperation'), last: lastOperationSchema }),
    /** The session is over; core kills the process after it has answered. `property`: nothing of the citizen is inside. */
    z.object({
      call: z.literal('ended'),
      how: z.enum(['finished', 'timeout', 'cancelled', 'killed']),
      propertyOut: z.boolean(),
      /** Whether anything was pressed after its beginning; left out by whoever cannot tell. */
      isUsed: z.boolean().optional(),
    }),
  ]),
});
export type SessionRequest = z.infer<typeof sessionRequestSchema>;

export const coreAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ n: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ n: z.int(), ok: z.literal(false), fault: faultSchema }),
]);
export type CoreAnswer = z.infer<typeof coreAnswerSchema>;
export const journaledSchema = z.object({
  rows: z.array(z.object({ j: z.int(), seq: z.int().nullable() })),
  head: z.string(),
});

/** Core → session, unasked. */
export const coreEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('assign'), assignment: assignmentSchema }),
  z.object({ event: z.literal('device'), device: z.string().max(60), status: deviceStatusSchema }),
  z.object({ event: z.literal('serverTime'), srv: z.int() }),
  /** End soon: property back, then `ended`. */
  z.object({ event: z.literal('wrapUp'), why: z.enum(['staff', 'power', 'stopping']) }),
]);
export type CoreEvent = z.infer<typeof coreEventSchema>;
