import type { Outcome } from '@yimen/contracts/device';
import type { Result } from '@yimen/contracts/base';

/** One operation as the store keeps it. `answer` is this room's text (operation-record.ts), opaque to the store. */
export interface KeptOperation {
  readonly operationId: string;
  readonly digest: string;
  readonly kind: string;
  readonly tid: string;
  readonly state: string;
  readonly outcome: Outcome | null;
  readonly answer: string | null;
  readonly caseRef: string | null;
  readonly billRef: string | null;
  readonly createdAt: number;
  /** Null while the effect is open. */
  readonly settledAt: number | null;
}

export interface ClaimedOperation {
  readonly operationId: string;
  readonly digest: string;
  readonly kind: string;
  readonly tid: string;
  readonly state: string;
  readonly answer?: string | null;
  readonly caseRef: string | null;
  readonly billRef: string | null;
  readonly createdAt: number;
}

export interface OperationUpdate {
  readonly operationId: string;
  readonly state?: string;
  readonly outcome?: Outcome | null;
  readonly answer?: string | null;
  readonly billRef?: string | null;
  readonly settledAt?: number | null;
}

/** Why the store could not do it; nothing of the call was kept. */
export interface OperationsFault {
  readonly code: string;
  readonly message: string;
}

type Kept<T> = Promise<Result<T, OperationsFault>>;

/** What the gateway needs of the store. Every write is committed (synced) before its promise resolves. */
export interface OperationsPort {
  /** Keeps an intent. `fresh` false: the id was known and nothing changed. */
  claim(operation: ClaimedOperation): Kept<{ fresh: boolean; stored: KeptOperation }>;
  change(update: OperationUpdate): Kept<KeptOperation | undefined>;
  operation(input: { operationId: string }): Kept<KeptOperation | undefined>;
  /** Without `settledAt`, oldest first. */
  openOperations(input: { limit: number }): Kept<KeptOperation[]>;
  /** Oldest first. */
  operationsOfCase(input: { caseRef: string }): Kept<KeptOperation[]>;
  operationsOfBill(input: { billRef: string }): Kept<KeptOperation[]>;
  /** Newest first. */
  operationsOfTerminal(input: { tid: string; kind: string; limit: number }): Kept<KeptOperation[]>;
  /** In `state` and settled before `before`, oldest first. */
  operationsSettledBefore(input: { state: string; before: number; limit: number }): Kept<KeptOperation[]>;
}
