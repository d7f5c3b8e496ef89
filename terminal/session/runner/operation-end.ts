import type { OperationId } from '@yimen/contracts/base';
import { documentSerialSchema, type OperationRecord } from '@yimen/contracts/device';
import type { OperationEnd } from '../machine/input.ts';

/** The end of an effect that was not asked for. */
export function notBegun(operationId: OperationId, code: string, message: string): OperationEnd {
  return {
    operationId,
    outcome: 'notDone',
    fault: { code, message: message.slice(0, 200), action: 'reset' },
    value: undefined,
    evidence: [],
  };
}

/** What a device host's record says. One without an outcome nobody could finish telling: that is what unknown means. */
export function endOf(record: OperationRecord, operationId: OperationId): OperationEnd {
  return {
    operationId,
    outcome: record.outcome ?? 'unknown',
    fault: record.fault ?? null,
    value: record.value,
    evidence: record.evidence,
  };
}

/** Evidence in one line of the journal, `kind:detail` each; `none` when there is none. */
export function evidenceText(end: Pick<OperationEnd, 'evidence'>): string {
  const text = end.evidence.map((seen) => `${seen.kind}:${factOf(seen)}`).join(' ');
  return (text === '' ? 'none' : text).slice(0, 200);
}

/** What was read back at a locker's exit is a document's own number, which no journal holds: that it was read is the fact,
 *  and the outcome says whether it was the one asked for. A digest or a place stays as it is. */
function factOf({ kind, detail }: OperationEnd['evidence'][number]): string {
  return kind === 'readBack' && documentSerialSchema.safeParse(detail).success ? 'serial' : detail;
}
