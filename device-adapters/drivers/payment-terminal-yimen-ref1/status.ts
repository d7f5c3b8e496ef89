import type { RawRef1Status } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes, ref1Fault, type FaultRows } from '../../driver-kit/ref1-status.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import { decodeKeypad, RESULT } from './protocol.ts';

/** Results 20 and up.
 *  @source README.md, the table of results */
export const FAULTS: FaultRows = {
  [RESULT.timeOut]: ['timeOut', 'Nobody paid in time', 'suspend'],
  [RESULT.declined]: ['paymentDeclined', 'The channel refused the payment', 'suspend'],
  [RESULT.canceled]: ['canceled', 'Cancelled by the customer on the pad', 'suspend'],
  [RESULT.tooLate]: ['deviceNotReady', 'Too late to cancel: the money is taken', 'suspend'],
  [RESULT.chargedAlready]: ['deviceNotReady', 'This bill was charged already', 'reset'],
  [RESULT.noSuchCharge]: ['noMedia', 'No such charge to refund, or another amount', 'softwareError'],
  [RESULT.keypadFailed]: ['hardwareError', 'The keypad has failed; QR payments still work', 'maintenance'],
  [RESULT.offline]: ['offline', 'The terminal cannot reach its payment provider', 'suspend'],
};

/** The terminal's axes. A failed keypad is a fault of a device that stays `online` (QR still works); one that was
 *  tampered with is `fraudAttempt`, whatever the terminal says of its state. */
export function axesOf(raw: RawRef1Status): SeenStatus {
  const axes = ref1Axes(raw, FAULTS);
  const keypad = decodeKeypad(raw.fields);
  if (keypad === 'tampered') return ref1Axes({ ...raw, state: FRAUD_ATTEMPT, fault: 0 }, FAULTS);
  if (keypad === undefined || keypad === 'works' || axes.fault !== undefined) return axes;
  const fault = ref1Fault(RESULT.keypadFailed, FAULTS);
  return { ...axes, fault, action: fault.action };
}
const FRAUD_ATTEMPT = 4;
