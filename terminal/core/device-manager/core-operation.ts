import { nextOperationId, type Clock, type OperationId, type RandomBytes, type Result } from '@yimen/contracts/base';
import { moduleOf, type Fault, type OperationRecord, type Outcome } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Journal } from '../journal/index.ts';
import type { Log } from '../platform/logger.ts';

export interface OperationDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

export interface CoreOperation {
  readonly operationId: OperationId;
  readonly outcome: Outcome;
  readonly evidence: string;
  /** The fault's code, where there was one. */
  readonly fault: string | null;
}

/** One effect that core itself asks a device for. The intent is on the disk before the device hears of it, the outcome
 *  before anybody else does; an intent that cannot be written means that nothing moves.
 *  @returns undefined when the journal refused the intent */
export async function coreOperation(
  deps: OperationDeps,
  what: { device: string; verb: string; step: string },
  act: (operationId: OperationId) => Promise<Result<OperationRecord, Fault>>,
): Promise<CoreOperation | undefined> {
  const { journal, clock, random, log } = deps;
  const operationId = nextOperationId(journal.newestOperationId(), clock.wallMs(), random);
  const named = { operationId, sessionId: null, step: what.step, target: what.device, verb: what.verb };
  const intended = journal.append([{ kind: 'operation-intended', fields: { ...named, retryOf: null } }]);
  if (!intended.ok) return undefined;
  log.info({ operationId, device: what.device, verb: what.verb }, 'operation asked for');
  const began = clock.monoMs();
  const record = await act(operationId);
  const outcome = record.ok ? (record.value.outcome ?? 'unknown') : 'notDone';
  const fault = record.ok ? (record.value.fault?.code ?? null) : record.error.code;
  const evidence = record.ok ? evidenceText(record.value) : '';
  const events: JournalEvent[] = [
    { kind: 'operation-ended', fields: { ...named, outcome, fault, evidence, ms: clock.monoMs() - began } },
  ];
  if (outcome === 'unknown')
    events.push({ kind: 'operation-unknown', fields: { operationId, step: what.step, module: moduleOf(what.device) } });
  journal.note(events);
  log.info({ operationId, device: what.device, verb: what.verb, outcome, fault }, 'operation ended');
  return { operationId, outcome, evidence, fault };
}

function evidenceText(record: OperationRecord): string {
  return record.evidence
    .map(({ kind, detail }) => `${kind}:${detail}`)
    .join(' ')
    .replace(/[\u0000-\u001f\u007f]/gu, '')
    .slice(0, 200);
}
