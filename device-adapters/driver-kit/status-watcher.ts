import type { Clock } from '@yimen/contracts/base';
import { changedAxes, type DeviceState, type DeviceStatus, type Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { deviceFault } from './device-faults.ts';

/** What a driver has just seen; `since` and `source` are the watcher's. */
export type SeenStatus = Omit<DeviceStatus, 'since' | 'source'>;

/** States out of which a device does not simply come back: it is inspected first. */
const NEEDS_INSPECTION: ReadonlySet<DeviceState> = new Set([
  'offline',
  'powerOff',
  'noDevice',
  'hardwareError',
  'fraudAttempt',
  'potentialFraud',
  'starting',
]);

/** Keeps a device's status and tells changed axes only. It guards two rules: after a loss everything is `stale`
 *  until asked again, and nothing becomes `online` but through `starting` and an inspection. */
export class StatusWatcher {
  readonly #clock: Clock;
  readonly #listeners = new Set<(changed: Partial<DeviceStatus>) => void>();
  #current: DeviceStatus;
  #seenAt = Number.NEGATIVE_INFINITY;
  #falls: number[] = [];

  /** A device nobody has asked yet: `starting`, and everything stale. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#current = { device: 'starting', supplies: {}, units: {}, since: clock.wallMs(), source: 'stale' };
  }

  get current(): DeviceStatus {
    return this.#current;
  }

  /** Milliseconds since the device itself was last heard; Infinity while stale. */
  ageMs(): number {
    return this.#clock.monoMs() - this.#seenAt;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** The device cannot be heard. Axes keep what was last seen, marked `stale`.
   *  @param known instead of what was last seen: a door that was closed may be open by now */
  lost(device: 'offline' | 'noDevice' | 'powerOff', fault: Fault, known: Pick<SeenStatus, 'sensors'> = {}): void {
    this.#seenAt = Number.NEGATIVE_INFINITY;
    this.#set({ ...this.#current, ...known, device, fault, action: fault.action, source: 'stale' });
  }

  /** A line is there; the device is being looked at. What it held before is not believed. */
  starting(): void {
    this.#seenAt = Number.NEGATIVE_INFINITY;
    const { supplies, units, media, sensors } = this.#current;
    const axes = { ...(media && { media }), supplies, units, ...(sensors && { sensors }) };
    this.#set({ device: 'starting', ...axes, source: 'stale' });
  }

  /** Takes what the device says of itself.
   *  @returns `inspect` when it claims to be well but was not: the status says `starting` until `inspected`. */
  report(seen: SeenStatus, source: 'reported' | 'inferred' = 'reported'): 'taken' | 'inspect' {
    this.#seenAt = this.#clock.monoMs();
    const isBack = NEEDS_INSPECTION.has(this.#current.device) && !NEEDS_INSPECTION.has(seen.device);
    this.#set({ ...seen, device: isBack ? 'starting' : seen.device, source });
    return isBack ? 'inspect' : 'taken';
  }

  /** The inspection is over and this is what it found. The only way to `online` after a start, loss or fault. */
  inspected(seen: SeenStatus): void {
    if (NEEDS_INSPECTION.has(this.#current.device) && this.#current.device !== 'starting') this.starting();
    this.#seenAt = this.#clock.monoMs();
    this.#set({ ...this.#damped(seen), source: 'reported' });
  }

  /** A device that keeps coming and going is not well: a technician has to look, until it has been quiet for a while. */
  #damped(seen: SeenStatus): SeenStatus {
    const from = this.#clock.monoMs() - LIMITS.flapWindowMs;
    this.#falls = this.#falls.filter((at) => at > from);
    if (NEEDS_INSPECTION.has(seen.device) || this.#falls.length <= LIMITS.flapsAllowed) return seen;
    const fault = deviceFault('hardwareError', `failed ${this.#falls.length} times within a minute`, 'maintenance');
    return { ...seen, device: 'hardwareError', fault, action: fault.action };
  }

  #set(next: Omit<DeviceStatus, 'since'>): void {
    const before = this.#current;
    const changedState = next.device !== before.device;
    if (before.device === 'online' && NEEDS_INSPECTION.has(next.device)) {
      this.#falls = [...this.#falls.slice(-LIMITS.flapsAllowed), this.#clock.monoMs()];
    }
    this.#current = { ...next, since: changedState ? this.#clock.wallMs() : before.since };
    const changed = changedAxes(before, this.#current);
    if (changed === undefined) return;
    for (const fn of [...this.#listeners]) fn(changed);
  }
}
