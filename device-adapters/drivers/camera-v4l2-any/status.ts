import type { Description, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { SeenStatus } from '../../driver-kit/status-watcher.ts';
import type { Sight } from './figures.ts';
import { CAMERA_LIMITS } from './limits.table.ts';
import type { RawGrabbed, RawSeen } from './protocol.ts';

/** The status in the port's words. A camera has no medium, supplies or units. */
export function statusOf(device: 'online' | 'deviceBusy' | 'hardwareError', fault?: Fault): SeenStatus {
  return { device, supplies: {}, units: {}, ...(fault && { fault, action: fault.action }) };
}

/** Somebody has the camera that is not the kiosk's page (F40): the page gets none then. `undefined`: nobody else. */
export function holderFault({ node, owners }: RawSeen, browser: string): Fault | undefined {
  const others = owners.filter(({ name }) => name !== browser);
  if (others.length === 0) return undefined;
  const names = others.map(({ name, pid }) => `${name || 'a process'} (process ${pid})`).join(', ');
  return deviceFault('deviceBusy', `${node} is open in ${names}`, 'reset', 'EBUSY');
}

/** What the page saw says that the camera shows nothing (F39).
 *  @param times how often that was so with no good picture in between: once all rungs were climbed in vain, it is for a
 *  technician */
export function blindFault(sight: Exclude<Sight, 'ok'>, times: number): Fault {
  const said = { black: 'only black', covered: 'only one colour', frozen: 'always the same picture' }[sight];
  const action = times > CAMERA_LIMITS.blindTimes ? 'maintenance' : 'reset';
  return deviceFault('cameraBlack', `the page sees ${said}`, action, sight);
}

/** Why there is no picture. */
export function grabFault({ refused, says }: Extract<RawGrabbed, { refused: string }>): Fault {
  switch (refused) {
    case 'busy':
      return deviceFault('deviceBusy', says, 'suspend', 'EBUSY');
    case 'noProgram':
      return deviceFault('unsupportedCommand', says, 'configuration');
    case 'deadline':
      return deviceFault('timeOut', says, 'reset');
    default:
      return deviceFault('hardwareError', says, 'reset');
  }
}

/** What came is no answer of this carrier. */
export function malformedFault(): Fault {
  return deviceFault('hardwareError', 'what was answered says nothing about a camera', 'reset', 'v4l2-answer');
}

/** Who the camera is. */
export function identityOf(seen: RawSeen): Pick<Description, 'model' | 'serial' | 'firmware'> {
  const { name, vendorId, productId, serial, firmware } = seen;
  const ids = vendorId === '' ? '' : ` ${vendorId}:${productId}`;
  // The ids tell models apart, the name may be cut.
  const model = `${name.slice(0, 60 - ids.length)}${ids}`.trim();
  return { model, serial, firmware: firmware === '' ? null : firmware };
}
