import type { DeviceKind, Evidence, OperationRecord } from '@yimen/contracts/device';
import { deviceFault } from './device-faults.ts';

/** Evidence without which "completed" proves nothing: each inner list is one way, all of it needed. A device that says
 *  "done" without moving (or a driver that forgot to look) ends as `unknown`. Kinds and verbs not named here prove
 *  themselves by their answer (a charge by its trace number, a slip by the clean status after its last byte). */
const EVIDENCE_RULES: {
  readonly [K in DeviceKind]?: Readonly<Record<string, readonly (readonly Evidence['kind'][])[]>>;
} = {
  'card-unit': {
    acceptCard: [['position']],
    moveCard: [['position']],
    ejectCard: [['presented', 'taken']],
    captureCard: [['countDelta'], ['position']],
    dispenseCard: [['presented', 'countDelta']],
  },
  'endorsement-printer': {
    takeCard: [['position']],
    printEndorsement: [['readBack']],
    handBack: [['position']],
  },
  'licence-printer': {
    make: [['readBack']],
    present: [['presented', 'taken']],
    retract: [['retracted'], ['countDelta']],
    acceptOld: [['retracted'], ['countDelta']],
  },
  'document-locker': {
    present: [['readBack', 'presented', 'taken']],
    retract: [['retracted'], ['countDelta']],
  },
  // An exit sensor; a printer that only says "completed" proves nothing.
  'document-printer': { printDocument: [['presented']] },
  'cabinet-io': { setLight: [['readBack']], setLock: [['readBack']] },
};

/** Verbs that may run beside a running effect of the same device, because ending that effect is what they are for. */
export const BESIDE_EFFECT: { readonly [K in DeviceKind]?: readonly string[] } = {
  'payment-terminal': ['cancel'],
};

/** The record as told, or `unknown` when it says `done` without the evidence its verb requires. */
export function withRequiredEvidence(kind: DeviceKind, record: OperationRecord): OperationRecord {
  const ways = EVIDENCE_RULES[kind]?.[record.verb];
  if (record.outcome !== 'done' || ways === undefined) return record;
  const seen = new Set(record.evidence.map((evidence) => evidence.kind));
  if (ways.some((way) => way.every((needed) => seen.has(needed)))) return record;
  const fault = deviceFault('hardwareError', `${record.verb} completed without evidence`, 'maintenance');
  return { ...record, outcome: 'unknown', fault: { ...fault, operationId: record.operationId } };
}
