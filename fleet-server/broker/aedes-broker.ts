import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes';
import { ok, type Clock, type Result } from '@yimen/contracts/base';
import type {
  BrokerFault,
  BrokerOptions,
  BrokerPort,
  LinkHandler,
  PeerIdentity,
  PublishHandler,
  Refusal,
} from './broker-port.ts';
import { connectAsked } from './connect-asked.ts';
import { DeviceListener } from './device-listener.ts';
import { BROKER_LIMITS } from './limits.table.ts';
import { LinkStream } from './link-stream.ts';
import { TerminalRights } from './terminal-rights.ts';
import { TokenBucket } from './token-bucket.ts';

/** One link from its handshake to its end. */
interface Link {
  readonly peer: PeerIdentity;
  readonly stream: LinkStream;
  readonly rights: TerminalRights;
  readonly bucket: TokenBucket;
  /** Monotonic time since which messages have had to wait without a pause. */
  floodSince: number | undefined;
  refusedSubscriptions: number;
  /** Deliveries that the terminal has not acknowledged; not counted once it has subscribed at QoS 0. */
  outgoing: number;
  acknowledges: boolean;
  connectRefusal: string | undefined;
}

/** The embedded broker: aedes behind our own TLS listener, our own rights and our own limits (fleet design §3).
 *  aedes writes a PUBACK after `authorizePublish` and before anything else happens, so the handler runs there. */
export async function createAedesBroker(options: BrokerOptions): Promise<BrokerPort> {
  const broker = new AedesBroker(options);
  await broker.prepare();
  return broker;
}

