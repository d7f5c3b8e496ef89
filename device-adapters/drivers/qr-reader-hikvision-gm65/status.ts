import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { hexOf, type RawIdentity, type RawOutput } from './protocol.ts';

/** The status in the port's words. A reader has no medium, supplies or units.
 *  @param fault of the reader itself; a code that is not valid is none */
export function statusOf(fault?: Fault): SeenStatus {
  if (fault === undefined) return { device: 'online', supplies: {}, units: {} };
  return { device: 'hardwareError', supplies: {}, units: {}, fault, action: fault.action };
}

/** `1.00 (2020-10-31)` */
export function firmwareOf({ software, date }: RawIdentity): string {
  return `${(software / 100).toFixed(2)} (${date})`;
}

/** Another model answers: its registers may mean something else. */
export function modelFault(raw: RawIdentity, expected: number): Fault {
  const code = byteText(raw.model);
  return deviceFault('configuration', `model ${byteText(expected)} expected, ${code} answers`, 'configuration', code);
}

/** What is scanned would be typed into whatever has the focus. `undefined`: it is not a keyboard. */
export function outputFault(output: RawOutput): Fault | undefined {
  if (output === 'serial' || output === 'virtual-serial') return undefined;
  return deviceFault('configuration', 'the reader is set up as a keyboard', 'configuration', `000D ${output}`);
}

/** An option of the terminal's configuration that is not what it should be. */
export function optionFault(sentence: string): Fault {
  return deviceFault('configuration', sentence, 'configuration');
}

/** Registers are answered and the trigger is not: the half that scans is broken. */
export function triggerFault(): Fault {
  return deviceFault('hardwareError', 'the reader answers, but takes no trigger', 'maintenance', 'TRIGGER');
}

/** A register does not keep what was written. */
export function registerFault(address: number): Fault {
  const code = hexOf(address);
  return deviceFault('hardwareError', `register ${code} does not keep what is written`, 'maintenance', code);
}

/** Told to be dark, and it goes on reading. */
export function stillLitFault(): Fault {
  return deviceFault('hardwareError', 'the reader does not go dark', 'maintenance', 'LIT');
}

/** The caller's time was over before the reader's: nothing is said of the reader. */
export function lateFault(): Fault {
  return deviceFault('timeOut', 'no time left to ask the reader', 'suspend');
}

function byteText(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
