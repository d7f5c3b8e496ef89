import type { CancelTimer, Clock, RandomBytes } from '@yimen/contracts/base';
import { moduleOf, type Description, type DeviceStatus } from '@yimen/contracts/device';
import type { Birth, Heartbeat } from '@yimen/contracts/fleet';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { backOff } from '../platform/back-off.ts';
import { listeners } from '../platform/listeners.ts';
import type { Log } from '../platform/logger.ts';
import type { ConnectDeviceHost, DeviceHostPort } from './device-host-port.ts';
import { deviceProblem, hasMedia } from './device-problem.ts';
import { putAwayFound } from './found-media.ts';
import { isSupply } from './is-supply.ts';
import { statusJournal, unitCode, type StatusJournal } from './status-journal.ts';

export interface DeviceManagerOptions {
  readonly connect: ConnectDeviceHost;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Services that need a device kind, for `lost`. */
  readonly servicesNeeding: (kind: string) => readonly string[];
}

interface Known {
  readonly kind: string;
  readonly description: Description | null;
  readonly status: DeviceStatus;
}

export interface StatusChange {
  readonly device: string;
  readonly status: DeviceStatus;
}

/** What is known of every device, and the only way in core to the device host. After each start or reconnect nothing
 *  is believed until every device was asked (`isInspected`). */
export interface DeviceManager {
  start(): void;
  stop(): void;
  /** The host while it is connected. */
  host(): DeviceHostPort | undefined;
  isInspected(): boolean;
  /** Asks every device now and journals what was found. False: the host is away. */
  inspect(): Promise<boolean>;
  /** Devices that report a medium inside. */
  holders(): readonly string[];
  /** Puts a card without an owner into the bin. @returns true when no medium is left */
  putAwayFound(): Promise<boolean>;
  problemOf(kind: string): string | undefined;
  statuses(): readonly StatusChange[];
  birthDevices(): Birth['devices'];
  modules(): Heartbeat['modules'];
  supplies(): Heartbeat['supplies'];
  /** The host was reached and every device was looked at. */
  onInspected(fn: () => void): () => void;
  onLost(fn: () => void): () => void;
  onStatus(fn: (change: StatusChange) => void): () => void;
}

export function createDeviceManager(options: DeviceManagerOptions): DeviceManager {
  return new HostedDevices(options);
}

class HostedDevices implements DeviceManager {
  readonly #options: DeviceManagerOptions;
  readonly #pause = backOff(CORE_LIMITS.hostFirstMs, CORE_LIMITS.hostLongestMs);
  readonly #inspectedListeners = listeners<void>();
  readonly #lostListeners = listeners<void>();
  readonly #statusListeners = listeners<StatusChange>();
  readonly #told: StatusJournal;
  readonly #devices = new Map<string, Known>();
  /** Kinds with a medium that could not be put away: unfit until staff have taken it out. */
  readonly #blocked = new Set<string>();
  #host: DeviceHostPort | undefined;
  #inspected = false;
  #stopped = false;
  #again: CancelTimer | undefined;

  constructor(options: DeviceManagerOptions) {
    this.#options = options;
    this.#told = statusJournal(options.journal, options.clock);
  }

  start(): void {
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#again?.();
    this.#told.stop();
    this.#host?.close();
  }

  host(): DeviceHostPort | undefined {
    return this.#host;
  }

  isInspected(): boolean {
    return this.#inspected;
  }

