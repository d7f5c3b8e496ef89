import type { Action, Fault } from '@yimen/contracts/device';

/** A fault in the standard's word.
 *  @param vendorCode the maker's own code, as its manual prints it. */
export function deviceFault(code: string, message: string, action: Action, vendorCode?: string): Fault {
  const short = message.slice(0, 200);
  return vendorCode === undefined ? { code, message: short, action } : { code, message: short, action, vendorCode };
}

/** The line is gone or could not be opened. */
export function offlineFault(detail: string): Fault {
  return deviceFault('offline', detail, 'reset');
}

/** The line is there and the device says nothing. */
export function silentFault(waitingFor: string): Fault {
  return deviceFault('timeOut', `no answer: ${waitingFor}`, 'reset');
}

/** The caller asked for something that its contract forbids. */
export function callerFault(message: string): Fault {
  return deviceFault('softwareError', message, 'softwareError');
}

/** The device model does not have this verb. */
export function unsupportedFault(verb: string): Fault {
  return deviceFault('unsupportedCommand', `not supported: ${verb}`, 'configuration');
}

/** The caller ended it: lease over, or a reset came in between. */
export function canceledFault(): Fault {
  return deviceFault('canceled', 'ended by its caller', 'suspend');
}
