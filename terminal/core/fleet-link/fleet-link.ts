import type { CancelTimer, Clock, RandomBytes } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  decodePayload,
  evAckSchema,
  FLEET_TIMES,
  serverStateSchema,
  type Birth,
  type DownLeaf,
  type ServerState,
} from '@yimen/contracts/fleet';
import type { KeyAccess } from '@yimen/contracts/terminal';
import { tlsMaterial } from '../identity/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Outbox, OutboxStore } from '../outbox/index.ts';
import type { Log } from '../platform/logger.ts';
import { beatPayload, heartbeats, type BeatFacts, type Heartbeats } from './heartbeat.ts';
import { openLink, type LinkConnection } from './link-connection.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';
import { remoteRequests, twinReport, type RemoteRequests } from './remote-requests.ts';
import { serverTime, type ServerTime } from './server-time.ts';

export interface FleetLinkOptions {
  readonly url: string;
  readonly key: KeyAccess;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly birth: () => Pick<Birth, 'software' | 'services' | 'devices'>;
  readonly beat: () => BeatFacts;
  readonly onServerTime: (srv: number) => void;
}

/** The terminal's side of the fleet contract: one MQTT connection at a time, kept for ever. Services go on without it. */
export interface FleetLink {
  start(): void;
  /** Says goodbye within half a second. */
  stop(reason: string): Promise<void>;
  isUp(): boolean;
  /** Why there is no link; undefined while there is one, or before the first attempt ended. */
  trouble(): Fault | undefined;
  /** Something changed that dashboards should see. */
  changed(): void;
  /** Added to the wall clock it gives trusted time, milliseconds. */
  wallOffsetMs(): number;
}

/** How long a fresh batch waits for company, by `slowdown` (fleet contract §2.3). */
const LINGER_MS = [FLEET_TIMES.lingerMs, 1_000, 5_000, 30_000] as const;

export function createFleetLink(options: FleetLinkOptions): FleetLink {
  return new MqttFleetLink(options);
}

class MqttFleetLink implements FleetLink {
  readonly #options: FleetLinkOptions;
  readonly #time: ServerTime;
  readonly #beats: Heartbeats;
  readonly #requests: RemoteRequests;
  #connection: LinkConnection | undefined;
  #linkSession = 0;
  #trouble: Fault | undefined;
  #attempt = 0;
  #again: CancelTimer | undefined;
  #stopped = false;

