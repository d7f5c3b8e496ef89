import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { CoreStart, KeyAccess } from '@yimen/contracts/terminal';
import { connectDeviceHost } from '@yimen/device-adapters/host-client';
import { CoreViews, type CoreState } from './core-views.ts';
import { createDeviceManager, type DeviceManager } from './device-manager/index.ts';
import {
  createFleetLink,
  fleetAcceptances,
  neighbourHalls,
  type FleetAcceptances,
  type FleetLink,
  type NeighbourHalls,
} from './fleet-link/index.ts';
import type { Journal } from './journal/index.ts';
import { CORE_LIMITS } from './limits.table.ts';
import { createOutbox, type Outbox, type OutboxStore } from './outbox/index.ts';
import { watchClock } from './platform/clock-watch.ts';
import { faultOf } from './platform/fault.ts';
import type { Log } from './platform/logger.ts';
import { systemRandom } from './platform/random.ts';
import { systemLoad } from './platform/system-load.ts';
import { TERMINAL_VERSION } from './platform/version.ts';
import { offerSummary, openReleases, servicesNeeding, type ReleaseStore } from './service-store/index.ts';
import {
  lastOperationStore,
  launcherClient,
  sessionProcesses,
  sessionSupervisor,
  terminalState,
  type SessionSupervisor,
  type LauncherClient,
  type ProcessTrouble,
} from './session-supervisor/index.ts';
import { openConsoleServer, type ConsoleServer } from './staff/console/index.ts';
import { readStaffList, staffDesk, type StaffDesk } from './staff/index.ts';
import { touchDesk, type TouchDesk } from './touch-desk/index.ts';
import { openUiGateway, type UiGateway } from './ui-gateway/index.ts';
import { createUpkeep, type Upkeep } from './upkeep/index.ts';

/** The socket in `runDir` at which core waits for its session processes: whoever launches them tells them. */
export const CORE_SOCKET_NAME = 'core.sock';

/** A running core. */
export interface Core {
  readonly uiPort: number;
  /** The staff console's; undefined: this terminal has none. */
  readonly staffPort: number | undefined;
  /** Lets everything go; session processes end by themselves when core's socket closes. */
  stop(): Promise<void>;
}

/** What must be open before anything else is. */
export interface OpenRecord {
  readonly journal: Journal;
  readonly store: OutboxStore;
}

/** What the world gives. */
export interface Given {
  readonly clock: Clock;
  readonly log: Log;
  readonly endCore: () => void;
}

/** Core's rooms joined: each is given what it needs of the others, and what one says is heard by those it concerns. */
export class ComposedCore implements Core {
  uiPort = 0;
  staffPort: number | undefined;
  readonly #start: CoreStart;
  readonly #journal: Journal;
  readonly #store: OutboxStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #launcher: LauncherClient;
  readonly #releases: ReleaseStore;
  readonly #outbox: Outbox;
  readonly #devices: DeviceManager;
  readonly #processes;
  readonly #supervisor: SessionSupervisor;
  readonly #staff: StaffDesk;
  readonly #touch: TouchDesk;
  readonly #link: FleetLink;
  readonly #halls: NeighbourHalls;
  readonly #acceptances: FleetAcceptances;
  readonly #upkeep: Upkeep;
  readonly #views: CoreViews;
  readonly #stopWatching: (() => void)[] = [];
  #gateway: UiGateway | undefined;
  #console: ConsoleServer | undefined;
  #tick: CancelTimer = () => undefined;
  #releaseTick: CancelTimer = () => undefined;
  #state: CoreState;
  #told = '';
  /** The session that was asked to end, because of the power or for staff. */
  #wrappedUp: string | undefined;

