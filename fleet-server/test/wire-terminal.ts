import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  downTopic,
  evAckSchema,
  partitionOf,
  SERVER_STATE_TOPIC,
  serverStateSchema,
  upTopic,
  type EvAck,
  type ServerState,
  type UpLeaf,
} from '@yimen/contracts/fleet';
import mqtt, { type MqttClient } from 'mqtt';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const PATIENCE_MS = 10_000;

/** A terminal's side of the wire, done by hand: what a test says is sent, what comes is kept. */
export class WireTerminal {
  readonly tid: string;
  readonly client: MqttClient;
  readonly acks: EvAck[] = [];
  readonly states: ServerState[] = [];

  private constructor(tid: string, client: MqttClient) {
    this.tid = tid;
    this.client = client;
    client.on('message', (topic, payload) => {
      const value: unknown = JSON.parse(payload.toString());
      if (topic === SERVER_STATE_TOPIC) this.states.push(serverStateSchema.parse(value));
      else this.acks.push(evAckSchema.parse(value));
    });
    client.on('error', () => undefined);
  }

  /** Connects with the certificate in `dir` (will included) and subscribes. */
  static async connect(dir: string, tid: string, port: number, linkSession = 1): Promise<WireTerminal> {
    const file = (name: string): string => readFileSync(join(dir, 'trust', name), 'utf8');
    const partition = partitionOf(tid, sha256Hex);
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
      ca: file('ca.crt.pem'),
      cert: file(`terminals/${tid}.crt.pem`),
      key: file(`terminals/${tid}.key.pem`),
      clientId: tid,
      keepalive: 60,
      reconnectPeriod: 0,
      will: {
        topic: upTopic(partition, tid, 'life'),
        payload: JSON.stringify({ v: 1, kind: 'lost', linkSession }),
        qos: 1,
        retain: true,
      },
    });
    const terminal = new WireTerminal(tid, client);
    await client.subscribeAsync([downTopic(partition, tid, 'ev-ack'), SERVER_STATE_TOPIC], { qos: 1 });
    return terminal;
  }

  /** Sends and waits for the PUBACK (none for a beat). */
  async send(leaf: UpLeaf, payload: string | object): Promise<void> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.client.publishAsync(upTopic(partitionOf(this.tid, sha256Hex), this.tid, leaf), text, {
      qos: leaf === 'hb' ? 0 : 1,
      retain: leaf === 'life',
    });
  }

  birth(linkSession = 1, epoch = 1): Promise<void> {
    return this.send('life', {
      v: 1,
      kind: 'birth',
      linkSession,
      epoch,
      t: { boot: 'boot-0001', mono: 1_000, wall: Date.now(), srv: null },
      software: { terminal: '1.4.2', image: '2026.11.1', contract: [1] },
      services: [{ id: 'exit.endorse', release: 17 }],
      devices: [
        {
          module: 'cardUnit',
          driver: 'card-unit-creator-crt591',
          model: 'CRT-591',
          serial: 'A20417',
          firmware: '3.07',
        },
      ],
      twinVer: 0,
      lastCounter: 0,
    });
  }

  beat(linkSession: number, n: number, more: object = {}): Promise<void> {
    return this.send('hb', {
      v: 1,
      linkSession,
      n,
      t: { boot: 'boot-0001', mono: 2_000 + n, wall: Date.now(), srv: null },
      state: 'inService',
      busy: false,
      off: [],
      modules: [{ module: 'cardUnit', state: 'online' }],
      supplies: [{ unit: 'receiptPaper', count: 412, capacity: 1500, source: 'counted' }],
      outbox: { rows: 0, oldestMs: 0 },
      sys: { cpuPct: 3, memFreeMb: 2210, diskFreeMb: 51200, tempC: 41 },
      ...more,
    });
  }

  /** The newest acknowledgement once there is one that `fits`. */
  async ack(fits: (ack: EvAck) => boolean = () => true): Promise<EvAck> {
    return until(() => this.acks.findLast(fits));
  }
}

/** Polls until `look` finds something. @throws after 10 s */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
