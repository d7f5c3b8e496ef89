import { ok, type Result } from '@yimen/contracts/base';
import { foldCase } from '../case-machine.ts';
import { type Compensation, compensationOf } from './compensation.ts';
import { type OperationRecord, stepOf } from '../operation-record.ts';
import type { KeptOperation, OperationsFault, OperationsPort } from '../operations-port.ts';

type Kept<T> = Promise<Result<T, OperationsFault>>;

/** `state` of the ended operation with which a compensation opened. */
const OWED = 'owed';

/** The index by which open compensations are found: a mark on one operation of the case. It is set no later than the
 *  compensation opens and taken away only after it closed, so that a crash leaves one mark too many and never one too
 *  few; whether a compensation is open is always read from the operations. All in the lock of the case. */
export class OwedMarks {
  readonly #operations: OperationsPort;

  constructor(operations: OperationsPort) {
    this.#operations = operations;
  }

  /** Oldest first. */
  list(limit: number): Kept<KeptOperation[]> {
    return this.#operations.operationsSettledBefore({ state: OWED, before: Number.MAX_SAFE_INTEGER, limit });
  }

  /** Before `changed` is written: marks what opens, when that is another operation.
   *  @param after the case as it will be
   *  @returns the state for the same write, when `changed` is what opens it */
  async prepare(after: readonly OperationRecord[], changed: OperationRecord): Kept<{ state?: string }> {
    const opening = openIn(after)?.operationId;
    const opener = after.find(({ kept }) => kept.operationId === opening)?.kept;
    // One that is not settled is found among the open operations, and gets its mark when it ends.
    if (opener === undefined || opener.settledAt === null) return ok({});
    if (opener.operationId === changed.kept.operationId) return ok({ state: OWED });
    if (opener.state === OWED) return ok({});
    const marked = await this.#operations.change({ operationId: opener.operationId, state: OWED });
    return marked.ok ? ok({}) : marked;
  }

  async clearIfClosed(records: readonly OperationRecord[]): Kept<void> {
    return openIn(records) === undefined ? this.clear(records) : ok(undefined);
  }

  async clear(records: readonly OperationRecord[]): Kept<void> {
    for (const { kept } of records) {
      if (kept.state !== OWED) continue;
      const cleared = await this.#operations.change({ operationId: kept.operationId, state: 'settled' });
      if (!cleared.ok) return cleared;
    }
    return ok(undefined);
  }
}

function openIn(records: readonly OperationRecord[]): Compensation | undefined {
  return compensationOf(foldCase(records.map(stepOf)));
}