  constructor(options: FleetLinkOptions) {
    const { clock, random, journal, log } = options;
    this.#options = options;
    this.#time = serverTime(clock, journal.boot, options.onServerTime);
    this.#beats = heartbeats(clock, random);
    this.#requests = remoteRequests({
      tid: journal.tid,
      journal,
      log,
      trustedWallMs: () => clock.wallMs() + this.#time.offsetMs(),
    });
  }

  start(): void {
    // The first CONNECT of a process goes at once: spreading is for the many that lose one server together.
    void this.#connect();
  }

  async stop(reason: string): Promise<void> {
    this.#stopped = true;
    this.#again?.();
    this.#beats.stop();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#options.outbox.unlinked();
    await connection?.leave(
      JSON.stringify({ v: 1, kind: 'leaving', linkSession: this.#linkSession, t: this.#time.stamp(), reason }),
    );
  }

  isUp(): boolean {
    return this.#connection !== undefined;
  }

  trouble(): Fault | undefined {
    return this.#trouble;
  }

  changed(): void {
    this.#beats.soon();
  }

  wallOffsetMs(): number {
    return this.#time.offsetMs();
  }

  async #connect(): Promise<void> {
    if (this.#stopped) return;
    const { url, key, journal, store, clock, log } = this.#options;
    const tls = tlsMaterial(key);
    const counted = store.nextLinkSession();
    if (!tls.ok || !counted.ok) {
      this.#later(!tls.ok ? tls.error : counted.ok ? undefined : counted.error);
      return;
    }
    const linkSession = counted.value;
    this.#linkSession = linkSession;
    const opened = await openLink({
      url,
      tls: tls.value,
      tid: journal.tid,
      linkSession,
      clock,
      birth: () => this.#birth(linkSession),
    });
    if (!opened.ok) {
      this.#later(opened.error);
      return;
    }
    if (this.#stopped) {
      await opened.value.leave(
        JSON.stringify({ v: 1, kind: 'leaving', linkSession, t: this.#time.stamp(), reason: 'stopping' }),
      );
      return;
    }
    log.info({ linkSession }, 'the fleet link is up');
    this.#up(opened.value, linkSession);
  }

  #up(connection: LinkConnection, linkSession: number): void {
    const { outbox, journal } = this.#options;
    this.#connection = connection;
    this.#trouble = undefined;
    this.#attempt = 0;
    void connection.closed.then((why) => {
      this.#down(connection, why);
    });
    journal.note([{ kind: 'link-state', fields: { state: 'up', linkSession } }]);
    outbox.linked({
      linkSession,
      time: () => this.#time.stamp(),
      send: (payload) => {
        connection.publish('ev', payload);
      },
    });
    connection.receive((from, text, isRetained) => {
      this.#take(from, text, isRetained);
    });
    connection.publish('twin', JSON.stringify(twinReport({ linkSession, t: this.#time.stamp() }, [])));
    this.#beats.start((n) => {
      connection.publish('hb', beatPayload({ v: 1, linkSession, n, t: this.#time.stamp(), ...this.#options.beat() }));
    });
  }

  #down(connection: LinkConnection, why: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#beats.stop();
    this.#options.outbox.unlinked();
    this.#options.journal.note([{ kind: 'link-state', fields: { state: 'down', linkSession: this.#linkSession } }]);
    this.#options.log.warn({ linkSession: this.#linkSession, why }, 'the fleet link is down');
    this.#later(undefined);
  }

  #later(fault: Fault | undefined): void {
    if (this.#stopped) return;
    if (fault !== undefined && fault.code !== this.#trouble?.code) this.#options.log.warn({ fault }, 'no fleet link');
    this.#trouble = fault ?? this.#trouble;
    const { store, random, clock } = this.#options;
    const delayMs = reconnectDelayMs(this.#attempt, store.reconnectSpreadSec(), random);
    this.#attempt += 1;
    this.#again = clock.after(delayMs, () => {
      void this.#connect();
    });
  }

  #birth(linkSession: number): Readonly<Record<string, unknown>> {
    const { journal, birth } = this.#options;
    return {
      v: 1,
      kind: 'birth',
      linkSession,
      epoch: journal.epoch,
      t: this.#time.stamp(),
      ...birth(),
      twinVer: 0,
      lastCounter: 0,
    };
  }

  #take(from: DownLeaf | 'state', text: string, isRetained: boolean): void {
    switch (from) {
      case 'ev-ack':
        this.#ack(text);
        return;
      case 'state':
        this.#serverState(text, isRetained);
        return;
      case 'cmd':
        this.#reply(this.#requests.command(text));
        return;
      case 'job':
        this.#reply(this.#requests.job(text));
        return;
      case 'twin':
        this.#reply(this.#requests.twin(text, { linkSession: this.#linkSession, t: this.#time.stamp() }));
    }
  }

  #ack(text: string): void {
    const ack = decodePayload(text, evAckSchema);
    if (!ack.ok) {
      this.#options.log.warn({ fault: ack.error }, 'an ack does not fit the contract');
      return;
    }
    this.#time.heard(ack.value.srv);
    this.#options.outbox.acked(ack.value);
  }

  #serverState(text: string, isRetained: boolean): void {
    const state = decodePayload(text, serverStateSchema);
    if (!state.ok) {
      this.#options.log.warn({ fault: state.error }, 'the server’s state does not fit the contract');
      return;
    }
    // A retained state may be hours old: its time is no clock.
    if (!isRetained && state.value.online) this.#time.heard(state.value.at);
    this.#follow(state.value);
  }

  #follow(state: ServerState): void {
    // Lost, it only costs a wider spread at the next reconnect.
    void this.#options.store.keepReconnectSpread(state.reconnectSpreadSec);
    this.#options.outbox.setLinger(LINGER_MS[state.slowdown] ?? FLEET_TIMES.lingerMs);
    this.#beats.terms(state);
  }

  #reply(reply: ReturnType<RemoteRequests['command']>): void {
    if (reply !== undefined) this.#connection?.publish(reply.leaf, JSON.stringify(reply.payload));
  }
}
