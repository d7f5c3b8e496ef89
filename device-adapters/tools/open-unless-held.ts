import { err } from '@yimen/contracts/base';
import { deviceFault } from '../driver-kit/device-faults.ts';
import { holderOf } from '../registry/held-places.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';

/** The opener, or one that says who holds the device: a second line to a network device would take it from its host.
 *  @fault deviceBusy with the holder, its process and since when */
export function openUnlessHeld(at: string, open: OpenChannel): OpenChannel {
  return async (deadlineMs) => {
    const holder = holderOf(at);
    if (holder === undefined) return open(deadlineMs);
    const since = new Date(holder.since).toISOString();
    return err(
      deviceFault(
        'deviceBusy',
        `the terminal has it as ${holder.device} since ${since} (device host, process ${holder.pid})`,
        'suspend',
      ),
    );
  };
}
