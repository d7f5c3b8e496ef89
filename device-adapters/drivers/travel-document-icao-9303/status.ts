import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { ReaderAnswer } from '../../transport/apdu-carrier.ts';
import type { FileFault } from './data-groups.ts';
import type { SecureMessagingFault } from './secure-messaging.ts';

/** Which step of a read got the status word: the same word means different things. */
export type ReadStep = 'select-application' | 'access' | 'file';

/** The fault that a status word means at a step; `undefined` for 9000.
 *  `suspend`: nobody has to act at the machine, the document is at fault or leaves with its holder.
 *  @source ISO/IEC 7816-4 §5.6; ICAO 9303-11 §4.3.4, §9.8.7 */
export function statusWordFault(statusWord: number, step: ReadStep): Fault | undefined {
  if (statusWord === 0x9000) return undefined;
  const vendorCode = statusWord.toString(16).padStart(4, '0').toUpperCase();
  const first = statusWord >> 8;
  if (statusWord === 0x6982) return documentFault('securityFail', 'the chip wants access first', vendorCode);
  if (statusWord === 0x6987 || statusWord === 0x6988)
    return documentFault('securityFail', 'secure messaging was broken', vendorCode);
  if (first === 0x63 || step === 'access')
    return documentFault('securityFail', 'the printed page or access number does not open this chip', vendorCode);
  if (first === 0x6d || first === 0x6e)
    return documentFault('protocolNotSupported', 'the chip does not know the command', vendorCode);
  if (step === 'select-application') return documentFault('invalidMedia', 'not a travel document', vendorCode);
  return documentFault('invalidMedia', 'a file of the chip cannot be read', vendorCode);
}

const BREACHES: Record<SecureMessagingFault, string> = {
  unprotected: 'an answer came without protection',
  malformed: 'a protected answer is not well formed',
  mac: 'the check sum of an answer is wrong',
  status: 'the status of an answer was changed on its way',
};

/** Every breach of secure messaging is the same fault; which one it was is for the technician. */
export function secureMessagingFault(breach: SecureMessagingFault): Fault {
  return documentFault('securityFail', BREACHES[breach], `SM-${breach}`);
}

/** `vendorCode` of a chip that does not answer under the keys of chip authentication. */
export const CHIP_AUTHENTICATION_BROKE = 'CA-broken';

/** The chip agreed to chip authentication and cannot go on: it does not hold the private key of its files. */
export function chipAuthenticationFault(): Fault {
  return documentFault('securityFail', 'the chip does not hold the key of its files', CHIP_AUTHENTICATION_BROKE);
}

/** A file that does not follow its standard. */
export function fileFault(found: FileFault): Fault {
  return documentFault('invalidMedia', found.message, found.code);
}

/** The caller's time is over while the chip still answers. */
export function lateFault(): Fault {
  return documentFault('timeOut', 'the chip was not read in time');
}

/** What the reader said instead of an answer of a chip. */
export function readerAnswerFault(answer: Exclude<ReaderAnswer, { readonly kind: 'bytes' }>): Fault {
  switch (answer.kind) {
    case 'noChip':
      return documentFault('noMedia', 'no chip in the field');
    case 'collision':
      return documentFault('cardCollision', 'more than one chip in the field');
    case 'mute':
      return documentFault('atrNotObtained', 'the chip does not answer');
    case 'unknown':
      return deviceFault('hardwareError', 'the reader reports an unknown error', 'maintenance', answer.vendorCode);
  }
}

/** What one look at the field says of the device. */
export function fieldStatus(answer: ReaderAnswer): SeenStatus {
  const none = { supplies: {}, units: {} };
  if (answer.kind === 'bytes') return { ...none, device: 'online', media: 'present' };
  if (answer.kind === 'noChip') return { ...none, device: 'online', media: 'notPresent' };
  const fault = readerAnswerFault(answer);
  const isDevice = answer.kind === 'unknown';
  return {
    ...none,
    device: isDevice ? 'hardwareError' : 'userError',
    media: isDevice ? 'unknown' : 'present',
    fault,
    action: fault.action,
  };
}

/** Another reader hangs on this cable. */
export function strangerStatus(fault: Fault): SeenStatus {
  return { device: 'hardwareError', media: 'unknown', supplies: {}, units: {}, fault, action: fault.action };
}

function documentFault(code: string, message: string, vendorCode?: string): Fault {
  return deviceFault(code, message, 'suspend', vendorCode);
}
