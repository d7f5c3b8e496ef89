import { err, ok, type Result } from '@yimen/contracts/base';
import { moduleOf, type Description, type DeviceList, type DeviceStatus, type Fault } from '@yimen/contracts/device';
import type { Birth, Heartbeat } from '@yimen/contracts/fleet';
import type { JournalEvent } from '@yimen/contracts/journal';
import { faultOf } from '../platform/fault.ts';
import { listeners } from '../platform/listeners.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import type { DeviceManager, DeviceManagerOptions, StatusChange } from './device-manager.ts';
import { deviceProblem, hasMedia } from './device-problem.ts';
import { DeviceWatch, type Closed } from './device-watch.ts';
import { birthDevices, moduleStates, supplyLevels } from './fleet-facts.ts';
import { HostConnection } from './host-connection.ts';
import { Identification } from './identification.ts';
import { identityPins, type IdentityPins, type StaffAct } from './identity-pins.ts';
import { judgedStatus, mayHaveChanged, refusalOf, type Known } from './known-device.ts';
import { ladderRunner, type LadderRunner, type OutOfService } from './ladder-runner.ts';
import { HOLDING_KINDS } from './recovery-ladder.table.ts';
import { Recovery } from './recovery.ts';
import { statusJournal, type StatusJournal } from './status-journal.ts';
import { stepBudget } from './step-budget.ts';

export function createDeviceManager(options: DeviceManagerOptions): DeviceManager {
  return new HostedDevices(options);
}

class HostedDevices implements DeviceManager {
  readonly #options: DeviceManagerOptions;
  readonly #inspectedListeners = listeners<void>();
  readonly #lostListeners = listeners<void>();
  readonly #statusListeners = listeners<StatusChange>();
  readonly #connection: HostConnection;
  readonly #told: StatusJournal;
  readonly #pins: IdentityPins;
  readonly #watch: DeviceWatch;
  readonly #recovery: Recovery;
  readonly #ladder: LadderRunner;
  readonly #devices = new Map<string, Known>();
  readonly #identification: Identification;
  #inspected = false;

