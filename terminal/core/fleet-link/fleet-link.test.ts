import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes, type AedesPublishPacket, type Client } from 'aedes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { bootIdSchema } from '@yimen/contracts/base';
import { decodePayload, evBatchSchema, heartbeatSchema, lifeSchema } from '@yimen/contracts/fleet';
import { ManualClock } from '@yimen/contracts/testing';
import { loadKey } from '../identity/index.ts';
import { openJournal, type Journal } from '../journal/index.ts';
import { createOutbox, openOutboxStore, type Outbox, type OutboxStore } from '../outbox/index.ts';
import { createLog } from '../platform/logger.ts';
import { createFleetLink, type FleetLink } from './index.ts';

const tid = 'SD-DALIANG-01';
const base = 'yimen/v1/p42/SD-DALIANG-01';
const log = createLog('silent');
let trustFolder = '';
let trust: {
  ca: string;
  server: { cert: string; key: string };
  terminals: ReadonlyMap<string, { cert: string; key: string }>;
};

interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: number;
}

/** A broker that keeps all it hears, in order, with what clients did before. */
class ListeningBroker {
  readonly heard: Heard[] = [];
  readonly steps: string[] = [];
  port = 0;
  server!: Server;
  broker!: Aedes;
  tlsVersion: string | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: { topic: string; count: number; resolve: () => void }[] = [];

  async start(port = 0): Promise<void> {
    this.broker = await Aedes.createBroker();
    this.broker.authorizePublish = (client, packet, callback) => {
      this.#hear(client, packet);
      callback(null);
    };
    this.broker.on('client', (client) => this.steps.push(`connect ${client.id}`));
    this.broker.on('subscribe', (subscriptions) => this.steps.push(`subscribe ${subscriptions.length}`));
    this.broker.on('clientDisconnect', () => this.steps.push('gone'));
    const file = (path: string): string => readFileSync(path, 'utf8');
    const options = {
      key: file(trust.server.key),
      cert: file(trust.server.cert),
      ca: file(trust.ca),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3' as const,
    };
    this.server = createServer(options, (socket: TLSSocket) => {
      this.tlsVersion = socket.getProtocol();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      this.broker.handle(socket);
    });
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Resolves when that many messages came on a topic in all. */
  hears(leaf: string, count = 1): Promise<void> {
    const topic = `${base}/${leaf}`;
    if (this.on(leaf).length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ topic, count, resolve }));
  }

  on(leaf: string): Heard[] {
    return this.heard.filter((message) => message.topic === `${base}/${leaf}`);
  }

  async say(topic: string, payload: unknown, retain = false): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.broker.publish(
        { cmd: 'publish', topic, payload: Buffer.from(JSON.stringify(payload)), qos: 1, retain, dup: false },
        (error) => {
          if (error === undefined || error === null) resolve();
          else reject(error);
        },
      );
    });
  }

  /** The network goes away without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
    await new Promise<void>((resolve) => {
      this.broker.close(() => {
        resolve();
      });
    });
  }

  #hear(client: Client | null, packet: Pick<AedesPublishPacket, 'topic' | 'payload' | 'retain' | 'qos'>): void {
    if (packet.topic.startsWith('$')) return;
    const { topic, payload, retain, qos } = packet;
    this.heard.push({ topic, payload: payload.toString(), retain, qos });
    if (client !== null) this.steps.push(topic.slice(base.length + 1));
    for (const waiting of this.#waiting) {
      if (this.heard.filter((message) => message.topic === waiting.topic).length >= waiting.count) waiting.resolve();
    }
  }
}

beforeAll(async () => {
  trustFolder = mkdtempSync(join(tmpdir(), 'yimen-link-trust-'));
  const made = await createDevelopmentTrust(trustFolder, { terminals: [tid], serverNames: ['localhost', '127.0.0.1'] });
  if (!made.ok) throw new Error(made.error.message);
  trust = made.value;
});
afterAll(() => {
  rmSync(trustFolder, { recursive: true, force: true });
});

let folder = '';
let clock: ManualClock;
let journal: Journal;
let store: OutboxStore;
let outbox: Outbox;
let broker: ListeningBroker;
let link: FleetLink;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-link-'));
  clock = new ManualClock();
  const opened = openJournal({ folder, tid, epoch: 3, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  const kept = openOutboxStore(folder);
  if (!opened.ok || !kept.ok) throw new Error('the data folder does not open');
  journal = opened.value;
  store = kept.value;
  outbox = createOutbox({ journal, store, clock, log });
  broker = new ListeningBroker();
  await broker.start();
  link = makeLink();
});
afterEach(async () => {
  await stopLink();
  await broker.stop();
  outbox.stop();
  store.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A stop waits for the broker and, at most, for half a second of the hand-moved clock. */
async function stopLink(): Promise<void> {
  const stopped = link.stop('stopping');
  await Promise.race([stopped, broker.hears('up/life', Number.MAX_SAFE_INTEGER)]);
}