  constructor(start: CoreStart, key: KeyAccess, record: OpenRecord, given: Given) {
    const { journal, store } = record;
    const { clock, log, endCore } = given;
    const random = systemRandom;
    this.#start = start;
    this.#journal = journal;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#state = {
      condition: { state: 'outOfService', why: 'devices' },
      since: { wall: clock.wallMs(), mono: clock.monoMs() },
    };
    this.#releases = openReleases({ shippedDir: start.servicesDir, dataDir: start.dataDir, journal, log });
    this.#outbox = createOutbox({ journal, store, clock, log });
    const hello = { call: 'hello', role: 'core', key: start.deviceHost.coreKey } as const;
    const connect = (): ReturnType<typeof connectDeviceHost> =>
      connectDeviceHost({ socketPath: start.deviceHost.socketPath, hello, clock });
    const launcher = launcherClient({ ...start.launcher, clock, log });
    this.#launcher = launcher;
    this.#devices = createDeviceManager({
      connect,
      journal,
      clock,
      random,
      log,
      servicesNeeding: (kind) => servicesNeeding(this.#releases.services(), kind),
      // A hand inside is no fault of the device: while staff work there nothing is moved by core, and nothing suspected.
      isSessionRunning: () => this.#views.isBusy() || this.#staff.presence() === 'inside',
      heldByStaff: (device) => this.#staff.heldOut(device),
      workOrder: () => this.#staff.workOrder(),
      pins: start.pins,
      hands: { restartHost: async () => ((await launcher.restartDeviceHost()) ? 'done' : 'notDone') },
    });
    this.#processes = sessionProcesses({
      socketPath: `${start.runDir}/${CORE_SOCKET_NAME}`,
      launcher,
      clock,
      random,
      log,
    });
    this.#supervisor = sessionSupervisor({
      journal,
      devices: this.#devices,
      processes: this.#processes,
      launcher,
      lastOperation: lastOperationStore(start.dataDir),
      deviceHostSocket: start.deviceHost.socketPath,
      ground: () => this.#views.ground(),
      staff: () => this.#staff.presence(),
      onCitizenEnded: (end) => {
        this.#touch.sessionEnded(end);
      },
      clock,
      random,
      log,
    });
    this.#touch = this.#makeTouch();
    this.#staff = this.#makeStaff(random);
    this.#link = createFleetLink({
      url: start.mqttUrl,
      key,
      journal,
      outbox: this.#outbox,
      store,
      clock,
      random,
      log,
      birth: () => ({
        software: { terminal: TERMINAL_VERSION, image: 'development', contract: [1] },
        services: this.#releases.services().packages.map(({ id, release }) => ({ id, release })),
        devices: this.#devices.birthDevices(),
      }),
      beat: () => this.#views.beat(this.#state),
      onServerTime: (srv) => {
        this.#supervisor.tell({ event: 'serverTime', srv });
      },
    });
    const { gatewayUrl } = start;
    this.#halls = neighbourHalls({ gatewayUrl, key, clock, log });
    this.#acceptances = fleetAcceptances({
      gatewayUrl,
      key,
      clock,
      log,
      isAnyOpen: () => this.#staff.hasOpenVariance(),
      take: (acceptances) => {
        this.#staff.fleetAccepted(acceptances);
      },
    });
    this.#upkeep = this.#makeUpkeep(endCore);
    this.#views = new CoreViews({
      ...{ start, key, clock, releases: this.#releases, outbox: this.#outbox, devices: this.#devices },
      ...{ supervisor: this.#supervisor, staff: this.#staff, touch: this.#touch, link: this.#link, halls: this.#halls },
      load: systemLoad(start.dataDir),
      gateway: () => this.#gateway,
    });
  }

  #makeUpkeep(endCore: () => void): Upkeep {
    return createUpkeep({
      journal: this.#journal,
      clock: this.#clock,
      log: this.#log,
      wallMs: () => this.#clock.wallMs() + this.#link.wallOffsetMs(),
      isIdle: () => this.#isIdle() && this.#staff.presence() === 'none',
      restartHost: () => this.#launcher.restartDeviceHost(),
      endCore,
    });
  }

  async start(): Promise<Result<void, Fault>> {
    const { uiDir, uiPort: port, demo } = this.#start;
    const booted = this.#journal.append([{ kind: 'booted', fields: { reason: 'start' } }, ...this.#releases.atStart()]);
    if (!booted.ok) return booted;
    const gateway = await openUiGateway({
      uiDir,
      port,
      demo,
      supervisor: this.#supervisor,
      scene: () => this.#views.scene(this.#state),
      health: () => ({ state: this.#state.condition.state, ready: true }),
      status: () => this.#views.status(this.#state),
      onTouchTrouble: ({ sign }) => {
        this.#log.warn({ sign }, 'the page says that its touch screen acts by itself');
        // Staff wipe and test it: what it does under their hands says nothing. The page tells it again when it goes on.
        if (this.#staff.presence() === 'none') this.#touch.ghostSeen();
      },
      clock: this.#clock,
      random: systemRandom,
      log: this.#log,
    });
    if (!gateway.ok) return gateway;
    this.#gateway = gateway.value;
    this.uiPort = gateway.value.port;
    const console = await this.#openConsole();
    if (!console.ok) return console;
    const listening = await this.#processes.start();
    if (!listening.ok) return listening;
    this.#watch();
    this.#staff.start();
    this.#devices.start();
    this.#supervisor.start();
    this.#link.start();
    this.#halls.start();
    this.#acceptances.start();
    this.#upkeep.start();
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#tick();
    this.#releaseTick();
    for (const stop of this.#stopWatching) stop();
    this.#staff.stop();
    this.#supervisor.stop();
    this.#halls.stop();
    this.#acceptances.stop();
    this.#upkeep.stop();
    await Promise.all([
      this.#gateway?.close(),
      this.#console?.close(),
      this.#link.stop('stopping'),
      this.#processes.stop(),
    ]);
    this.#outbox.stop();
    this.#devices.stop();
    this.#store.close();
    this.#journal.close();
  }

  #makeTouch(): TouchDesk {
    return touchDesk({
      journal: this.#journal,
      clock: this.#clock,
      services: () => this.#releases.services().packages.map(({ id }) => id),
      isCitizenThere: () => this.#supervisor.active()?.purpose === 'citizen',
      onChange: () => {
        this.#judge();
      },
    });
  }

  #makeStaff(random: typeof systemRandom): StaffDesk {
    const { tid, hallZh, hallEn, demo, staff } = this.#start;
    const missing = faultOf('configuration', 'this terminal has no staff list', 'configuration');
    return staffDesk({
      terminal: { tid, zh: hallZh, en: hallEn, demo },
      journal: this.#journal,
      devices: this.#devices,
      touch: this.#touch,
      clock: this.#clock,
      random,
      log: this.#log,
      list: () => (staff === undefined ? err(missing) : readStaffList(staff.listFile)),
      citizen: () => (this.#views.isBusy() ? 'there' : this.#supervisor.isCalm() ? 'none' : 'settling'),
      wrapUp: () => {
        this.#wrapUpOnce('staff');
      },
      rest: () => {
        // What a device says from now on was done by nobody who was signed in.
        this.#devices.atRest();
        this.#supervisor.look();
      },
    });
  }

  async #openConsole(): Promise<Result<void, Fault>> {
    const { staff } = this.#start;
    if (staff === undefined) return ok(undefined);
    const opened = await openConsoleServer({
      ...staff,
      desk: this.#staff,
      clock: this.#clock,
      random: systemRandom,
      log: this.#log,
    });
    if (!opened.ok) return opened;
    this.#console = opened.value;
    this.staffPort = opened.value.port;
    return ok(undefined);
  }

  #watch(): void {
    const changed = (): void => {
      this.#judge();
    };
    this.#stopWatching.push(
      this.#devices.onStatus(changed),
      this.#devices.onStatus(() => {
        this.#heedPower();
      }),
      this.#devices.onInspected(changed),
      this.#devices.onLost(changed),
      this.#processes.onChange(changed),
      this.#staff.onChange(changed),
      this.#supervisor.onChange(() => {
        if (!this.#views.isBusy()) this.#devices.atRest();
        this.#staff.look();
        this.#heedPower();
        this.#judge();
      }),
      this.#journal.onTrouble(changed),
      this.#journal.onDamage((finding) => {
        this.#log.error({ finding }, 'the journal is damaged among its older rows; the next start cuts it');
        this.#upkeep.wish({ process: 'core', why: 'journal', rssMb: null });
      }),
      this.#launcher.onTrouble((trouble) => {
        this.#heedTrouble(trouble);
      }),
      watchClock(this.#clock, (jump) => {
        this.#journal.note([{ kind: 'clock-jumped', fields: jump }]);
      }),
    );
    const tick = (): void => {
      this.#tick = this.#clock.after(CORE_LIMITS.journalRetryMs, tick);
      this.#tryJournal();
      this.#touch.retry();
      this.#judge();
    };
    this.#tick = this.#clock.after(CORE_LIMITS.journalRetryMs, tick);
    const lookAtReleases = (): void => {
      this.#releaseTick = this.#clock.after(CORE_LIMITS.releaseLookMs, lookAtReleases);
      this.#tendReleases();
    };
    lookAtReleases();
    this.#judge();
  }

  /** A new release comes into force between two citizens: no session, none beginning, nothing of one still open. */
  #tendReleases(): void {
    if (this.#releases.look(() => this.#isIdle())) this.#judge();
  }

  #isIdle(): boolean {
    return (
      this.#supervisor.isCalm() &&
      this.#supervisor.recovery().state === 'none' &&
      this.#journal.trouble() === undefined &&
      this.#journal.reader.unfinishedSessions().length === 0
    );
  }

  #heedTrouble(trouble: ProcessTrouble): void {
    this.#log.warn(trouble, 'a process is in trouble');
    const { process } = trouble;
    if (trouble.event === 'processHung')
      this.#journal.note([{ kind: 'process-restarted', fields: { process, why: 'hung', rssMb: null } }]);
    // A session ends with its citizen.
    else if (process !== 'session') this.#upkeep.wish({ process, why: 'grown', rssMb: trouble.rssMb });
  }

  /** Before the battery is empty a citizen has everything back; what is being settled goes on (faults F56). */
  #heedPower(): void {
    if (this.#devices.closedBecause() === 'powerLow') this.#wrapUpOnce('power');
  }

  #wrapUpOnce(why: 'power' | 'staff'): void {
    const session = this.#supervisor.active();
    if (session?.purpose !== 'citizen' || session.sessionId === this.#wrappedUp) return;
    this.#wrappedUp = session.sessionId;
    this.#supervisor.wrapUp(why);
  }

  /** A journal that failed is tried with a row that says so; when it takes it, everything is looked at again. */
  #tryJournal(): void {
    if (this.#journal.trouble() === undefined) return;
    const tried = this.#journal.append([
      { kind: 'recovery-step', fields: { module: 'journal', rung: 'append', outcome: 'done' } },
    ]);
    if (tried.ok) this.#supervisor.look();
  }

  /** Decides anew what the terminal is; tells the page and the fleet when that differs. */
  #judge(): void {
    const offered = this.#views.offered();
    const condition = terminalState({
      maintenance: this.#staff.presence() !== 'none',
      journal: this.#journal.trouble() === undefined ? 'works' : 'fails',
      recovery: this.#supervisor.recovery().state,
      devices: this.#devices.isInspected() ? 'inspected' : 'unseen',
      cabinet: this.#devices.closedBecause(),
      touch: this.#touch.isOut() ? 'faulty' : 'works',
      sessions: this.#processes.isReady() ? 'ready' : 'missing',
      ...offerSummary(offered),
    });
    if (condition.state !== this.#state.condition.state || condition.why !== this.#state.condition.why) {
      this.#log.info({ from: this.#state.condition, to: condition }, 'the terminal changes its state');
      this.#state = { condition, since: { wall: this.#clock.wallMs(), mono: this.#clock.monoMs() } };
    }
    const told = JSON.stringify([condition, offered, this.#views.isBusy(), this.#views.modules()]);
    if (told !== this.#told) this.#link.changed();
    this.#told = told;
    this.#gateway?.refresh();
  }
}
