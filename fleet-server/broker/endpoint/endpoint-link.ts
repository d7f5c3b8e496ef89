import type { Socket } from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet';
import type { Clock, Result } from '@yimen/contracts/base';
import type { UpLeaf } from '@yimen/contracts/fleet';
import type { PeerIdentity, UpMessage } from '../broker-port.ts';
import { connectAsked, RETURN, returnCodeOf } from '../connect-asked.ts';
import { BROKER_LIMITS } from '../limits.table.ts';
import { TerminalRights } from '../terminal-rights.ts';
import { TokenBucket } from '../token-bucket.ts';
import { AckOrder } from './ack-order.ts';
import { PacketReader, type Read } from './packet-reader.ts';

/** What a link asks of the endpoint it belongs to. */
export interface LinkHost {
  readonly clock: Clock;
  /** Whether it may come in; afterwards it stands, and no other of its name. */
  admit(link: EndpointLink): Promise<boolean>;
  take(link: EndpointLink, message: UpMessage): Promise<Result<void, { readonly code: string }>>;
  /** Retained messages of a topic filter. */
  retained(filter: string): readonly { readonly topic: string; readonly payload: string }[];
  refuse(link: EndpointLink, code: string, detail: string): void;
  ended(link: EndpointLink): void;
}

/** Why a link is not read for the moment. */
type Hold = 'admission' | 'flood' | 'unsafe';

/** One link from its handshake to its end: MQTT 3.1.1 as far as a terminal needs it (clean sessions, QoS 0 and 1, up and
 *  down topics of its own), everything else refused. */
export class EndpointLink {
  readonly peer: PeerIdentity;
  /** Resolves when the link is gone. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #host: LinkHost;
  readonly #rights: TerminalRights;
  readonly #bucket: TokenBucket;
  readonly #openedAt: number;
  readonly #reader: PacketReader;
  readonly #acks: AckOrder;
  readonly #filters = new Map<string, 0 | 1>();
  readonly #holds = new Set<Hold>();
  /** Read and not yet worked on: at most what one read of the socket brought. */
  #waiting: Read[] = [];
  #phase: 'connecting' | 'admitting' | 'up' | 'over' = 'connecting';
  #will: UpMessage | null = null;
  #keepaliveMs = 0;
  #heardAt: number;
  /** Messages handed on and not yet safe. */
  #unsafe = 0;
  #floodSince: number | undefined;
  #refusedSubscriptions = 0;
  /** Identifiers of deliveries that wait for their PUBACK. */
  readonly #outgoing = new Set<number>();
  #lastId = 0;
  #cancelWait: () => void = () => undefined;

