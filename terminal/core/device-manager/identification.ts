import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { Description, DeviceStatus, Fault } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import type { IdentityPins } from './identity-pins.ts';
import { mayHaveChanged } from './known-device.ts';

export interface IdentificationOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly pins: IdentityPins;
  readonly host: () => DeviceHostPort | undefined;
  /** What the device's host says of it now. */
  readonly raw: (device: string) => DeviceStatus | undefined;
  /** It said who it is. `fault`: it is not the one that is pinned. */
  readonly onKnown: (device: string, seen: Description, fault: Fault | undefined) => void;
  /** It did not; it is asked again after a while. */
  readonly onUnknown: (device: string) => void;
}

/** Asks devices that are back who they are, one question per device at a time, until they say so. */
export class Identification {
  readonly #options: IdentificationOptions;
  readonly #asking = new Map<string, Promise<void>>();
  readonly #again = new Map<string, CancelTimer>();
  /** Devices that went away since they were asked: the answer may be another one's. */
  readonly #outdated = new Set<string>();

  constructor(options: IdentificationOptions) {
    this.#options = options;
  }

  ask(device: string): void {
    if (this.#asking.has(device)) return;
    this.#again.get(device)?.();
    const asking = this.#ask(device).finally(() => {
      this.#asking.delete(device);
    });
    this.#asking.set(device, asking);
  }

  /** The device went away: an answer that is still under way says nothing of who comes back. */
  forget(device: string): void {
    if (this.#asking.has(device)) this.#outdated.add(device);
  }

  /** Resolves when no question to this device is open. */
  async settled(device: string): Promise<void> {
    await this.#asking.get(device);
  }

  stop(): void {
    for (const cancel of this.#again.values()) cancel();
  }

  async #ask(device: string): Promise<void> {
    const { host, raw, pins, log, onKnown, onUnknown } = this.#options;
    for (;;) {
      const asked = host();
      this.#outdated.delete(device);
      const described = await asked?.describe(device);
      const now = raw(device);
      // Still away: it is asked when it comes back.
      if (described === undefined || host() !== asked || now === undefined || mayHaveChanged(now)) return;
      if (this.#outdated.has(device)) continue;
      if (!described.ok) {
        log.warn({ device, fault: described.error }, 'a device does not say who it is');
        this.#later(device);
        onUnknown(device);
        return;
      }
      const fault = pins.check(device, described.value);
      if (fault !== undefined) log.error({ device, fault }, 'another device answers');
      onKnown(device, described.value, fault);
      return;
    }
  }

  #later(device: string): void {
    const { clock, raw } = this.#options;
    const again = clock.after(CORE_LIMITS.identifyAgainMs, () => {
      const now = raw(device);
      if (now !== undefined && !mayHaveChanged(now)) this.ask(device);
    });
    this.#again.set(device, again);
  }
}
