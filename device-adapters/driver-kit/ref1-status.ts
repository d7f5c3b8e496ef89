import type { Description, DeviceState, Evidence, Fault, MediaState, SupplyState } from '@yimen/contracts/device';
import { deviceFault } from './device-faults.ts';
import { REF1_RESULT, type RawEvidence, type RawRef1Status } from './ref1-protocol.ts';
import type { SeenStatus } from './status-watcher.ts';

/** Meaning of a raw code: the standard's word, a sentence for staff, who must act. */
export type FaultRow = readonly [code: string, message: string, action: Fault['action']];
/** The result codes of one kind, 20 and up. */
export type FaultRows = Readonly<Record<number, FaultRow>>;

const STATES: readonly DeviceState[] = ['online', 'deviceBusy', 'starting', 'hardwareError', 'fraudAttempt'];
const MEDIA: readonly MediaState[] = ['notPresent', 'present', 'jammed', 'unknown'];
const LEVELS: readonly SupplyState[] = ['full', 'low', 'out', 'jammed', 'unknown'];
const EVIDENCE: readonly Evidence['kind'][] = ['presented', 'taken', 'retracted', 'position', 'countDelta', 'readBack'];
const ACCESS: readonly Evidence['customerAccess'][] = ['customer', 'none', 'unknown'];
const AT_POWER_OFF: readonly Description['mediaAtPowerOff'][] = ['exit', 'retain', 'exitThenRetain', 'stay', 'none'];

const COMMON_FAULTS: Readonly<Record<number, FaultRow>> = {
  [REF1_RESULT.unknownCommand]: ['unsupportedCommand', 'The device does not know the command', 'softwareError'],
  [REF1_RESULT.badData]: ['softwareError', 'The device refused the data of the command', 'softwareError'],
  [REF1_RESULT.busy]: ['deviceBusy', 'The device is busy with another command', 'suspend'],
  [REF1_RESULT.starting]: ['deviceNotReady', 'The device is starting', 'suspend'],
  [REF1_RESULT.stopped]: ['canceled', 'Stopped by the host', 'reset'],
  [REF1_RESULT.hardware]: ['hardwareError', 'The device reports a hardware error', 'reset'],
  [REF1_RESULT.unsupported]: ['unsupportedCommand', 'The device cannot do this', 'configuration'],
};

/** A raw result or fault code as a Fault; `own` are the codes of the kind. A code in neither table is a hardware error
 *  with the maker's code beside it. */
export function ref1Fault(code: number, own: FaultRows): Fault {
  const vendorCode = code.toString(16).padStart(2, '0').toUpperCase();
  const row = own[code] ?? COMMON_FAULTS[code];
  if (row === undefined)
    return deviceFault('hardwareError', `Unknown device code ${vendorCode}`, 'maintenance', vendorCode);
  return deviceFault(row[0], row[1], row[2], vendorCode);
}

/** The axes that every kind reports alike. A supply has no name in this edition, only its number; an unknown raw value
 *  is `unknown`, an unknown state `hardwareError`: never "ok". A device that is not well without saying why gets the
 *  reason that its state implies, so that somebody is told to act. */
export function ref1Axes(raw: RawRef1Status, own: FaultRows): SeenStatus {
  const supplies: Record<string, SupplyState> = {};
  for (const { id, level } of raw.supplies) supplies[`supply-${id}`] = LEVELS[level] ?? 'unknown';
  const device = STATES[raw.state] ?? 'hardwareError';
  const fault = raw.fault === 0 ? impliedFault(device) : ref1Fault(raw.fault, own);
  return {
    device,
    ...(raw.media === undefined ? {} : { media: MEDIA[raw.media] ?? 'unknown' }),
    supplies,
    units: {},
    ...(fault === undefined ? {} : { fault, action: fault.action }),
  };
}

function impliedFault(device: DeviceState): Fault | undefined {
  if (device === 'hardwareError') return ref1Fault(REF1_RESULT.hardware, {});
  if (device === 'fraudAttempt')
    return deviceFault('hardwareError', 'The device says that somebody tampers with it', 'maintenance');
  return undefined;
}

/** Evidence in our words; `atMs` is the host's wall clock at arrival, since reference devices have no trusted clock. */
export function ref1Evidence(raw: readonly RawEvidence[], atMs: number): Evidence[] {
  return raw.flatMap(({ kind, access, detail }) => {
    const word = EVIDENCE[kind];
    if (word === undefined) return [];
    return [{ kind: word, customerAccess: ACCESS[access] ?? 'unknown', detail, at: atMs }];
  });
}

/** Raw evidence kinds as words, unknown ones left out. */
export function ref1EvidenceKinds(raw: readonly number[]): string[] {
  return raw.flatMap((kind) => EVIDENCE[kind] ?? []);
}

/** What happens to a medium at power-off; an unknown code is `stay`, the cautious reading. */
export function ref1MediaAtPowerOff(raw: number): Description['mediaAtPowerOff'] {
  return AT_POWER_OFF[raw] ?? 'stay';
}
