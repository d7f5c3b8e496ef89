import type { Description, Fault } from '@yimen/contracts/device';
import { deviceFault } from './device-faults.ts';

export interface PinnedIdentity {
  readonly driver: string;
  /** Pinned at installation; absent: any serial of this model is accepted. */
  readonly serial?: string | undefined;
  /** Firmware versions that were tried with this terminal; absent: any. A device that tells none is then not one of them. */
  readonly firmware?: readonly string[] | undefined;
}

/** Compares who answers with who was installed here. Cables are swapped by people: another model, or another serial
 *  of the same one, must not be given a card, paper or money meant for its neighbour (fault F22).
 *  @returns the fault `configuration`, or `undefined` when it is the right device. */
export function identityFault(
  answering: Pick<Description, 'driver' | 'serial' | 'model'> & Partial<Pick<Description, 'firmware'>>,
  pinned: PinnedIdentity,
): Fault | undefined {
  if (answering.driver !== pinned.driver) {
    return deviceFault('configuration', `${pinned.driver} expected, ${answering.driver} answers`, 'configuration');
  }
  if (pinned.serial !== undefined && answering.serial !== pinned.serial) {
    return deviceFault(
      'configuration',
      `serial ${pinned.serial} expected, ${answering.serial} answers`,
      'configuration',
    );
  }
  if (pinned.firmware !== undefined && !pinned.firmware.includes(answering.firmware ?? '')) {
    const running = answering.firmware ?? 'unknown firmware';
    return deviceFault(
      'configuration',
      `firmware ${running} is not on the list of this device: ${pinned.firmware.join(', ')}`.slice(0, 200),
      'configuration',
    );
  }
  return undefined;
}
