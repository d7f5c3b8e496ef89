import type { Action, CardPosition, Fault, MediaState, Unit } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { CRT591_LIMITS } from './limits.table.ts';

/** E1 E0 → the standard's word, who must act, the maker's words. README.md names the source. */
const ERROR_ROWS: readonly (readonly [codes: string, code: string, action: Action, says: string])[] = [
  ['00', 'softwareError', 'softwareError', 'undefined command'],
  ['01', 'softwareError', 'softwareError', 'command parameter'],
  ['02', 'softwareError', 'softwareError', 'command order'],
  ['03', 'softwareError', 'softwareError', 'no such hardware'],
  ['04', 'softwareError', 'softwareError', 'command data'],
  ['05', 'softwareError', 'softwareError', 'chip still contacted'],
  ['10', 'mediaJam', 'clear', 'card jam'],
  ['12', 'hardwareError', 'maintenance', 'sensor'],
  ['13', 'cardTooLong', 'suspend', 'long card'],
  ['14', 'cardTooShort', 'suspend', 'short card'],
  ['40', 'noMedia', 'suspend', 'card pulled while being recovered'],
  ['41', 'hardwareError', 'maintenance', 'chip magnet'],
  ['43', 'hardwareError', 'maintenance', 'card cannot leave the chip slot'],
  ['45', 'noMedia', 'suspend', 'card moved by hand'],
  ['50', 'hardwareError', 'maintenance', 'bin counter overflow'],
  ['51', 'hardwareError', 'maintenance', 'motor'],
  ['60', 'atrNotObtained', 'suspend', 'chip power short circuit'],
  ['61', 'atrNotObtained', 'suspend', 'chip activation'],
  ['62', 'protocolNotSupported', 'suspend', 'command not for this chip'],
  ['63', 'atrNotObtained', 'suspend', 'chip'],
  ['64', 'atrNotObtained', 'suspend', 'chip'],
  ['65', 'atrNotObtained', 'suspend', 'chip does not answer'],
  ['66', 'protocolNotSupported', 'suspend', 'command not for this chip now'],
  ['67', 'atrNotObtained', 'suspend', 'chip transmission'],
  ['68', 'atrNotObtained', 'suspend', 'chip transmission time'],
  ['69', 'protocolNotSupported', 'suspend', 'chip does not keep to the standard'],
  ['A0', 'storageUnitError', 'clear', 'stack empty'],
  ['A1', 'retainBinFull', 'clear', 'bin full'],
  ['B0', 'deviceNotReady', 'reset', 'not initialised'],
];
const BY_CODE = new Map(ERROR_ROWS.map((row) => [row[0], row]));

/** The card was pulled or moved by hand: a person may have it. */
export const HAND_CODES: ReadonlySet<string> = new Set(['40', '45']);
/** Faults of what the citizen put in; the unit itself is well. */
const CITIZEN_CODES: ReadonlySet<string> = new Set(['cardTooLong', 'cardTooShort', 'invalidMedia', 'noMedia']);
/** Faults of the chip, which say nothing of the unit. */
const CHIP_CODES: ReadonlySet<string> = new Set(['atrNotObtained', 'protocolNotSupported']);

/** The fault of E1 E0; a code that no table knows is `hardwareError` with the code beside it. */
export function faultOfError(errorCode: string): Fault {
  const row = BY_CODE.get(errorCode);
  if (row === undefined) return deviceFault('hardwareError', 'error code not in the manual', 'maintenance', errorCode);
  const [, code, action, says] = row;
  return deviceFault(code, says, action, errorCode);
}

/** Every code of the table, for the test that walks it. */
export const KNOWN_ERROR_CODES: readonly string[] = [...BY_CODE.keys()];

/** ST0. */
export function positionOf(st0: number): CardPosition {
  if (st0 === 0x30) return 'none';
  if (st0 === 0x31) return 'gate';
  return st0 === 0x32 ? 'readPosition' : 'unknown';
}

/** ST2. */
export function isBinFull(st2: number): boolean {
  return st2 === 0x31;
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
  readonly isBinFull: boolean;
  readonly binCount: number;
  readonly binCapacity: number;
  readonly fault?: Fault | undefined;
}

/** What the facts mean in the port's words. A full bin is a fault of the unit that leaves the device `online`:
 *  a card inside can still go back to its owner. */
export function statusOf(facts: UnitFacts): SeenStatus {
  const fault = facts.fault ?? (facts.isBinFull ? faultOfError('A1') : undefined);
  return {
    device: deviceStateOf(facts.fault),
    media: MEDIA[facts.position],
    supplies: {},
    units: { bin: binOf(facts) },
    ...(fault && { fault, action: fault.action }),
  };
}

function deviceStateOf(fault: Fault | undefined): SeenStatus['device'] {
  if (fault === undefined || fault.code === 'retainBinFull' || CHIP_CODES.has(fault.code)) return 'online';
  if (CITIZEN_CODES.has(fault.code)) return 'userError';
  return fault.code === 'deviceNotReady' ? 'starting' : 'hardwareError';
}

function binOf(facts: UnitFacts): Unit {
  const threshold = Math.floor(facts.binCapacity * CRT591_LIMITS.binHighShare);
  const isHigh = facts.binCount >= threshold;
  return {
    type: 'retain',
    capacity: facts.binCapacity,
    initialCount: 0,
    count: facts.binCount,
    retainCount: facts.binCount,
    threshold,
    status: 'ok',
    replenishment: facts.isBinFull ? 'full' : isHigh ? 'high' : 'ok',
  };
}
