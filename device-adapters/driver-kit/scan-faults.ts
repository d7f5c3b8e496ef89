import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from './device-faults.ts';

/** Nobody showed a code in time. */
export function noCodeFault(): Fault {
  return deviceFault('noMedia', 'no code was shown', 'suspend');
}

/** More bytes than the port takes; none of them is given. */
export function tooLongFault(limitBytes: number): Fault {
  return deviceFault('invalidMedia', `a code of more than ${limitBytes} bytes`, 'suspend');
}

/** Not started, or dark again since. */
export function darkFault(): Fault {
  return deviceFault('deviceNotReady', 'the reader is dark', 'suspend');
}

/** Somebody waits for the next code already. */
export function takenFault(): Fault {
  return deviceFault('deviceBusy', 'somebody waits for the next code already', 'suspend');
}
