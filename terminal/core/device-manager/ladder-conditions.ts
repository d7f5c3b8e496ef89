import type { DeviceStatus, Unit } from '@yimen/contracts/device';
import { deviceProblem, hasMedia } from './device-problem.ts';
import type { Call, Verdict } from './recovery-ladder.ts';
import { BINS_AT_RESET, HOLDING_KINDS, SWITCHED_OFF, type Condition, type RungRow } from './recovery-ladder.table.ts';

/** One device as the ladder sees it. */
export interface Patient {
  readonly kind: string;
  readonly status: DeviceStatus;
}

export interface Surroundings {
  /** All devices but the patient. */
  readonly others: readonly Patient[];
  readonly isSessionRunning: boolean;
  readonly doesCoreMove: boolean;
  readonly isJournalSynced: boolean;
}

/** What the status calls for. Supplies and bins are for hands, a fault for whoever its `action` names; a state without
 *  one is worth a climb, because nobody else would come. */
export function callOf({ kind, status }: Patient): Call {
  if (deviceProblem(status) === undefined) return 'nothing';
  if (status.device === 'starting' || (status.source === 'stale' && status.fault === undefined)) return 'starting';
  if (isFraud(status)) return 'person';
  const action = status.fault?.action ?? status.action;
  const isItself = status.device !== 'online' && status.device !== 'deviceBusy' && status.device !== 'userError';
  if (action === undefined && !isItself) return 'person';
  if (action === 'suspend') return 'suspend';
  if (action === 'clear' || action === 'maintenance' || action === 'configuration') return 'person';
  return SWITCHED_OFF[kind] === 'all' ? 'person' : 'climb';
}

/** Whether nothing may be done to it but asking: after a manipulation every step destroys traces. */
function isFraud({ device, antiFraud }: DeviceStatus): boolean {
  return device === 'fraudAttempt' || device === 'potentialFraud' || antiFraud === 'deviceDetected';
}

/** Everything that holds now and may stand against a rung. */
export function conditionsOf(patient: Patient, around: Surroundings): ReadonlySet<Condition> {
  const { status } = patient;
  const holds: readonly (readonly [Condition, boolean])[] = [
    ['deaf', status.source === 'stale' || DEAF.has(status.device)],
    ['noDestination', goesToBin(patient) && binUnfit(patient)],
    ['inUse', around.isSessionRunning],
    ['coreMoves', around.doesCoreMove],
    ['othersMove', around.others.some((other) => isMoving(other.status))],
    ['mediaInside', mayHoldMedia(patient)],
    ['journalUnsynced', !around.isJournalSynced],
  ];
  return new Set(holds.flatMap(([condition, isSo]) => (isSo ? [condition] : [])));
}

const DEAF: ReadonlySet<DeviceStatus['device']> = new Set(['offline', 'powerOff', 'noDevice']);

/** What the tables, the budget and the conditions say of one rung, in that order. */
export function verdictOf(row: RungRow, kind: string, isSpent: boolean, holds: ReadonlySet<Condition>): Verdict {
  const off = SWITCHED_OFF[kind];
  if (off === 'all' ? row.rung !== 'L1' : off?.includes(row.rung) === true) return { skip: 'switchedOff' };
  if (isSpent) return { skip: 'spent' };
  const forbidding = row.never.find((condition) => holds.has(condition));
  if (forbidding !== undefined) return { skip: forbidding };
  const delaying = row.waits.find((condition) => holds.has(condition));
  return delaying === undefined ? 'may' : { wait: delaying };
}

/** Whether a reset would put something into this device's own bin. */
export function goesToBin(patient: Patient): boolean {
  return Object.hasOwn(BINS_AT_RESET, patient.kind) && mayHoldMedia(patient);
}

/** A bin into which a reset may put something is full, out, or not there at all. */
export function binUnfit({ kind, status }: Patient): boolean {
  const named = BINS_AT_RESET[kind];
  if (named !== undefined) return !named.every((name) => hasRoom(status.units[name]));
  return !Object.values(status.units).some((unit) => unit.type === 'retain' && hasRoom(unit));
}

function hasRoom(bin: Unit | undefined): boolean {
  return bin !== undefined && bin.replenishment !== 'full' && bin.status === 'ok';
}

/** Something of a citizen may be inside; not knowing counts as yes. */
function mayHoldMedia({ kind, status }: Patient): boolean {
  if (status.media === undefined) return HOLDING_KINDS.includes(kind);
  return hasMedia(status) || (status.source === 'stale' && HOLDING_KINDS.includes(kind));
}

function isMoving(status: DeviceStatus): boolean {
  return status.device === 'deviceBusy' || status.media === 'entering';
}
