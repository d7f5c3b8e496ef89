import { z } from 'zod';
import { operationIdSchema, sessionIdSchema, terminalIdSchema, hallIdSchema } from '../base/ids.ts';
import { outcomeSchema } from '../device/operation.ts';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);

/** What the terminal did last, told with every next request: a terminal that cannot report gets no new work. */
export const lastOperationSchema = z.object({
  operationId: operationIdSchema,
  outcome: outcomeSchema,
  evidence: z.string().max(200),
  counts: z.object({ produced: z.int().min(0), handedOver: z.int().min(0), retained: z.int().min(0) }),
});
export type LastOperation = z.infer<typeof lastOperationSchema>;

/** A terminal's business request to a back office, by way of the gateway (services contract §5).
 *  `POST /v1/operations` with this as JSON over mutual TLS. */
export const backOfficeRequestSchema = z.object({
  operationId: operationIdSchema,
  /** A kind of the family tables: `exitEntry.case.begin`. */
  kind: z
    .string()
    .regex(/^[a-zA-Z]+(?:\.[a-zA-Z]+){1,3}$/)
    .max(60),
  terminalId: terminalIdSchema,
  hallId: hallIdSchema,
  sessionId: sessionIdSchema,
  serviceId: code,
  /** 实施编码, 31 characters, opaque. */
  itemCode: z.string().length(31),
  catalogueVersion: z.int().min(1),
  policyRows: z.array(code).max(16),
  /** Wall milliseconds at the terminal. */
  at: z.int().min(0),
  lastOperation: lastOperationSchema.nullable(),
  body: z.unknown(),
});
export type BackOfficeRequest = z.infer<typeof backOfficeRequestSchema>;

/** What the gateway answers (200), and what `GET /v1/operations/{operationId}` gives later.
 *  `done`: the office carried it out, `answer` is the kind's answer. `notDone`: it certainly did not (`fault` says why).
 *  `unknown`: sent, not answered yet: ask the same id, never a new one. A repeat of a known id and digest gives the stored
 *  outcome with `duplicate: true`; another body under the same id is refused (409 `operation-conflict`). */
export const backOfficeAnswerSchema = z.object({
  operationId: operationIdSchema,
  outcome: outcomeSchema,
  answer: z.unknown().nullable(),
  fault: z.object({ code, message: z.string().max(200) }).nullable(),
  duplicate: z.boolean(),
  /** Wall milliseconds of the gateway: a lower bound for the terminal's trusted time. */
  srv: z.int().min(0),
});
export type BackOfficeAnswer = z.infer<typeof backOfficeAnswerSchema>;

/** Any refusal before an operation exists: 400, 403, 404 (`never-seen`), 409, 413, 422 (`report-last-first`), 503. */
export const gatewayErrorSchema = z.object({
  error: z.object({ code, message: z.string().max(300), field: z.string().max(100).optional() }),
});

/** One request kind of a family. A `query` may be repeated freely; an `effect` happens once per operationId. */
export interface RequestKind<B extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType> {
  readonly nature: 'query' | 'effect';
  readonly body: B;
  readonly answer: A;
}

export function query<B extends z.ZodType, A extends z.ZodType>(
  body: B,
  answer: A,
): RequestKind<B, A> & { nature: 'query' } {
  return { nature: 'query', body, answer };
}
export function officeEffect<B extends z.ZodType, A extends z.ZodType>(
  body: B,
  answer: A,
): RequestKind<B, A> & { nature: 'effect' } {
  return { nature: 'effect', body, answer };
}

/** A hall as terminals may know it: `GET /v1/halls` → `{halls, at}`. */
export const neighbourHallSchema = z.object({
  hallId: z.string().max(40),
  town: z.string().max(12),
  zh: z.string().max(60),
  en: z.string().max(60),
  addressZh: z.string().max(120),
  addressEn: z.string().max(120),
  hoursZh: z.string().max(60),
  hoursEn: z.string().max(60),
  /** Services that work there now; null = no fresh word, addresses are given without a health claim. */
  working: z.array(code).max(32).nullable(),
  /** Wall milliseconds of the server when `working` was true. */
  asOf: z.int().nullable(),
});
export type NeighbourHall = z.infer<typeof neighbourHallSchema>;
export const neighbourHallsSchema = z.object({ halls: z.array(neighbourHallSchema).max(200), at: z.int() });
