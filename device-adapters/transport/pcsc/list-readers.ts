import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { BRIDGE_ENTRY, startBridge } from './bridge-process.ts';
import type { BridgeMessage } from './bridge-messages.ts';
import { isDaemonThere } from './daemon-socket.ts';
import { PCSC_BINDINGS } from './pcsc-address.ts';
import { hasCard, READER_STATE } from './pcsc-binding.ts';
import { hungDaemonFault, NO_DAEMON, pcscFault } from './pcsc-faults.ts';

/** A reader that the daemon has. */
export interface ListedReader {
  readonly name: string;
  readonly chip: 'none' | 'present' | 'mute';
  /** Another program keeps it for itself. */
  readonly isTaken: boolean;
}

/** The PC/SC daemon's readers, by name.
 *  @fault offline no daemon, or none that answers before the deadline. */
export async function listPcscReaders(
  deadlineMs: number,
  { clock, entry = BRIDGE_ENTRY }: { readonly clock: Clock; readonly entry?: string },
): Promise<Result<readonly ListedReader[], Fault>> {
  if (!(await isDaemonThere())) return err(pcscFault('offline', NO_DAEMON, 'reset'));
  const said = Promise.withResolvers<BridgeMessage | 'late'>();
  const cancel = clock.after(deadlineMs, () => said.resolve('late'));
  const bridge = startBridge(entry, { binding: PCSC_BINDINGS[0] }, clock, said.resolve);
  const got = await Promise.race([said.promise, bridge.ended]);
  cancel();
  await bridge.stop();
  if (got === 'late') return err(hungDaemonFault());
  if (typeof got === 'string') return err(pcscFault('offline', `the bridge to pcscd ended by ${got}`, 'reset'));
  if ('fault' in got) return err(got.fault);
  const readers = 'readers' in got ? got.readers.map(({ name, state }) => listed(name, state)) : [];
  return ok(readers.toSorted((a, b) => a.name.localeCompare(b.name, 'en')));
}

function listed(name: string, state: number): ListedReader {
  const present = (state & READER_STATE.mute) === 0 ? 'present' : 'mute';
  return { name, chip: hasCard(state) ? present : 'none', isTaken: (state & READER_STATE.exclusive) !== 0 };
}
