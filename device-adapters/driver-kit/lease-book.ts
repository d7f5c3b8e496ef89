import {
  err,
  leaseIdSchema,
  ok,
  randomId,
  type CancelTimer,
  type Clock,
  type RandomBytes,
  type Result,
} from '@yimen/contracts/base';
import type { Fault, Lease, LeaseOwner } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { deviceFault } from './device-faults.ts';

export type LeaseEnd = 'released' | 'expired' | 'ownerGone' | 'hostStopping';

export interface LeaseBookOptions {
  readonly device: string;
  /** Changes at every start of the host: a lease of another epoch is worthless. */
  readonly hostEpoch: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** True while an effect of the last owner still moves something: the next owner has to wait for it. */
  readonly isMoving: () => boolean;
  readonly onEnded: (lease: Lease, why: LeaseEnd) => void;
}

/** A lease in force and the signal that ends with it. */
export interface HeldLease {
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

interface Held {
  lease: Lease;
  readonly abort: AbortController;
  cancelExpiry: CancelTimer;
}

interface Waiter {
  readonly owner: LeaseOwner;
  readonly grant: (lease: Lease) => void;
}

/** Who may act on one device: one owner at a time, the next wait in order. The host alone judges expiry; every use
 *  begins the idle time anew. */
export class LeaseBook {
  readonly #options: LeaseBookOptions;
  #held: Held | undefined;
  readonly #waiters: Waiter[] = [];
  /** The last few leases that ended, to tell `leaseEnded` from a lease that never was. */
  #ended: string[] = [];

  constructor(options: LeaseBookOptions) {
    this.#options = options;
  }

  get current(): Lease | undefined {
    return this.#held?.lease;
  }

  /** The same owner gets the lease it has (its grantor may have been restarted meanwhile); another waits.
   *  @fault deviceBusy names the owner, after `timeoutMs` or at once when too many wait. */
  claim(owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>> {
    const held = this.#held;
    if (held !== undefined && held.lease.owner.kind === owner.kind && held.lease.owner.id === owner.id) {
      this.#renew(held);
      return Promise.resolve(ok(held.lease));
    }
    if (this.#isFree()) return Promise.resolve(ok(this.#grant(owner)));
    if (timeoutMs <= 0 || this.#waiters.length >= LIMITS.leaseWaiters) return Promise.resolve(err(this.#busyFault()));
    return this.#wait(owner, timeoutMs);
  }

  /** Checks that `lease` is the one in force and renews it.
   *  @fault leaseEnded it was, or is of another start of the host; noLease it never was. */
  check(lease: Lease): Result<HeldLease, Fault> {
    const held = this.#held;
    if (held !== undefined && held.lease.leaseId === lease.leaseId) {
      this.#renew(held);
      return ok({ lease: held.lease, signal: held.abort.signal });
    }
    const wasOnce = lease.hostEpoch !== this.#options.hostEpoch || this.#ended.includes(lease.leaseId);
    if (wasOnce) return err(deviceFault('leaseEnded', `the lease on ${this.#options.device} has ended`, 'suspend'));
    return err(deviceFault('noLease', `no lease on ${this.#options.device}`, 'softwareError'));
  }

  /** Ends the lease when it is the one in force; else does nothing (it has ended already). */
  release(leaseId: string, why: LeaseEnd): void {
    const held = this.#held;
    if (held === undefined || held.lease.leaseId !== leaseId) return;
    held.cancelExpiry();
    this.#held = undefined;
    this.#ended = [...this.#ended.slice(-31), leaseId];
    held.abort.abort();
    this.#options.onEnded(held.lease, why);
    this.grantNext();
  }

  /** Gives the device to whoever waits longest, if it is free. The slot calls it when a motion has ended. */
  grantNext(): void {
    if (!this.#isFree()) return;
    const next = this.#waiters.shift();
    next?.grant(this.#grant(next.owner));
  }

  #isFree(): boolean {
    return this.#held === undefined && !this.#options.isMoving();
  }

  #wait(owner: LeaseOwner, timeoutMs: number): Promise<Result<Lease, Fault>> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        owner,
        grant: (lease) => {
          cancel();
          resolve(ok(lease));
        },
      };
      const cancel = this.#options.clock.after(timeoutMs, () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(err(this.#busyFault()));
      });
      this.#waiters.push(waiter);
    });
  }

  #grant(owner: LeaseOwner): Lease {
    const { device, hostEpoch, random, clock } = this.#options;
    const leaseId = leaseIdSchema.parse(randomId(random, 22));
    const lease: Lease = {
      leaseId,
      device,
      owner,
      hostEpoch,
      expiresAt: Math.round(clock.monoMs() + LIMITS.leaseIdleMs),
    };
    const held: Held = { lease, abort: new AbortController(), cancelExpiry: () => undefined };
    this.#held = held;
    this.#renew(held);
    return lease;
  }

  #renew(held: Held): void {
    const { clock } = this.#options;
    held.cancelExpiry();
    held.lease = { ...held.lease, expiresAt: Math.round(clock.monoMs() + LIMITS.leaseIdleMs) };
    held.cancelExpiry = clock.after(LIMITS.leaseIdleMs, () => this.release(held.lease.leaseId, 'expired'));
  }

  #busyFault(): Fault {
    const owner = this.#held?.lease.owner;
    const who = owner === undefined ? 'a motion that has not ended' : `${owner.kind} ${owner.id}`;
    return deviceFault('deviceBusy', `${this.#options.device} is in use by ${who}`, 'suspend');
  }
}