function makeLink(): FleetLink {
  const mine = trust.terminals.get(tid);
  const key = loadKey({ certFile: mine?.cert ?? '', keyFile: mine?.key ?? '', caFile: trust.ca }, tid);
  if (!key.ok) throw new Error(key.error.message);
  return createFleetLink({
    url: `mqtts://127.0.0.1:${broker.port}`,
    key: key.value,
    journal,
    outbox,
    store,
    clock,
    random: (n) => new Uint8Array(n).fill(128),
    log,
    birth: () => ({
      software: { terminal: '0.1.0', image: 'test', contract: [1] },
      services: [{ id: 'exit.endorse', release: 1 }],
      devices: [
        { module: 'cardUnit', driver: 'card-unit-creator-crt591', model: 'CRT-591', serial: 'A1', firmware: null },
      ],
    }),
    beat: () => ({
      state: 'inService',
      busy: false,
      off: [],
      modules: [],
      supplies: [],
      outbox: outbox.backlog(),
      sys: { cpuPct: 1, memFreeMb: 1, diskFreeMb: 1, tempC: null },
    }),
    onServerTime: () => undefined,
  });
}

async function up(beats = 1): Promise<void> {
  link.start();
  await broker.hears('up/hb', beats);
}

async function ack(upTo: number): Promise<void> {
  await broker.say(`${base}/dn/ev-ack`, { v: 1, epoch: 3, upTo, missing: [], quarantined: [], srv: 1_795_371_500_000 });
}

