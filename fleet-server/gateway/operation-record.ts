import { z } from 'zod';
import { AppError } from '@yimen/contracts/base';
import type { BackOfficeAnswer } from '@yimen/contracts/back-office';
import { outcomeSchema, type Outcome } from '@yimen/contracts/device';
import type { CaseStep, OperationFacts } from './case-machine.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import type { KeptOperation } from './operations-port.ts';

const factsSchema = z.strictObject({
  decision: z.enum(['approved', 'accepted', 'pending', 'refused']).optional(),
  heldUntil: z.int().optional(),
  told: z.boolean().optional(),
  reported: z
    .strictObject({ outcome: outcomeSchema, produced: z.int(), handedOver: z.int(), retained: z.int() })
    .optional(),
  verdict: outcomeSchema.optional(),
  handedOver: z.boolean().optional(),
  cancelled: z.boolean().optional(),
  capturedFen: z.int().optional(),
  amountFen: z.int().optional(),
  paid: z.boolean().optional(),
  paidTold: z.boolean().optional(),
  review: z.enum(['passed', 'refused']).optional(),
});

/** The text that the store keeps as `answer`: facts and fault in clear, the answer itself and the official number sealed. */
const recordSchema = z.strictObject({
  facts: factsSchema,
  fault: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  answer: z.string().nullable(),
  official: z.string().nullable(),
});

export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** An operation of the store with its text opened. */
export interface OperationRecord {
  readonly kept: KeptOperation;
  readonly facts: OperationFacts;
  readonly fault: Fault | null;
  /** Null while open, when there is none, and once it was forgotten. */
  readonly answer: unknown;
  /** The official number that this operation created at the office. */
  readonly official: string | null;
}

/** The facts of what `writeRecord` wrote; nothing sealed is opened. @throws AppError when the text is none of ours. */
export function readFacts(operationId: string, text: string | null): OperationFacts {
  // zod marks an absent member as possibly undefined; JSON has no such member.
  return text === null ? {} : (parseRecord(operationId, text).facts as OperationFacts);
}

function parseRecord(operationId: string, text: string): z.infer<typeof recordSchema> {
  const parsed = recordSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new AppError('DATA_UNREADABLE', `operation ${operationId} has an unreadable record`);
  return parsed.data;
}

/** Reads what `writeRecord` wrote. @throws AppError when the text is none of ours. */
export function readRecord(keys: GatewayKeys, kept: KeptOperation): OperationRecord {
  if (kept.answer === null) return { kept, facts: {}, fault: null, answer: null, official: null };
  const { facts, fault, answer, official } = parseRecord(kept.operationId, kept.answer);
  const opened = official === null ? undefined : keys.open(kept.operationId, official)?.value;
  return {
    kept,
    facts: facts as OperationFacts,
    fault,
    answer: answer === null ? null : (keys.open(kept.operationId, answer)?.value ?? null),
    official: typeof opened === 'string' ? opened : null,
  };
}

/** The text for the store. `keepAnswer` false leaves the sealed answer out (it has been kept long enough). */
export function writeRecord(
  keys: GatewayKeys,
  operationId: string,
  record: Pick<OperationRecord, 'facts' | 'fault' | 'answer' | 'official'>,
): string {
  const sealed = (value: unknown): string | null => (value === null ? null : keys.seal(operationId, value));
  return JSON.stringify({
    facts: record.facts,
    fault: record.fault,
    answer: sealed(record.answer),
    official: sealed(record.official),
  });
}

/** As the case machine wants it. */
export function stepOf(record: OperationRecord): CaseStep {
  const { operationId, kind, tid, outcome, billRef, createdAt } = record.kept;
  return { operationId, kind, terminalId: tid, outcome, billRef, at: createdAt, facts: record.facts };
}

/** As the terminal is told. An operation that is still being asked is `unknown` to whoever does not wait for it. */
export function toldAnswer(record: OperationRecord, duplicate: boolean, srv: number): BackOfficeAnswer {
  const outcome: Outcome = record.kept.outcome ?? 'unknown';
  return {
    operationId: record.kept.operationId as BackOfficeAnswer['operationId'],
    outcome,
    answer: record.answer,
    fault:
      record.fault ??
      (outcome === 'unknown'
        ? { code: 'GATEWAY_TIMEOUT', message: 'the office has not answered yet: ask this id again' }
        : null),
    duplicate,
    srv,
  };
}