class AedesBroker implements BrokerPort {
  readonly #options: BrokerOptions;
  readonly #clock: Clock;
  readonly #listener: DeviceListener;
  /** By stream: the engine knows a link by the stream it was given. */
  readonly #links = new WeakMap<object, Link>();
  /** Links past CONNACK, by terminal. */
  readonly #clients = new Map<string, Client>();
  #aedes: Aedes | undefined;
  #onPublish: PublishHandler = () => Promise.resolve(ok(undefined));
  #onLink: LinkHandler = () => undefined;
  #onRefusal: (refusal: Refusal) => void = () => undefined;
  #cancelSweep: () => void = () => undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#listener = new DeviceListener(options);
  }

  async prepare(): Promise<void> {
    const aedes = await Aedes.createBroker({
      connectTimeout: BROKER_LIMITS.connectMs,
      drainTimeout: BROKER_LIMITS.drainMs,
      maxTopicLevels: BROKER_LIMITS.topicLevels,
      maxInflightInbound: 1,
      preConnect: (client, packet, done) => this.#judgeConnect(client, packet, done),
      authenticate: (client, _name, _password, done) => void this.#admit(client, done),
      authorizePublish: (client, packet, done) => void this.#take(client, packet).then(done),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#maySubscribe(client, subscription) ? subscription : null),
      authorizeForward: (client, packet) => (this.#mayDeliver(client, packet.qos) ? packet : null),
    });
    aedes.on('client', (client) => this.#begin(client));
    aedes.on('clientDisconnect', (client) => this.#end(client));
    aedes.on('ack', (_packet, client) => this.#acknowledged(client));
    // The engine closes the link itself; a listener keeps its error from ending the process.
    aedes.on('clientError', () => undefined);
    aedes.on('connectionError', () => undefined);
    this.#aedes = aedes;
    this.#listener.onRefusal((refusal) => this.#onRefusal(refusal));
    this.#listener.onPeer((socket, peer) => {
      const stream = new LinkStream(socket, () => this.#refuse(peer, 'LINK_OVERSIZE', 'packet'));
      this.#links.set(stream, {
        peer,
        stream,
        rights: new TerminalRights(peer.tid),
        bucket: new TokenBucket(BROKER_LIMITS.messagesPerSecond, BROKER_LIMITS.messageBurst, this.#clock.monoMs()),
        floodSince: undefined,
        refusedSubscriptions: 0,
        outgoing: 0,
        acknowledges: true,
        connectRefusal: undefined,
      });
      aedes.handle(stream);
    });
  }

  onPublish(handler: PublishHandler): void {
    this.#onPublish = handler;
  }

  onLink(handler: LinkHandler): void {
    this.#onLink = handler;
  }

  onRefusal(handler: (refusal: Refusal) => void): void {
    this.#onRefusal = handler;
  }

  async start(): Promise<Result<{ readonly port: number }, BrokerFault>> {
    const listening = await this.#listener.listen();
    if (listening.ok) this.#sweep();
    return listening;
  }

  async stop(): Promise<void> {
    this.#cancelSweep();
    this.#listener.close();
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(BROKER_LIMITS.stopMs, resolve);
      this.#aedes?.close(() => {
        cancel();
        resolve();
      });
    });
  }

  publish(topic: string, payload: string, options: { readonly qos: 0 | 1; readonly retain: boolean }): Promise<void> {
    return new Promise((resolve) => {
      // A delivery that fails has closed its own link; the publisher has nothing to do about it.
      this.#aedes?.publish({ cmd: 'publish', dup: false, topic, payload, ...options }, () => resolve());
    });
  }

  kick(tid: string): Promise<void> {
    const client = this.#clients.get(tid);
    return client === undefined ? Promise.resolve() : new Promise((resolve) => client.close(resolve));
  }

  /** Before the name of the client exists for the engine: a refused CONNECT must not touch the link that stands. */
  #judgeConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, successful: boolean) => void): void {
    const link = this.#links.get(client.conn);
    if (link === undefined) return done(new Error('link without certificate'), false);
    link.connectRefusal = link.rights.connectRefusal(connectAsked(packet));
    done(null, true);
  }

  async #admit(
    client: Client,
    done: (error: AuthenticateError | null, successful: boolean | null) => void,
  ): Promise<void> {
    const link = this.#links.get(client.conn);
    const refusal =
      link === undefined
        ? 'no link'
        : (link.connectRefusal ?? ((await this.#isAllowed(link.peer)) ? undefined : 'not on the allow-list'));
    if (link !== undefined && refusal !== undefined) this.#refuse(link.peer, 'LINK_REFUSED', refusal);
    done(null, refusal === undefined);
  }

  /** A list that cannot be read refuses (trust design §4). */
  async #isAllowed(peer: PeerIdentity): Promise<boolean> {
    try {
      return await this.#options.isAllowed(peer);
    } catch {
      return false;
    }
  }

  /** One PUBLISH or will. @returns what closes the link, or null. */
  async #take(client: Client | null, packet: PublishPacket): Promise<Error | null> {
    const link = client === null ? undefined : this.#links.get(client.conn);
    if (client === null || link === undefined) return new Error('no link');
    const payload = Buffer.from(packet.payload);
    const judged = link.rights.publishLeaf(packet.topic, {
      qos: packet.qos,
      retain: packet.retain,
      bytes: payload.length,
    });
    if ('refusal' in judged) {
      this.#refuse(link.peer, 'LINK_TOPIC', judged.refusal);
      return new Error(judged.refusal);
    }
    // The engine hands a will on when its link is closed already; nothing of it may be held back.
    const will = client.closed;
    if (!will && !(await this.#waitForTurn(link))) return new Error('flood');
    try {
      const taken = await this.#onPublish(link.peer, {
        topic: packet.topic,
        leaf: judged.leaf,
        payload,
        retain: packet.retain,
        will,
      });
      return taken.ok ? null : new Error(taken.error.code);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Holds a message back until its sender may send again; its socket is not read meanwhile. */
  async #waitForTurn(link: Link): Promise<boolean> {
    const now = this.#clock.monoMs();
    const waitMs = link.bucket.take(now);
    if (waitMs === 0) {
      link.floodSince = undefined;
      return true;
    }
    link.floodSince ??= now;
    if (now + waitMs - link.floodSince > BROKER_LIMITS.floodMs) {
      this.#refuse(link.peer, 'LINK_REFUSED', 'flood');
      return false;
    }
    await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
    return true;
  }

  #maySubscribe(client: Client, subscription: Subscription): boolean {
    const link = this.#links.get(client.conn);
    if (link?.rights.maySubscribe(subscription.topic) === true) {
      if (subscription.qos === 0) link.acknowledges = false;
      return true;
    }
    if (link !== undefined) {
      this.#refuse(link.peer, 'LINK_TOPIC', 'subscription');
      link.refusedSubscriptions += 1;
      if (link.refusedSubscriptions >= BROKER_LIMITS.refusedSubscriptions) link.stream.destroy();
    }
    return false;
  }

  #mayDeliver(client: Client, qos: number): boolean {
    const link = this.#links.get(client.conn);
    if (link === undefined) return false;
    if (link.outgoing >= BROKER_LIMITS.outgoingMessages || link.stream.waitingBytes > BROKER_LIMITS.outgoingBytes) {
      this.#refuse(link.peer, 'LINK_REFUSED', 'does not read');
      link.stream.destroy();
      return false;
    }
    if (qos > 0 && link.acknowledges) link.outgoing += 1;
    return true;
  }

  #acknowledged(client: Client): void {
    const link = this.#links.get(client.conn);
    if (link !== undefined) link.outgoing = Math.max(0, link.outgoing - 1);
  }

  #begin(client: Client): void {
    this.#clients.set(client.id, client);
    this.#onLink({ tid: client.id, up: true });
    void this.#lookAgain(client);
  }

  /** A key revoked between the first look at the list and now was no live link yet, so nobody kicked it. */
  async #lookAgain(client: Client): Promise<void> {
    const link = this.#links.get(client.conn);
    if (link === undefined || (await this.#isAllowed(link.peer))) return;
    this.#refuse(link.peer, 'LINK_REFUSED', 'not on the allow-list any more');
    client.close();
  }

  #end(client: Client): void {
    if (this.#clients.get(client.id) === client) this.#clients.delete(client.id);
    this.#onLink({ tid: client.id, up: false });
  }

  #refuse(peer: PeerIdentity, code: string, detail: string): void {
    this.#onRefusal({ tid: peer.tid, address: peer.address, code, detail });
  }

  /** A certificate that ends while its link stands ends the link. */
  #sweep(): void {
    this.#cancelSweep = this.#clock.after(BROKER_LIMITS.sweepMs, () => {
      const now = this.#clock.wallMs();
      for (const client of this.#clients.values()) {
        const link = this.#links.get(client.conn);
        if (link === undefined || link.peer.notAfterMs > now) continue;
        this.#refuse(link.peer, 'CERT_EXPIRED', 'the certificate ended');
        client.close();
      }
      this.#sweep();
    });
  }
}
