import type { DeviceState, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { RawStatus } from './protocol.ts';

type Condition = Exclude<keyof RawStatus, 'isConsistent' | 'isPaperNearEnd'>;

/** Bit → the standard's word, who must act, the manual's words, how available the device is. Worst first. */
const FAULT_ROWS: readonly (readonly [
  condition: Condition,
  code: string,
  action: Fault['action'],
  says: string,
  device: DeviceState,
])[] = [
  ['hasUnrecoverableError', 'hardwareError', 'maintenance', 'unrecoverable error', 'hardwareError'],
  ['hasCutterError', 'cutterError', 'clear', 'autocutter error', 'hardwareError'],
  ['hasRecoverableError', 'hardwareError', 'reset', 'recoverable error', 'hardwareError'],
  ['isCoverOpen', 'coverOpen', 'clear', 'cover open', 'hardwareError'],
  // A supply is an axis apart from availability: the machine is well.
  ['isPaperEnd', 'paperOut', 'clear', 'roll paper end', 'online'],
  // The manual counts two automatically recoverable errors, head temperature and supply voltage; both heal.
  ['hasPassingError', 'headHot', 'suspend', 'automatically recoverable error', 'deviceBusy'],
  ['isOffline', 'deviceNotReady', 'suspend', 'off-line without a reason', 'deviceBusy'],
];

/** What keeps the printer from printing, the worst of it; `undefined` when it is clean. Near end is no fault. */
export function faultOf(raw: RawStatus): Fault | undefined {
  const row = rowOf(raw);
  return row && deviceFault(row[1], row[3], row[2]);
}

/** The status in the port's words.
 *  @param jam found by a verb: a printer without a jam sensor looks well at rest. */
export function statusOf(raw: RawStatus, jam?: Fault): SeenStatus {
  const row = rowOf(raw);
  const fault = jam ?? faultOf(raw);
  const paper = jam ? 'jammed' : raw.isPaperEnd ? 'out' : raw.isPaperNearEnd ? 'low' : 'full';
  return {
    device: jam ? 'hardwareError' : (row?.[4] ?? 'online'),
    ...(jam && { media: 'jammed' as const }),
    supplies: { paper },
    units: {},
    ...(fault && { fault, action: fault.action }),
  };
}

/** Commands are taken and nothing comes of them, while the status is clean (fault F28). */
export function jamFault(): Fault {
  return deviceFault('paperJammed', 'the printer takes commands and does not move', 'clear');
}

/** Must the printer be inspected before it is used again? */
export function isSick(raw: RawStatus): boolean {
  return rowOf(raw)?.[4] === 'hardwareError';
}

function rowOf(raw: RawStatus): (typeof FAULT_ROWS)[number] | undefined {
  return FAULT_ROWS.find(([condition]) => raw[condition]);
}