/** Waits for something a message brings about, which no broker event names. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the order of a link', () => {
  it('is CONNECT, SUBSCRIBE, birth, then the rest, over TLS 1.3', async () => {
    await up();
    expect(broker.tlsVersion).toBe('TLSv1.3');
    expect(broker.steps.slice(0, 3)).toEqual([`connect ${tid}`, 'subscribe 5', 'up/life']);
    const [life] = broker.on('up/life');
    expect([life?.retain, life?.qos]).toEqual([true, 1]);
    const birth = decodePayload(life?.payload ?? '', lifeSchema);
    expect(birth).toMatchObject({ ok: true, value: { kind: 'birth', linkSession: 1, epoch: 3, twinVer: 0 } });
    const beat = decodePayload(broker.on('up/hb')[0]?.payload ?? '', heartbeatSchema);
    expect(beat).toMatchObject({ ok: true, value: { n: 1, linkSession: 1, state: 'inService' } });
    expect(JSON.parse(broker.on('up/twin')[0]?.payload ?? '{}')).toMatchObject({
      ver: 1,
      appliedDesiredVer: 0,
      reported: {},
    });
  });

  it('counts links upwards and tells the loss by the will', async () => {
    await up();
    broker.cut();
    await broker.hears('up/life', 2);
    expect(JSON.parse(broker.on('up/life')[1]?.payload ?? '{}')).toEqual({ v: 1, kind: 'lost', linkSession: 1 });
    await until(() => !link.isUp());
    await clock.advance(16_000);
    await broker.hears('up/life', 3);
    expect(JSON.parse(broker.on('up/life')[2]?.payload ?? '{}')).toMatchObject({ kind: 'birth', linkSession: 2 });
  });

  it('ends with a farewell and no will', async () => {
    await up();
    await stopLink();
    expect(broker.on('up/life').map((message) => (JSON.parse(message.payload) as { kind: string }).kind)).toEqual([
      'birth',
      'leaving',
    ]);
  });
});

describe('events', () => {
  it('go out in chained batches and are forgotten by the ack alone', async () => {
    await up();
    await clock.advance(20);
    await broker.hears('up/ev');
    const batch = decodePayload(broker.on('up/ev')[0]?.payload ?? '', evBatchSchema);
    expect(batch).toMatchObject({ ok: true, value: { from: 1, epoch: 3, linkSession: 1 } });
    expect(outbox.backlog().rows).toBe(1);
    await ack(1);
    await until(() => outbox.backlog().rows === 0);
    expect(link.wallOffsetMs()).toBe(1_795_371_500_000 - clock.wallMs());
  });

  it('wait while the broker is away, and arrive after it is back', async () => {
    await up();
    const { port } = broker;
    await broker.stop();
    await until(() => !link.isUp());
    journal.append([{ kind: 'power', fields: { state: 'battery' } }]);
    broker = new ListeningBroker();
    await broker.start(port);
    await clock.advance(16_000);
    await broker.hears('up/hb');
    await clock.advance(20);
    await broker.hears('up/ev');
    const batch = decodePayload(broker.on('up/ev')[0]?.payload ?? '', evBatchSchema);
    expect(batch.ok && batch.value.events.map((event) => event.kind)).toEqual(['epoch-opened', 'power']);
  });

  it('are sent again to a server whose first word after the birth is an older ack', async () => {
    await up();
    await clock.advance(20);
    await broker.hears('up/ev');
    await ack(1);
    await until(() => outbox.backlog().rows === 0);
    // The restored server answers the next birth before anything else comes.
    broker.broker.on('publish', (packet, client) => {
      if (client !== null && packet.topic.endsWith('up/life') && packet.payload.includes('birth')) void ack(0);
    });
    broker.cut();
    await until(() => !link.isUp());
    await clock.advance(16_000);
    await broker.hears('up/ev', 2);
    expect(JSON.parse(broker.on('up/ev')[1]?.payload ?? '{}')).toMatchObject({ from: 1, linkSession: 2 });
  });
});

describe('beats', () => {
  it('come by change at most once a second, and at random within the server’s bounds', async () => {
    await up();
    link.changed();
    link.changed();
    await clock.advance(1_000);
    await broker.hears('up/hb', 2);
    await clock.advance(44_000);
    expect(broker.on('up/hb')).toHaveLength(2);
    await clock.advance(16_000);
    await broker.hears('up/hb', 3);
    expect(broker.on('up/hb').map((message) => (JSON.parse(message.payload) as { n: number }).n)).toEqual([1, 2, 3]);
  });

  it('slow down and stop when the server asks for it', async () => {
    await broker.say(
      'yimen/v1/srv/state',
      { v: 1, online: true, serverEpoch: 1, at: 5, hbEverySec: [1, 2], reconnectSpreadSec: 7, slowdown: 3 },
      true,
    );
    link.start();
    await until(() => store.reconnectSpreadSec() === 7);
    link.changed();
    await clock.advance(120_000);
    expect(broker.on('up/hb')).toEqual([]);
    // A retained state is no clock.
    expect(link.wallOffsetMs()).toBe(0);
  });
});

describe('what the fleet asks', () => {
  const asked = {
    v: 1,
    tid,
    type: 'self-test',
    args: {},
    idleOnly: true,
    issued: 1,
    exp: 1_795_999_999_999,
    reason: 'test',
    by: 'staff-4c1e',
    sig: { key: 'test-key-1', alg: 'ed25519', value: 'A'.repeat(86) },
  };
  const command = { ...asked, id: '01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47', counter: 1, class: 'B', emergency: false };

  it('is refused as unsupported, a repeat alike, and the ledger is told once', async () => {
    await up();
    await broker.say(`${base}/dn/cmd`, command);
    await broker.say(`${base}/dn/cmd`, command);
    await broker.hears('up/cmd', 2);
    expect(broker.on('up/cmd').map((message): unknown => JSON.parse(message.payload))).toEqual(
      Array.from({ length: 2 }, () => ({ v: 1, id: command.id, state: 'refused', code: 'unsupported' })),
    );
    await broker.say(`${base}/dn/job`, { ...asked, id: 'job-31-2-0007' });
    await broker.hears('up/job');
    expect(JSON.parse(broker.on('up/job')[0]?.payload ?? '{}')).toMatchObject({
      id: 'job-31-2-0007',
      state: 'refused',
      code: 'unsupported',
    });
    expect(journal.reader.fleetRows(1, 50).map((row) => row.kind)).toEqual([
      'epoch-opened',
      'command-ended',
      'job-progress',
    ]);
  });

  it('is expired when it came too late, and unheard when it is for another terminal', async () => {
    await up();
    await broker.say(`${base}/dn/cmd`, { ...command, tid: 'SD-RONGGUI-01' });
    await broker.say(`${base}/dn/cmd`, { ...command, exp: 5 });
    await broker.hears('up/cmd');
    expect(JSON.parse(broker.on('up/cmd')[0]?.payload ?? '{}')).toEqual({
      v: 1,
      id: command.id,
      state: 'expired',
      code: null,
    });
  });

  it('settings are answered honestly: none is applied', async () => {
    await up();
    await broker.say(`${base}/dn/twin`, { v: 1, ver: 42, baseVer: 0, desiredDelta: { screen: { brightnessPct: 55 } } });
    await broker.hears('up/twin', 2);
    expect(JSON.parse(broker.on('up/twin')[1]?.payload ?? '{}')).toMatchObject({
      appliedDesiredVer: 0,
      errors: [{ path: 'screen', code: 'unsupported' }],
    });
  });
});

describe('a broker that cannot be trusted', () => {
  it('is not spoken to: its certificate comes from elsewhere', async () => {
    const other = mkdtempSync(join(tmpdir(), 'yimen-link-other-'));
    const made = await createDevelopmentTrust(other, { terminals: [], serverNames: ['127.0.0.1'] });
    if (!made.ok) throw new Error(made.error.message);
    await broker.stop();
    const ours = trust;
    trust = { ...ours, server: made.value.server };
    broker = new ListeningBroker();
    await broker.start();
    trust = ours;
    link = makeLink();
    link.start();
    await until(() => link.trouble() !== undefined);
    expect(link.isUp()).toBe(false);
    expect(broker.heard).toEqual([]);
    rmSync(other, { recursive: true, force: true });
  });
});
