import type { Action, Fault } from '@yimen/contracts/device';
import type { SerialAddress } from './serial-address.ts';

/** A fault of a serial line; the message is cut to what a fault may carry. */
export function serialFault(code: string, message: string, action: Action): Fault {
  return { code, message: `serial: ${message}`.slice(0, 200), action };
}

type Row = readonly [said: RegExp, code: string, action: Action, remedy: (address: SerialAddress) => string];

/** What the binding says when a port does not open, and what that means for a person. It has no codes, only the C
 *  library's sentences; the first row that fits counts, because some errors also name the speed. */
const ROWS: readonly Row[] = [
  [/No such file|No such device/, 'offline', 'reset', ({ path }) => `no port ${path}; check the cable and the name`],
  [
    /Permission denied/,
    'configuration',
    'configuration',
    ({ path }) => `no permission for ${path}; put the program's user into the group dialout`,
  ],
  [
    /Cannot lock|Resource busy|resource busy/i,
    'deviceBusy',
    'configuration',
    ({ path }) => `${path} is in use by another program; stop it, or give the device another port`,
  ],
  [/Inappropriate ioctl/, 'configuration', 'configuration', ({ path }) => `${path} is no serial port; check the name`],
  [
    /Input\/output error/,
    'offline',
    'reset',
    ({ path }) => `nothing answers behind ${path}; check the cable and power`,
  ],
  [
    /baud|termios|Invalid argument/,
    'configuration',
    'configuration',
    ({ path, baud }) => `${path} does not run at ${baud} baud; choose a speed that port and device have`,
  ],
];

/** Why a port could not be opened, with what to do about it.
 *  @param said the binding's words */
export function openFault(address: SerialAddress, said: string): Fault {
  const row = ROWS.find(([pattern]) => pattern.test(said));
  if (row === undefined) return serialFault('offline', `${address.path}: ${said}`, 'reset');
  const [, code, action, remedy] = row;
  return serialFault(code, remedy(address), action);
}
