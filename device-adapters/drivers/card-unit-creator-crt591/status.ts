import type { CardPosition, Fault, MediaState, Unit } from '@yimen/contracts/device';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { faultOfError } from './errors.table.ts';

/** Faults of what the citizen put in; the unit itself is well. */
const CITIZEN_CODES: ReadonlySet<string> = new Set(['cardTooLong', 'cardTooShort', 'invalidMedia', 'noMedia']);
/** Faults that stop neither what lies inside from going back to its owner, nor the next card: those of the chip, of the
 *  bin and of the stack. */
const BESIDE_CODES: ReadonlySet<string> = new Set([
  'atrNotObtained',
  'protocolNotSupported',
  'retainBinFull',
  'storageUnitError',
]);

/** ST0. */
export function positionOf(st0: number): CardPosition {
  if (st0 === 0x30) return 'none';
  if (st0 === 0x31) return 'gate';
  return st0 === 0x32 ? 'readPosition' : 'unknown';
}

/** ST1: how full the stack is; a unit without one says `empty`. */
export function stackLevelOf(st1: number): 'empty' | 'low' | 'ok' | 'unknown' {
  if (st1 === 0x30) return 'empty';
  if (st1 === 0x31) return 'low';
  return st1 === 0x32 ? 'ok' : 'unknown';
}

/** ST2. */
export function binLevelOf(st2: number): 'notFull' | 'full' | 'unknown' {
  if (st2 === 0x30) return 'notFull';
  return st2 === 0x31 ? 'full' : 'unknown';
}

const MEDIA: Readonly<Record<CardPosition, MediaState>> = {
  none: 'notPresent',
  gate: 'entering',
  readPosition: 'present',
  bin: 'retracted',
  jammed: 'jammed',
  unknown: 'unknown',
};

export interface UnitFacts {
  readonly position: CardPosition;
  readonly units: Readonly<Record<string, Unit>>;
  readonly fault?: Fault | undefined;
}

/** What the facts mean in the port's words. A full bin is a fault of the unit that leaves the device `online`:
 *  a card inside can still go back to its owner. The axis `antiFraud` is absent: the known protocol has no such sensor. */
export function statusOf(facts: UnitFacts): SeenStatus {
  const isBinFull = facts.units['bin']?.replenishment === 'full';
  const fault = facts.fault ?? (isBinFull ? faultOfError('A1') : undefined);
  return {
    device: deviceStateOf(facts.fault),
    media: MEDIA[facts.position],
    supplies: {},
    units: { ...facts.units },
    ...(fault && { fault, action: fault.action }),
  };
}

function deviceStateOf(fault: Fault | undefined): SeenStatus['device'] {
  if (fault === undefined || BESIDE_CODES.has(fault.code)) return 'online';
  if (CITIZEN_CODES.has(fault.code)) return 'userError';
  if (fault.code === 'fraudAttempt') return 'potentialFraud';
  return fault.code === 'deviceNotReady' ? 'starting' : 'hardwareError';
}
