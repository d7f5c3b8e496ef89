import type { Clock, RandomBytes } from '@yimen/contracts/base';
import type { Lease } from '@yimen/contracts/device';
import type { DeviceHostPort, DeviceManager } from '../device-manager/index.ts';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import type { StaffBook } from './staff-book.ts';

/** What every act of staff needs. */
export interface StaffDeps {
  readonly journal: Journal;
  readonly devices: DeviceManager;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly book: () => StaffBook;
}

/** Who acts, and for which work order. */
export interface Actor {
  readonly who: string;
  readonly workOrder: string | null;
}

/** Acts on a device as a technician, and lets it go again. @returns the act's answer, or why it could not be had */
export async function withLease(
  devices: DeviceManager,
  device: string,
  who: string,
  act: (host: DeviceHostPort, lease: Lease) => Promise<string | undefined>,
): Promise<string | undefined> {
  const host = devices.host();
  if (host === undefined) return 'offline';
  const lease = await host.claim(device, { kind: 'technician', id: who }, CORE_LIMITS.coreClaimMs);
  if (!lease.ok) return lease.error.code;
  try {
    return await act(host, lease.value);
  } finally {
    // A lease that cannot be given back ends with the host's own idle time.
    void (await host.release(lease.value));
  }
}
