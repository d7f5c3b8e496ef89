import type { DeviceStatus, Fault } from '@yimen/contracts/device';
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
  if (statusWord === 0x6982) return fault('securityFail', 'the chip wants access first', vendorCode);
  if (statusWord === 0x6987 || statusWord === 0x6988) return fault('securityFail', 'secure messaging was broken', vendorCode);
  if (first === 0x63 || step === 'access') return fault('securityFail', 'the printed page does not open this chip', vendorCode);
  if (first === 0x6d || first === 0x6e) return fault('protocolNotSupported', 'the chip does not know the command', vendorCode);
  if (step === 'select-application') return fault('invalidMedia', 'not a travel document', vendorCode);
  return fault('invalidMedia', 'a file of the chip cannot be read', vendorCode);
}

const SECURE_MESSAGING: Record<SecureMessagingFault, string> = {
  unprotected: 'an answer came without protection',
  malformed: 'a protected answer is not well formed',
  mac: 'the check sum of an answer is wrong',
  status: 'the status of an answer was changed on its way',
};

/** Every breach of secure messaging is the same fault; which one it was is for the technician. */
export function secureMessagingFault(breach: SecureMessagingFault): Fault {
  return fault('securityFail', SECURE_MESSAGING[breach], `SM-${breach}`);
}

export function fileFault(found: FileFault): Fault {
  return fault('invalidMedia', found.message, found.code);
}

/** What the reader said instead of an answer of a chip. */
export function readerAnswerFault(answer: Exclude<ReaderAnswer, { readonly kind: 'bytes' }>): Fault {
  switch (answer.kind) {
    case 'noChip':
      return fault('noMedia', 'no chip in the field');
    case 'collision':
      return fault('cardCollision', 'more than one chip in the field');
    case 'mute':
      return fault('atrNotObtained', 'the chip does not answer');
    case 'unknown':
      return { code: 'hardwareError', message: 'the reader reports an unknown error', action: 'maintenance', vendorCode: answer.vendorCode };
  }
}

/** Axes that one look at the field gives (ATR asked). */
export function fieldStatus(answer: ReaderAnswer): Pick<DeviceStatus, 'device' | 'media' | 'fault' | 'action'> {
  switch (answer.kind) {
    case 'bytes':
      return { device: 'online', media: 'present' };
    case 'noChip':
      return { device: 'online', media: 'notPresent' };
    case 'collision':
    case 'mute':
      return withFault('userError', readerAnswerFault(answer));
    case 'unknown':
      return withFault('hardwareError', readerAnswerFault(answer));
  }
}

/** Axes while the link is gone or silent. */
export function linkStatus(found: Fault): Pick<DeviceStatus, 'device' | 'media' | 'fault' | 'action'> {
  const device = found.code === 'deviceBusy' ? 'deviceBusy' : 'offline';
  return { device, media: 'unknown', fault: found, action: found.action };
}

function withFault(device: 'userError' | 'hardwareError', found: Fault): Pick<DeviceStatus, 'device' | 'media' | 'fault' | 'action'> {
  return { device, media: device === 'userError' ? 'present' : 'unknown', fault: found, action: found.action };
}

function fault(code: string, message: string, vendorCode?: string): Fault {
  return { code, message, action: 'suspend', ...(vendorCode === undefined ? {} : { vendorCode }) };
}