  constructor(options: DeviceManagerOptions) {
    const { journal, clock } = options;
    this.#options = options;
    this.#connection = new HostConnection({
      ...options,
      onUp: (host, list) => this.#up(host, list),
      onLost: (why) => {
        this.#lost(why);
      },
    });
    this.#told = statusJournal(journal, clock);
    this.#pins = identityPins(journal, options.pins ?? {});
    this.#identification = new Identification({
      ...options,
      pins: this.#pins,
      host: () => this.host(),
      raw: (device) => this.#devices.get(device)?.raw,
      onKnown: (device, seen, fault) => {
        this.#identified(device, seen, fault);
      },
      onUnknown: (device) => {
        this.#judge(device);
      },
    });
    this.#watch = new DeviceWatch({
      ...options,
      onReleased: (device) => {
        this.#judge(device);
      },
    });
    const budget = stepBudget(journal, clock);
    this.#recovery = new Recovery({
      ...options,
      hands: options.hands ?? {},
      budget,
      devices: this.#devices,
      host: () => this.host(),
      holders: () => this.holders(),
      ask: (device) => this.#ask(device),
      identify: async (device) => {
        if (this.#devices.get(device)?.identity === 'unchecked') this.#identification.ask(device);
        await this.#identification.settled(device);
      },
      inspect: () => this.inspect(),
    });
    this.#ladder = ladderRunner({
      ...options,
      budget,
      patient: (device) => this.#devices.get(device),
      surroundings: (device) => this.#recovery.surroundings(device),
      isHostThere: () => this.host() !== undefined && this.isInspected(),
      isSupported: (rung) => this.#recovery.isSupported(rung),
      perform: (rung, device) => this.#recovery.perform(rung, device),
    });
  }

  start(): void {
    this.#connection.start();
  }

  stop(): void {
    this.#ladder.stop();
    this.#watch.stop();
    this.#identification.stop();
    this.#told.stop();
    this.#connection.stop();
  }

  host(): DeviceHostPort | undefined {
    return this.#connection.host;
  }

  isInspected(): boolean {
    // What a host that is about to end says is not built upon.
    return this.#inspected && !this.#recovery.isHostOrderedDown;
  }

  async inspect(): Promise<boolean> {
    const host = this.host();
    if (host === undefined) return false;
    const events: JournalEvent[] = [];
    await Promise.all(
      [...this.#devices.keys()].map(async (device) => {
        if (!(await this.#ask(device))) return;
        const status = this.#devices.get(device)?.status;
        if (status === undefined) return;
        const found = hasMedia(status) ? 'media' : null;
        events.push({
          kind: 'device-inspected',
          fields: { module: moduleOf(device), state: status.device, media: status.media ?? null, found },
        });
      }),
    );
    if (this.host() !== host) return false;
    if (events.length > 0) this.#options.journal.note(events);
    return true;
  }

  holders(): readonly string[] {
    return [...this.#devices]
      .filter(
        ([, known]) =>
          refusalOf(known) === undefined &&
          known.raw.source !== 'stale' &&
          HOLDING_KINDS.includes(known.kind) &&
          hasMedia(known.raw),
      )
      .map(([device]) => device);
  }

  putAwayFound(): Promise<boolean> {
    return this.#recovery.putAwayFound();
  }

  problemOf(kind: string): string | undefined {
    const ofKind = [...this.#devices].filter(([, known]) => known.kind === kind);
    if (ofKind.some(([device]) => this.#recovery.isBlocked(device))) return 'mediaInside';
    if (ofKind.length === 0) return this.#inspected ? 'noDevice' : 'starting';
    const problems = ofKind.map(
      ([device, known]) => this.#options.heldByStaff?.(device) ?? deviceProblem(known.status),
    );
    return problems.includes(undefined) ? undefined : problems[0];
  }

  refusalOf(device: string): Fault | undefined {
    const known = this.#devices.get(device);
    return known === undefined ? undefined : refusalOf(known);
  }

  acceptIdentity(device: string, by: StaffAct): Result<void, Fault> {
    const known = this.#devices.get(device);
    if (known?.description == null || typeof known.identity !== 'object')
      return err(faultOf('configuration', `${device}: no other device answers there`, 'configuration'));
    const accepted = this.#pins.accept(device, known.description, by);
    if (!accepted.ok) return accepted;
    this.#devices.set(device, { ...known, identity: 'right' });
    this.#judge(device);
    return ok(undefined);
  }

  releaseFraud(device: string, by: StaffAct): Result<void, Fault> {
    const known = this.#devices.get(device);
    if (known === undefined)
      return err(faultOf('configuration', `${device}: there is no such device`, 'configuration'));
    const released = this.#watch.fraud.release(device, known.raw, by);
    if (released.ok) this.#judge(device);
    return released;
  }

  heldForFraud(): readonly OutOfService[] {
    return this.#watch.fraud.held();
  }

  closedBecause(): Closed | undefined {
    const cabinets = [...this.#devices].flatMap(([device, { kind }]) => (kind === 'cabinet-io' ? [device] : []));
    return this.#watch.closedBecause(cabinets);
  }

  atRest(): void {
    for (const [device, { raw }] of this.#devices) {
      this.#watch.fraud.take(device, raw);
      if (raw.device === 'potentialFraud') this.#judge(device);
    }
  }

  outOfService(): readonly OutOfService[] {
    return this.#ladder.outOfService();
  }

  kindOf(device: string): string | undefined {
    return this.#devices.get(device)?.kind;
  }

  statuses(): readonly StatusChange[] {
    return [...this.#devices].map(([device, { status }]) => ({ device, status }));
  }

  birthDevices(): Birth['devices'] {
    return birthDevices(this.#devices);
  }

  modules(): Heartbeat['modules'] {
    return moduleStates(this.#devices);
  }

  supplies(): Heartbeat['supplies'] {
    return supplyLevels(this.#devices);
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

  async #up(host: DeviceHostPort, list: DeviceList): Promise<boolean> {
    this.#devices.clear();
    for (const { device, kind, status, description } of list.devices) {
      const raw: DeviceStatus = { ...status, source: 'stale' };
      this.#devices.set(device, { kind, description, raw, status: raw, identity: 'unchecked' });
    }
    host.onStatus((device, status) => {
      if (this.host() === host) this.#take(device, status);
    });
    if (!(await this.inspect())) return false;
    this.#inspected = true;
    this.#options.log.info({ devices: list.devices.length }, 'every device was looked at');
    this.#inspectedListeners.tell();
    for (const device of this.#devices.keys()) this.#ladder.look(device);
    return true;
  }

  /** Without its host a device may be in any state: everything is stale until it is asked again. */
  #lost(why: string): void {
    this.#inspected = false;
    this.#options.log.warn({ why }, 'the device host is gone');
    this.#options.journal.note([{ kind: 'process-ended', fields: { process: 'device-host', how: 'connection-lost' } }]);
    for (const [device, known] of this.#devices) {
      const raw: DeviceStatus = { ...known.raw, device: 'starting', source: 'stale' };
      this.#devices.set(device, { ...known, raw, identity: 'unchecked' });
      this.#judge(device);
    }
    this.#lostListeners.tell();
  }

  /** Asks one device how it is and, when it was away, who it is. @returns false: the host went away meanwhile */
  async #ask(device: string): Promise<boolean> {
    const host = this.host();
    const status = await host?.status(device, 0);
    if (status === undefined || this.host() !== host) return false;
    this.#take(device, status);
    await this.#identification.settled(device);
    return this.host() === host;
  }

  #take(device: string, raw: DeviceStatus): void {
    const known = this.#devices.get(device);
    // A device that the host did not list has no kind; the next list will name it.
    if (known === undefined) return;
    const isAway = mayHaveChanged(raw);
    const identity = isAway ? 'unchecked' : known.identity;
    if (isAway) this.#identification.forget(device);
    this.#devices.set(device, { ...known, raw, identity });
    this.#watch.take(device, known.kind, raw);
    // Before it is known who is back nothing is told of it.
    if (identity === 'unchecked' && raw.device === 'online') this.#identification.ask(device);
    else this.#judge(device);
  }

  #identified(device: string, description: Description, fault: Fault | undefined): void {
    const known = this.#devices.get(device);
    if (known === undefined) return;
    this.#devices.set(device, { ...known, description, identity: fault ?? 'right' });
    this.#judge(device);
  }

  /** Makes up core's mind about a device and tells everybody. */
  #judge(device: string): void {
    const known = this.#devices.get(device);
    if (known === undefined) return;
    const status = judgedStatus(known, this.#watch.holdsOn(device));
    this.#devices.set(device, { ...known, status });
    this.#recovery.seen(device);
    const problem = deviceProblem(status);
    this.#told.take(device, status, problem === undefined ? [] : this.#options.servicesNeeding(known.kind));
    this.#statusListeners.tell({ device, status });
    this.#ladder.look(device);
  }
}
