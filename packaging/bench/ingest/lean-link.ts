import { connect, type TLSSocket } from 'node:tls';
import { generate } from 'mqtt-packet';

/** What one terminal of the load is told by whoever it talks to. */
export interface LinkEvents {
  /** Everything up to here is committed. */
  readonly acknowledged: (upTo: number) => void;
  readonly closed: (why: string) => void;
}

export interface LeanLinkOptions {
  readonly port: number;
  readonly tid: string;
  readonly ackTopic: string;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
}

const CONNACK = 2;
const PUBLISH = 3;
const SUBACK = 9;
const KEEPALIVE_SEC = 120;
const PING = Buffer.from([0xc0, 0]);

/** A terminal's MQTT side with as little of its own work as can be, so that two cores measure the server and not the
 *  load: packets are made before the clock runs, and only acknowledgements are read (MQTT 3.1.1 §3). */
export class LeanLink {
  readonly #socket: TLSSocket;
  readonly #options: LeanLinkOptions;
  readonly #events: LinkEvents;
  readonly #ready: (why: string | null) => void;
  #rest: Buffer = Buffer.alloc(0);
  #isCorked = false;

  private constructor(options: LeanLinkOptions, events: LinkEvents, ready: (why: string | null) => void) {
    this.#options = options;
    this.#events = events;
    this.#ready = ready;
    const socket = connect({ host: '127.0.0.1', port: options.port, ...options.tls, minVersion: 'TLSv1.3' });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('secureConnect', () => {
      this.send(
        generate({
          cmd: 'connect',
          clientId: options.tid,
          clean: true,
          keepalive: KEEPALIVE_SEC,
          protocolId: 'MQTT',
          protocolVersion: 4,
        }),
      );
    });
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', (error) => ready(error.message));
    socket.on('close', () => {
      ready('closed before it was ready');
      events.closed(options.tid);
    });
  }

  /** Connects and subscribes. @throws Error when it is refused */
  static async open(options: LeanLinkOptions, events: LinkEvents): Promise<LeanLink> {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const link = new LeanLink(options, events, resolve);
    const why = await promise;
    if (why !== null) throw new Error(`${options.tid}: ${why}`);
    return link;
  }

  /** What is sent in one turn of the event loop leaves in one write. */
  send(packet: Buffer): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(packet);
  }

  ping(): void {
    this.send(PING);
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let size = packetSize(bytes); size !== undefined && size <= bytes.length; size = packetSize(bytes)) {
      this.#take(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes;
  }

  #take(packet: Buffer): void {
    const type = (packet[0] ?? 0) >> 4;
    if (type === CONNACK) {
      if (packet[3] !== 0) this.#ready(`refused with ${packet[3]}`);
      else
        this.send(
          generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: this.#options.ackTopic, qos: 1 }] }),
        );
    } else if (type === SUBACK) {
      this.#ready((packet.at(-1) ?? 0x80) === 0x80 ? 'the subscription was refused' : null);
    } else if (type === PUBLISH) this.#takeAck(packet);
  }

  #takeAck(packet: Buffer): void {
    const isQos1 = ((packet[0] ?? 0) & 0x06) === 0x02;
    let at = 1;
    while (((packet[at] ?? 0) & 0x80) !== 0) at += 1;
    at += 1;
    at += 2 + packet.readUInt16BE(at);
    if (isQos1) {
      this.send(Buffer.from([0x40, 2, packet[at] ?? 0, packet[at + 1] ?? 0]));
      at += 2;
    }
    const ack = JSON.parse(packet.toString('utf8', at)) as { upTo: number };
    this.#events.acknowledged(ack.upTo);
  }
}

/** Bytes of the packet at the front, header included; undefined: its length is not there yet. */
function packetSize(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if ((byte & 0x80) === 0) return 1 + at + length;
  }
  return undefined;
}
