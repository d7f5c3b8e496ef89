import { hallIdSchema, terminalIdSchema, type Clock } from '@yimen/contracts/base';
import { opensBy, placeChain } from '@yimen/contracts/service';
import type { CoreStart, KeyAccess } from '@yimen/contracts/terminal';
import type { DeviceManager } from './device-manager/index.ts';
import type { BeatFacts, FleetLink, NeighbourHalls } from './fleet-link/index.ts';
import type { Outbox } from './outbox/index.ts';
import { offeredServices, shanghaiDay, type OfferedService, type ReleaseStore } from './service-store/index.ts';
import type { AssignmentGround, SessionSupervisor, TerminalCondition } from './session-supervisor/index.ts';
import type { StaffDesk } from './staff/index.ts';
import type { TouchDesk } from './touch-desk/index.ts';
import type { SceneFacts, UiGateway } from './ui-gateway/index.ts';

/** Modules that a heartbeat may name (fleet contract §2.3). */
const BEAT_MODULES = 32;
/** Characters of a reason there. */
const WHY_LENGTH = 48;

/** The rooms of a running core that are asked what the terminal is. */
export interface CoreRooms {
  readonly start: CoreStart;
  readonly key: KeyAccess;
  readonly clock: Clock;
  readonly releases: ReleaseStore;
  readonly outbox: Outbox;
  readonly devices: DeviceManager;
  readonly supervisor: SessionSupervisor;
  readonly staff: StaffDesk;
  readonly touch: TouchDesk;
  readonly link: FleetLink;
  readonly halls: NeighbourHalls;
  readonly load: () => BeatFacts['sys'];
  /** Open only while core runs. */
  readonly gateway: () => UiGateway | undefined;
}

/** What the terminal is at this moment, and since when. */
export interface CoreState {
  readonly condition: TerminalCondition;
  readonly since: { readonly wall: number; readonly mono: number };
}

/** The terminal as sessions, page, fleet and staff each see it: the same facts, in their words. Changes nothing. */
export class CoreViews {
  readonly #rooms: CoreRooms;

  constructor(rooms: CoreRooms) {
    this.#rooms = rooms;
  }

  isBusy(): boolean {
    return this.#rooms.supervisor.active() !== undefined;
  }

  offered(): OfferedService[] {
    const { start, clock, link, releases, devices, touch } = this.#rooms;
    const { town, hallId, demo } = start;
    const wallMs = clock.wallMs() + link.wallOffsetMs();
    return offeredServices(releases.services(), {
      problemOf: (kind) => devices.problemOf(kind),
      allOff: touch.isOut() ? 'touchScreen.hardwareError' : undefined,
      places: placeChain(town, hallId),
      date: shanghaiDay(wallMs),
      wallMs,
      demo,
    });
  }

  /** What a new session is told of the place. */
  ground(): AssignmentGround {
    const { start, key, releases, gateway, halls, link } = this.#rooms;
    const { tid, hallId, town, hallZh, hallEn, hotline, demo, servicesDir, gatewayUrl } = start;
    return {
      terminal: { tid: terminalIdSchema.parse(tid), hallId: hallIdSchema.parse(hallId), town, hallZh, hallEn, hotline },
      demo,
      servicesDir,
      installed: { ...releases.installed() },
      services: this.offered(),
      gateway: { url: gatewayUrl, key },
      pageOrigins: [...(gateway()?.origins ?? [])],
      halls: [...halls.halls()],
      wallOffsetMs: link.wallOffsetMs(),
    };
  }

  /** What the page shows while no session has it. */
  scene({ condition, since }: CoreState): SceneFacts {
    const { start, clock, supervisor, halls } = this.#rooms;
    const { hallZh, hallEn, hotline, demo } = start;
    return {
      condition,
      sinceWallMs: since.wall,
      elapsedMs: clock.monoMs() - since.mono,
      recovery: supervisor.recovery(),
      offered: this.offered(),
      hall: { zh: hallZh, en: hallEn },
      hotline,
      halls: halls.halls(),
      demo,
    };
  }

  /** What the fleet is told every minute. */
  beat({ condition }: CoreState): BeatFacts {
    const { devices, outbox, load } = this.#rooms;
    return {
      state: condition.state,
      busy: this.isBusy(),
      // A service that is closed at its own hours is nothing that staff would look into.
      off: this.#off().filter(({ why }) => opensBy(why) === undefined),
      modules: this.modules(),
      supplies: devices.supplies(),
      outbox: outbox.backlog(),
      sys: load(),
    };
  }

  /** What the fleet's contract takes of the list. */
  modules(): BeatFacts['modules'] {
    const { touch, devices } = this.#rooms;
    return [...touch.modules(), ...devices.modules()].slice(0, BEAT_MODULES);
  }

  /** For people beside the machine, and for tests (`/status.json`). */
  status({ condition }: CoreState): unknown {
    const { supervisor, link, outbox, devices, touch, staff } = this.#rooms;
    const session = supervisor.active();
    return {
      state: condition.state,
      why: condition.why,
      off: this.#off(),
      sessionActive: session !== undefined,
      session:
        session === undefined
          ? null
          : { sessionId: session.sessionId, purpose: session.purpose, listening: session.page !== undefined },
      lastSession: supervisor.lastSession() ?? null,
      recovery: supervisor.recovery(),
      link: link.isUp() ? 'up' : 'down',
      outboxRows: outbox.backlog().rows,
      acknowledgedSeq: outbox.cursor(),
      outOfService: devices.outOfService(),
      heldForFraud: devices.heldForFraud(),
      touch: touch.fault()?.what ?? null,
      staff: staff.presence(),
      devices: devices.statuses().map(({ device, status }) => ({
        device,
        state: status.device,
        media: status.media ?? null,
        source: status.source,
        fault: status.fault?.code ?? null,
      })),
    };
  }

  #off(): { service: string; why: string }[] {
    return this.offered()
      .filter((service) => service.state === 'off')
      .map(({ id, why }) => ({ service: id, why: (why ?? 'unknown').slice(0, WHY_LENGTH) }));
  }
}
