import type { OperationId, SessionId } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Effect } from '../machine/effect.ts';
import type { OfficeResult, OperationEnd } from '../machine/input.ts';
import { movementsOf } from './movements.ts';
import { evidenceText } from './operation-end.ts';

/** Where an effect belongs. */
export interface Whose {
  readonly sessionId: SessionId;
  readonly step: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** Rows that tell how a device's effect ended: the end, the goods or money that moved, and that nobody knows. */
export function deviceEndRows(
  effect: Extract<Effect, { do: 'operate' }>,
  end: OperationEnd,
  { sessionId, step, ms }: Whose,
): JournalEvent[] {
  const operationId = end.operationId as OperationId;
  const { device, verb, args } = effect;
  const { outcome } = end;
  const ended: JournalEvent = {
    kind: 'operation-ended',
    fields: {
      operationId,
      sessionId,
      step,
      target: device,
      verb,
      outcome,
      fault: end.fault?.code ?? null,
      evidence: evidenceText(end),
      ms: Math.max(0, ms),
    },
  };
  const amountFen = typeof args['amountFen'] === 'number' ? args['amountFen'] : 0;
  const channel = typeof end.value?.['channel'] === 'string' ? end.value['channel'] : 'none';
  const moved = movementsOf({ operationId, sessionId, device, verb, outcome, amountFen, channel });
  return [ended, ...moved, ...unknownRows(operationId, outcome, step, device)];
}

/** The same of an office's effect, which moves nothing here. */
export function officeEndRows(verb: string, result: OfficeResult, { sessionId, step, ms }: Whose): JournalEvent[] {
  const operationId = result.operationId as OperationId;
  const { outcome } = result;
  const ended: JournalEvent = {
    kind: 'operation-ended',
    fields: {
      operationId,
      sessionId,
      step,
      target: 'gateway',
      verb,
      outcome,
      fault: result.fault?.code ?? null,
      evidence: 'gateway',
      ms: Math.max(0, ms),
    },
  };
  return [ended, ...unknownRows(operationId, outcome, step, 'gateway')];
}

function unknownRows(
  operationId: OperationId,
  outcome: OperationEnd['outcome'],
  step: string,
  module: string,
): JournalEvent[] {
  return outcome === 'unknown' ? [{ kind: 'operation-unknown', fields: { operationId, step, module } }] : [];
}