  /** @param socket its handshake is over; from now on this link's own */
  constructor(socket: Socket, peer: PeerIdentity, host: LinkHost) {
    this.peer = peer;
    this.#socket = socket;
    this.#host = host;
    this.#rights = new TerminalRights(peer.tid);
    this.#openedAt = host.clock.monoMs();
    this.#heardAt = this.#openedAt;
    this.#bucket = new TokenBucket(BROKER_LIMITS.messagesPerSecond, BROKER_LIMITS.messageBurst, this.#openedAt);
    this.#reader = new PacketReader(BROKER_LIMITS.packetBytes, (read) => this.#waiting.push(read));
    this.#acks = new AckOrder((bytes) => this.#write(bytes));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end();
        resolve();
      });
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#heardAt = host.clock.monoMs();
      this.#reader.take(chunk);
      this.#work();
    });
  }

  /** Ended, or about to. */
  get isOver(): boolean {
    return this.#phase === 'over';
  }

  /** A will that the link's end has to bring; asked for once. */
  takeWill(): UpMessage | null {
    const will = this.#will;
    this.#will = null;
    return will;
  }

  /** Closes it at once; its will follows. */
  destroy(): void {
    this.#phase = 'over';
    this.#socket.destroy();
  }

  /** Looked at every now and then: who is silent, never says CONNECT, or takes nothing, is cut.
   *  @param nowMs monotonic */
  look(nowMs: number): void {
    const isLate = this.#phase !== 'up' && nowMs - this.#openedAt > BROKER_LIMITS.connectMs;
    // One and a half times what it promised (§3.1.2.10).
    const isSilent = this.#phase === 'up' && nowMs - this.#heardAt > this.#keepaliveMs * 1.5 && this.#holds.size === 0;
    if (isLate || isSilent) this.destroy();
  }

  /** Sends it what it has subscribed to. Who does not take what is sent is cut: it returns and is told everything again. */
  deliver(topic: string, payload: string, qos: 0 | 1, retain: boolean): void {
    const granted = this.#phase === 'up' ? this.#grantFor(topic) : undefined;
    if (granted === undefined) return;
    if (
      this.#outgoing.size >= BROKER_LIMITS.outgoingMessages ||
      this.#socket.writableLength > BROKER_LIMITS.outgoingBytes
    ) {
      this.#host.refuse(this, 'LINK_REFUSED', 'does not read');
      this.destroy();
      return;
    }
    const asGranted = Math.min(qos, granted) as 0 | 1;
    const id = asGranted === 1 ? { messageId: this.#nextId() } : {};
    this.#write(generate({ cmd: 'publish', topic, payload, qos: asGranted, retain, dup: false, ...id }));
  }

  #grantFor(topic: string): 0 | 1 | undefined {
    const above = topic.slice(0, topic.lastIndexOf('/') + 1);
    const grants = [topic, `${above}+`, `${above}#`].flatMap((filter) => this.#filters.get(filter) ?? []);
    return grants.length === 0 ? undefined : (Math.max(...grants) as 0 | 1);
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#outgoing.has(this.#lastId));
    this.#outgoing.add(this.#lastId);
    return this.#lastId;
  }

  #work(): void {
    let at = 0;
    for (; at < this.#waiting.length && this.#holds.size === 0 && this.#phase !== 'over'; at += 1) {
      const read = this.#waiting[at];
      if (read !== undefined) this.#take(read);
    }
    this.#waiting = this.#waiting.slice(at);
    if (this.#holds.size > 0) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #hold(why: Hold): void {
    this.#holds.add(why);
  }

  #release(why: Hold): void {
    if (this.#holds.delete(why) && this.#phase !== 'over') this.#work();
  }

  #take(read: Read): void {
    if (read.is === 'oversize') this.#refuse('LINK_OVERSIZE', 'packet');
    else if (read.is === 'malformed') {
      if (this.#phase === 'connecting' && this.#reader.isOfAnotherLevel) this.#answerAndEnd(RETURN.level);
      this.#refuse('LINK_REFUSED', `malformed: ${read.why}`);
    } else if (this.#phase === 'up') this.#takePacket(read.packet);
    else if (read.packet.cmd === 'connect' && this.#phase === 'connecting') this.#connect(read.packet);
    else this.#refuse('LINK_REFUSED', `${read.packet.cmd} before CONNECT`);
  }

  #takePacket(packet: Packet): void {
    switch (packet.cmd) {
      case 'publish':
        this.#publish(packet);
        return;
      case 'subscribe':
        this.#subscribe(packet);
        return;
      case 'unsubscribe':
        for (const filter of packet.unsubscriptions) this.#filters.delete(filter);
        this.#write(generate({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted: [] }));
        return;
      case 'puback':
        this.#outgoing.delete(packet.messageId ?? 0);
        return;
      case 'pingreq':
        this.#write(PINGRESP);
        return;
      case 'disconnect':
        // It takes leave: what it left for its end is not said (§3.14.4).
        this.#will = null;
        this.#phase = 'over';
        this.#socket.end();
        return;
      default:
        this.#refuse('LINK_REFUSED', `${packet.cmd} from a terminal`);
    }
  }

  #connect(packet: IConnectPacket): void {
    const asked = connectAsked(packet);
    const refusal = this.#rights.connectRefusal(asked);
    if (refusal !== undefined) {
      this.#host.refuse(this, 'LINK_REFUSED', refusal);
      this.#answerAndEnd(returnCodeOf(asked, this.peer.tid));
      return;
    }
    const { will } = asked;
    this.#keepaliveMs = asked.keepaliveSec * 1_000;
    this.#phase = 'admitting';
    this.#hold('admission');
    void this.#host.admit(this).then((isAdmitted) => {
      if (this.#phase !== 'admitting') return;
      if (isAdmitted) {
        this.#phase = 'up';
        if (will !== null) this.#will = { ...will, leaf: 'life', will: true };
        this.#write(CONNACK);
      } else this.#answerAndEnd(RETURN.notAuthorized);
      this.#release('admission');
    });
  }

  #publish(packet: IPublishPacket): void {
    const payload = Buffer.from(packet.payload);
    const { topic, qos, retain } = packet;
    const judged = this.#rights.publishLeaf(topic, { qos, retain, bytes: payload.length });
    if ('refusal' in judged) {
      this.#refuse('LINK_TOPIC', judged.refusal);
      return;
    }
    const acknowledge = qos === 1 ? this.#acks.open(packet.messageId ?? 0) : undefined;
    this.#inTurn(() => void this.#handOn(judged.leaf, { topic, payload, retain }, acknowledge));
  }

  /** Holds a message back until its sender may send again; nothing more of it is read meanwhile. */
  #inTurn(go: () => void): void {
    const now = this.#host.clock.monoMs();
    const waitMs = this.#bucket.take(now);
    if (waitMs === 0) {
      this.#floodSince = undefined;
      go();
      return;
    }
    this.#floodSince ??= now;
    if (now + waitMs - this.#floodSince > BROKER_LIMITS.floodMs) {
      this.#refuse('LINK_REFUSED', 'flood');
      return;
    }
    this.#hold('flood');
    this.#cancelWait = this.#host.clock.after(waitMs, () => {
      go();
      this.#release('flood');
    });
  }

  async #handOn(
    leaf: UpLeaf,
    message: { readonly topic: string; readonly payload: Buffer; readonly retain: boolean },
    acknowledge: (() => void) | undefined,
  ): Promise<void> {
    this.#unsafe += 1;
    if (this.#unsafe >= BROKER_LIMITS.unsafeMessages) this.#hold('unsafe');
    const taken = await this.#host.take(this, { ...message, leaf, will: false });
    this.#unsafe -= 1;
    if (this.#phase === 'over') return;
    if (!taken.ok) {
      this.destroy();
      return;
    }
    acknowledge?.();
    if (this.#unsafe < BROKER_LIMITS.unsafeMessages) this.#release('unsafe');
  }

  #subscribe({ subscriptions, messageId }: ISubscribePacket): void {
    const granted = subscriptions.map(({ topic, qos }) => this.#grant(topic, qos));
    this.#write(generate({ cmd: 'suback', messageId: messageId ?? 0, granted }));
    for (const [index, { topic }] of subscriptions.entries()) {
      if (granted[index] === REFUSED) continue;
      for (const { topic: of, payload } of this.#host.retained(topic)) this.deliver(of, payload, 1, true);
    }
    if (this.#refusedSubscriptions >= BROKER_LIMITS.refusedSubscriptions) this.destroy();
  }

  #grant(filter: string, qos: number): number {
    if (!this.#rights.maySubscribe(filter)) {
      this.#refusedSubscriptions += 1;
      this.#host.refuse(this, 'LINK_TOPIC', 'subscription');
      return REFUSED;
    }
    const granted = Math.min(qos, 1) as 0 | 1;
    this.#filters.set(filter, granted);
    return granted;
  }

  #refuse(code: string, detail: string): void {
    this.#host.refuse(this, code, detail);
    this.#phase = 'over';
    this.#socket.destroySoon();
  }

  #answerAndEnd(returnCode: number): void {
    this.#phase = 'over';
    this.#socket.end(generate({ cmd: 'connack', returnCode, sessionPresent: false }));
    this.#socket.destroySoon();
  }

  /** What is said in one turn leaves together: a PUBACK and the acknowledgement that comes with it are one record and one
   *  call of the system instead of two. */
  #write(bytes: Buffer): void {
    const socket = this.#socket;
    if (socket.destroyed || !socket.writable) return;
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    socket.write(bytes);
  }

  #end(): void {
    this.#phase = 'over';
    this.#cancelWait();
    this.#waiting = [];
    this.#host.ended(this);
  }
}

const REFUSED = 0x80;
const CONNACK = generate({ cmd: 'connack', returnCode: RETURN.accepted, sessionPresent: false });
const PINGRESP = generate({ cmd: 'pingresp' });
