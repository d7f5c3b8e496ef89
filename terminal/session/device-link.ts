import { err, type Clock, type OperationId, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import { SESSION_LIMITS } from './limits.table.ts';
import type { SessionDevices } from './runner/ports.ts';

/** One connection to the device host; single use. */
export interface HostConnection {
  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>>;
  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>>;
  getOperation(device: string, id: OperationId): Promise<Result<OperationRecord | 'never-seen', Fault>>;
  readonly closed: Promise<string>;
}

export interface DeviceLinkOptions {
  /** Connects with the key with which core admitted this session. A host that came back refuses it until core, having
   *  looked at every device, admits the session again. */
  readonly connect: () => Promise<Result<HostConnection, Fault>>;
  readonly clock: Clock;
}

/** Opens the session's way to the device host, and makes a new one whenever the host fell. Nothing is replayed: what was
 *  under way ends as `unknown`, what is asked meanwhile as `offline`.
 *  @fault what the first connection says */
export async function openDeviceLink(options: DeviceLinkOptions): Promise<Result<SessionDevices, Fault>> {
  const first = await options.connect();
  return first.ok ? { ok: true, value: new DeviceLink(options, first.value) } : first;
}

/** The way of a session that only tells offices: core leases it nothing, and no host is asked. */
export function noDevices(): SessionDevices {
  const away = (): Promise<Result<never, Fault>> => Promise.resolve(err(hostAway()));
  return { isThere: () => false, effect: away, read: away, getOperation: away };
}

class DeviceLink implements SessionDevices {
  readonly #options: DeviceLinkOptions;
  #host: HostConnection | undefined;

  constructor(options: DeviceLinkOptions, host: HostConnection) {
    this.#options = options;
    this.#keep(host);
  }

  isThere(): boolean {
    return this.#host !== undefined;
  }

  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    return this.#host?.effect(lease, op, verb, args) ?? Promise.resolve(err(hostAway()));
  }

  read(lease: Lease, deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>> {
    return this.#host?.read(lease, deadlineMs, verb, args) ?? Promise.resolve(err(hostAway()));
  }

  getOperation(device: string, operationId: string): Promise<Result<OperationRecord | 'never-seen', Fault>> {
    return this.#host?.getOperation(device, operationId as OperationId) ?? Promise.resolve(err(hostAway()));
  }

  #keep(host: HostConnection): void {
    this.#host = host;
    void host.closed.then(() => {
      this.#host = undefined;
      return this.#comeBack();
    });
  }

  /** Ends with the process, which core kills when the session is over. */
  async #comeBack(): Promise<void> {
    for (;;) {
      const again = await this.#options.connect();
      if (again.ok) {
        this.#keep(again.value);
        return;
      }
      await new Promise<void>((resolve) => {
        this.#options.clock.after(SESSION_LIMITS.hostAgainMs, resolve);
      });
    }
  }
}

function hostAway(): Fault {
  return { code: 'offline', message: 'the device host is away', action: 'suspend' };
}