  async inspect(): Promise<boolean> {
    const host = this.#host;
    if (host === undefined) return false;
    const events: JournalEvent[] = [];
    await Promise.all(
      [...this.#devices.keys()].map(async (device) => {
        const status = await host.status(device, 0);
        if (this.#host !== host) return;
        this.#take(device, status);
        const found = hasMedia(status) ? 'media' : null;
        events.push({
          kind: 'device-inspected',
          fields: { module: moduleOf(device), state: status.device, media: status.media ?? null, found },
        });
      }),
    );
    if (this.#host !== host) return false;
    if (events.length > 0) this.#options.journal.note(events);
    return true;
  }

  holders(): readonly string[] {
    return [...this.#devices]
      .filter(([, known]) => known.status.source !== 'stale' && holdsCards(known.kind) && hasMedia(known.status))
      .map(([device]) => device);
  }

  async putAwayFound(): Promise<boolean> {
    for (let attempt = 0; attempt < CORE_LIMITS.putAwayTries; attempt += 1) {
      const holders = this.holders();
      if (holders.length === 0) return true;
      const host = this.#host;
      if (host === undefined) return false;
      const seen = holders.some((device) => this.#devices.get(device)?.status.media !== 'unknown');
      const { cleared, incident } = await putAwayFound(this.#options, host, { holders, seen });
      this.#options.log.warn({ holders, cleared, incident }, 'a card was found in the machine');
      await this.inspect();
    }
    const left = this.holders();
    for (const device of left) this.#blocked.add(device);
    return left.length === 0;
  }

  problemOf(kind: string): string | undefined {
    if ([...this.#blocked].some((device) => this.#devices.get(device)?.kind === kind)) return 'mediaInside';
    const problems = [...this.#devices.values()]
      .filter((known) => known.kind === kind)
      .map((known) => deviceProblem(known.status));
    if (problems.length === 0) return this.#inspected ? 'noDevice' : 'starting';
    return problems.includes(undefined) ? undefined : problems[0];
  }

  statuses(): readonly StatusChange[] {
    return [...this.#devices].map(([device, { status }]) => ({ device, status }));
  }

  birthDevices(): Birth['devices'] {
    return [...this.#devices].slice(0, 32).map(([device, { description }]) => ({
      module: moduleOf(device),
      driver: description?.driver ?? 'unknown',
      model: plain(description?.model ?? ''),
      serial: plain(description?.serial ?? ''),
      firmware: description?.firmware == null ? null : plain(description.firmware),
    }));
  }

  modules(): Heartbeat['modules'] {
    return [...this.#devices].slice(0, 32).map(([device, { status }]) => ({
      module: moduleOf(device),
      state: status.source === 'stale' ? 'starting' : status.device,
      ...(status.fault === undefined ? {} : { fault: status.fault.code }),
    }));
  }

  supplies(): Heartbeat['supplies'] {
    return [...this.#devices]
      .flatMap(([device, { status }]) =>
        Object.entries(status.units)
          .filter(([, unit]) => isSupply(unit))
          .map(([name, unit]) => ({
            unit: unitCode(device, name),
            count: unit.count,
            capacity: unit.capacity,
            source: 'counted' as const,
          })),
      )
      .slice(0, 32);
  }

  onInspected(fn: () => void): () => void {
    return this.#inspectedListeners.add(fn);
  }

  onLost(fn: () => void): () => void {
    return this.#lostListeners.add(fn);
  }

  onStatus(fn: (change: StatusChange) => void): () => void {
    return this.#statusListeners.add(fn);
  }

  async #connect(): Promise<void> {
    if (this.#stopped) return;
    const { log } = this.#options;
    const connected = await this.#options.connect();
    if (!connected.ok) {
      log.debug({ fault: connected.error }, 'the device host is not there');
      this.#later();
      return;
    }
    const host = connected.value;
    const listed = await host.list();
    if (!listed.ok || this.#stopped) {
      host.close();
      this.#later();
      return;
    }
    this.#host = host;
    this.#devices.clear();
    for (const { device, kind, status, description } of listed.value.devices)
      this.#devices.set(device, { kind, status: { ...status, source: 'stale' }, description });
    host.onStatus((device, status) => {
      if (this.#host === host) this.#take(device, status);
    });
    void host.closed.then((why) => {
      this.#lose(host, why);
    });
    if (!(await this.inspect())) return;
    this.#pause.reset();
    this.#inspected = true;
    log.info({ devices: listed.value.devices.length }, 'every device was looked at');
    this.#inspectedListeners.tell();
  }

  #later(): void {
    this.#again = this.#options.clock.after(this.#pause.next(), () => {
      void this.#connect();
    });
  }

  /** Without its host a device may be in any state: everything is stale until it is asked again. */
  #lose(host: DeviceHostPort, why: string): void {
    if (this.#host !== host || this.#stopped) return;
    this.#host = undefined;
    this.#inspected = false;
    this.#options.log.warn({ why }, 'the device host is gone');
    this.#options.journal.note([{ kind: 'process-ended', fields: { process: 'device-host', how: 'connection-lost' } }]);
    for (const [device, known] of this.#devices)
      this.#take(device, { ...known.status, device: 'starting', source: 'stale' });
    this.#lostListeners.tell();
    this.#later();
  }

  #take(device: string, status: DeviceStatus): void {
    const known = this.#devices.get(device);
    // A device that the host did not list has no kind; the next list will name it.
    if (known === undefined) return;
    this.#devices.set(device, { ...known, status });
    if (status.source !== 'stale' && !hasMedia(status)) this.#blocked.delete(device);
    const problem = deviceProblem(status);
    this.#told.take(device, status, problem === undefined ? [] : this.#options.servicesNeeding(known.kind));
    this.#statusListeners.tell({ device, status });
  }
}

/** Kinds through which a citizen's card travels; a sheet in a receipt printer is nobody's property. */
function holdsCards(kind: string): boolean {
  return kind === 'card-unit' || kind === 'endorsement-printer';
}

function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/gu, '').slice(0, 200);
}
