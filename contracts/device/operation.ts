import { z } from 'zod';
import { operationIdSchema } from '../base/ids.ts';
import { faultSchema } from './status.ts';

/** Every effect ends in exactly one of these; `unknown` is a state with its own recovery, never silently retried. */
export const OUTCOMES = ['done', 'notDone', 'unknown'] as const;
export const outcomeSchema = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What a sensor or a read-back saw, recorded at the earliest moment a customer could reach the thing. */
export const evidenceSchema = z.object({
  kind: z.enum(['presented', 'taken', 'retracted', 'position', 'countDelta', 'readBack']),
  customerAccess: z.enum(['customer', 'none', 'unknown']),
  /** Short fact in code words: `gate`, `readPosition`, `bin+1`, a digest. Never personal. */
  detail: z.string().max(100),
  /** Wall milliseconds. */
  at: z.int(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** The durable story of one effect at one device; the device host keeps it over its own death. */
export const operationRecordSchema = z.object({
  operationId: operationIdSchema,
  device: z.string().max(60),
  verb: z.string().max(40),
  acceptedAt: z.int().optional(),
  completedAt: z.int().optional(),
  evidence: z.array(evidenceSchema).max(32),
  outcome: outcomeSchema.optional(),
  fault: faultSchema.optional(),
  /** True when the call came with a known id: nothing moved, this is the stored record. */
  duplicate: z.boolean().optional(),
  /** What the verb gives back (never personal: an MRZ or a picture comes from a read, not from an effect). */
  value: z.record(z.string(), z.union([z.string().max(200), z.int(), z.boolean(), z.null()])).optional(),
});
export type OperationRecord = z.infer<typeof operationRecordSchema>;

/** Handed to every effect: its durable id and how long it may take, in milliseconds. */
export const opSchema = z.object({ operationId: operationIdSchema, deadlineMs: z.int().min(1).max(600_000) });
export type Op = z.infer<typeof opSchema>;
