import { err, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { CoreLink, SessionDevices } from './ports.ts';

export interface DeviceCallsOptions {
  readonly core: Pick<CoreLink, 'claim' | 'release'>;
  readonly devices: SessionDevices;
  readonly clock: Clock;
}

/** A session's way to its devices: leases, kept until they are given back, and patience with a device host that fell. A
 *  call that cannot have reached a device waits for the host's return; one that may have is never made again here. */
export class DeviceCalls {
  readonly #options: DeviceCallsOptions;
  readonly #leases = new Map<string, Promise<Result<Lease, Fault>>>();
  /** How often a device was given back: what still waits for it then is called off. */
  readonly #givenBack = new Map<string, number>();

  constructor(options: DeviceCallsOptions) {
    this.#options = options;
  }

  /** @fault as the port's effect; offline the host did not come back in time; canceled given back while it waited */
  effect(device: string, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    return this.#patiently(device, (lease) => this.#options.devices.effect(lease, op, verb, args));
  }

  read(device: string, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>> {
    return this.#patiently(device, (lease) => this.#options.devices.read(lease, deadlineMs, verb, args));
  }

  /** What the host remembers of an effect; needs no lease. */
  async getOperation(device: string, operationId: string): Promise<Result<OperationRecord | 'never-seen', Fault>> {
    const { devices, clock } = this.#options;
    const giveUpAt = clock.monoMs() + SESSION_LIMITS.hostBackMs;
    for (;;) {
      const found = await devices.getOperation(device, operationId);
      if (found.ok || devices.isThere() || clock.monoMs() >= giveUpAt) return found;
      await this.#pause();
    }
  }

  /** Ends the lease: a wait of this device is called off, by its driver if it runs, here if it never began. */
  async giveBack(device: string): Promise<void> {
    this.#givenBack.set(device, this.#timesGivenBack(device) + 1);
    const held = this.#leases.get(device);
    this.#leases.delete(device);
    const lease = await held;
    if (lease?.ok === true) await this.#options.core.release(lease.value);
  }

  async giveBackAll(): Promise<void> {
    for (const device of [...this.#leases.keys()]) await this.giveBack(device);
  }

  async #patiently<T>(device: string, call: (lease: Lease) => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    const { devices, clock } = this.#options;
    const giveUpAt = clock.monoMs() + SESSION_LIMITS.hostBackMs;
    const times = this.#timesGivenBack(device);
    for (;;) {
      const lease = await this.#lease(device);
      const result = lease.ok ? await call(lease.value) : lease;
      if (result.ok) return result;
      // Without a lease in force nothing was asked of the device: a new host knows none of the old ones.
      const isLeaseGone = result.error.code === 'noLease' || result.error.code === 'leaseEnded';
      if (isLeaseGone) this.#leases.delete(device);
      const isHostAway = lease.ok ? isLeaseGone || !devices.isThere() : result.error.code === 'offline';
      if (!isHostAway || clock.monoMs() >= giveUpAt) return result;
      await this.#pause();
      if (this.#timesGivenBack(device) !== times)
        return err({ code: 'canceled', message: 'called off before it began', action: 'suspend' });
    }
  }

  #lease(device: string): Promise<Result<Lease, Fault>> {
    const held = this.#leases.get(device);
    if (held !== undefined) return held;
    const claimed = this.#options.core.claim(device, SESSION_LIMITS.claimMs);
    this.#leases.set(device, claimed);
    void claimed.then((result) => {
      // A refused claim is not kept: the device may be free again at the next try.
      if (!result.ok && this.#leases.get(device) === claimed) this.#leases.delete(device);
    });
    return claimed;
  }

  #timesGivenBack(device: string): number {
    return this.#givenBack.get(device) ?? 0;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(SESSION_LIMITS.hostAgainMs, resolve);
    });
  }
}
