import type {
  Description,
  DeviceState,
  DeviceStatus,
  Evidence,
  Fault,
  MediaState,
  SupplyState,
} from '@yimen/contracts/device';
import { REF1_RESULT, type RawEvidence, type RawRef1Status } from './ref1-protocol.ts';

/** What a device reports, without when and how we learned it. */
export type ReportedAxes = Omit<DeviceStatus, 'since' | 'source'>;

/** Meaning of a raw code: the standard's word, a sentence for staff, who must act. */
export type FaultRow = readonly [code: string, message: string, action: Fault['action']];

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
export function ref1Fault(code: number, own: Readonly<Record<number, FaultRow>>): Fault {
  const vendorCode = code.toString(16).padStart(2, '0').toUpperCase();
  const row = own[code] ?? COMMON_FAULTS[code];
  if (row === undefined)
    return { code: 'hardwareError', message: `Unknown device code ${vendorCode}`, action: 'maintenance', vendorCode };
  return { code: row[0], message: row[1], action: row[2], vendorCode };
}

/** The axes that every kind reports alike. `supplyNames` names the kind's supplies by their raw id; an unknown raw
 *  value is `unknown`, an unknown state `hardwareError`: never "ok". */
export function ref1Axes(
  raw: RawRef1Status,
  own: Readonly<Record<number, FaultRow>>,
  supplyNames: Readonly<Record<number, string>>,
): ReportedAxes {
  const supplies: Record<string, SupplyState> = {};
  for (const { id, level } of raw.supplies) supplies[supplyNames[id] ?? `supply-${id}`] = LEVELS[level] ?? 'unknown';
  const fault = raw.fault === 0 ? undefined : ref1Fault(raw.fault, own);
  return {
    device: STATES[raw.state] ?? 'hardwareError',
    ...(raw.media === undefined ? {} : { media: MEDIA[raw.media] ?? 'unknown' }),
    supplies,
    units: {},
    ...(fault === undefined ? {} : { fault, action: fault.action }),
  };
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
