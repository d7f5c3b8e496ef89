import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { DeviceList } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../limits.table.ts';
import { backOff } from '../platform/back-off.ts';
import type { Log } from '../platform/logger.ts';
import type { ConnectDeviceHost, DeviceHostPort } from './device-host-port.ts';

export interface HostConnectionOptions {
  readonly connect: ConnectDeviceHost;
  readonly clock: Clock;
  readonly log: Log;
  /** The host was reached. @returns true when every device could be looked at on this connection */
  readonly onUp: (host: DeviceHostPort, list: DeviceList) => Promise<boolean>;
  readonly onLost: (why: string) => void;
}

/** The connection to the device host for as long as core lives: made again whenever it is lost, ever more slowly. */
export class HostConnection {
  readonly #options: HostConnectionOptions;
  readonly #pause = backOff(CORE_LIMITS.hostFirstMs, CORE_LIMITS.hostLongestMs);
  #host: DeviceHostPort | undefined;
  #isStopped = false;
  #again: CancelTimer | undefined;

  constructor(options: HostConnectionOptions) {
    this.#options = options;
  }

  /** The host while it is connected. */
  get host(): DeviceHostPort | undefined {
    return this.#host;
  }

  start(): void {
    void this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    this.#again?.();
    this.#host?.close();
  }

  async #connect(): Promise<void> {
    if (this.#isStopped) return;
    const connected = await this.#options.connect();
    if (!connected.ok) {
      this.#options.log.debug({ fault: connected.error }, 'the device host is not there');
      this.#later();
      return;
    }
    const host = connected.value;
    const listed = await host.list();
    if (!listed.ok || this.#isStopped) {
      host.close();
      this.#later();
      return;
    }
    this.#host = host;
    void host.closed.then((why) => {
      this.#lose(host, why);
    });
    if (await this.#options.onUp(host, listed.value)) this.#pause.reset();
  }

  #lose(host: DeviceHostPort, why: string): void {
    if (this.#host !== host || this.#isStopped) return;
    this.#host = undefined;
    this.#options.onLost(why);
    this.#later();
  }

  #later(): void {
    this.#again = this.#options.clock.after(this.#pause.next(), () => {
      void this.#connect();
    });
  }
}
