import type { Action, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';

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
  ['16', 'noMedia', 'suspend', 'card moved by hand'],
  ['40', 'noMedia', 'suspend', 'card not retracted: pulled out or held'],
  ['41', 'hardwareError', 'maintenance', 'chip magnet'],
  ['43', 'hardwareError', 'maintenance', 'card cannot be moved to the chip contacts'],
  ['45', 'noMedia', 'suspend', 'card moved by hand'],
  ['50', 'hardwareError', 'clear', 'bin counter past 999'],
  ['51', 'hardwareError', 'maintenance', 'motor'],
  ['60', 'atrNotObtained', 'suspend', 'chip power short circuit'],
  ['61', 'atrNotObtained', 'suspend', 'chip activation'],
  ['62', 'protocolNotSupported', 'suspend', 'command not for this chip'],
  ['63', 'atrNotObtained', 'suspend', 'chip does not answer in time'],
  ['64', 'atrNotObtained', 'suspend', 'chip protocol'],
  ['65', 'atrNotObtained', 'suspend', 'chip not active'],
  ['66', 'protocolNotSupported', 'suspend', 'command not for this chip now'],
  ['67', 'atrNotObtained', 'suspend', 'chip transmission'],
  ['68', 'atrNotObtained', 'suspend', 'chip transmission time'],
  ['69', 'protocolNotSupported', 'suspend', 'chip does not keep to the standard'],
  ['A0', 'storageUnitError', 'clear', 'stack empty'],
  ['A1', 'retainBinFull', 'clear', 'bin full'],
  ['B0', 'deviceNotReady', 'reset', 'not initialised'],
];
const BY_CODE = new Map(ERROR_ROWS.map((row) => [row[0], row]));

/** The card was pulled, held or moved by hand: a person may have it. */
export const HAND_CODES: ReadonlySet<string> = new Set(['16', '40', '45']);
/** The fault of E1 E0; a code that no table knows is `hardwareError` with the code beside it. */
export function faultOfError(errorCode: string): Fault {
  const row = BY_CODE.get(errorCode);
  if (row === undefined) return deviceFault('hardwareError', 'error code not in the manual', 'maintenance', errorCode);
  const [, code, action, says] = row;
  return deviceFault(code, says, action, errorCode);
}

/** Every code of the table, for the test that walks it. */
export const KNOWN_ERROR_CODES: readonly string[] = [...BY_CODE.keys()];
