import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIdentity } from '@yimen/certs';
import { createDevelopmentTrust, type DevelopmentTrust } from '@yimen/certs/testing';
import { connectAsync, type MqttClient } from 'mqtt';
import pino from 'pino';
import { composeFleetServer, fleetServerConfigSchema, type FleetServer, type FleetServerConfig } from '../compose.ts';
import { isPostgresUrl, systemClock } from '../store/index.ts';
import { placeIn } from './store-place.ts';
import { FAKE_HALLS } from './fake-fleet.table.ts';

export const TID = 'DALIANG-01';
const TOKEN = 'a-token-of-the-test-alone';

export interface FleetBench {
  readonly server: FleetServer;
  readonly config: FleetServerConfig;
  readonly trust: DevelopmentTrust;
  /** GET as viewer and operator, by bearer token. */
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  /** A terminal's own MQTT link. */
  readonly connect: () => Promise<MqttClient>;
  /** Stops the server and starts another on the same data and ports. */
  readonly restart: () => Promise<FleetServer>;
}

/** Makes a data folder with certificates and a configuration for it. */
export async function makeConfig(dir: string): Promise<{ config: FleetServerConfig; trust: DevelopmentTrust }> {
  const made = await createDevelopmentTrust(join(dir, 'trust'), {
    terminals: [TID],
    serverNames: ['localhost', '127.0.0.1'],
  });
  if (!made.ok) throw new Error(made.error.message);
  const trust = made.value;
  const config = fleetServerConfigSchema.parse({
    httpPort: 0,
    mqttPort: 0,
    gatewayPort: 0,
    dataDir: join(dir, 'data'),
    // Only where a test's stores are on a server: without a word the server makes its own file.
    ...(isPostgresUrl(placeIn(dir)) ? { store: placeIn(dir) } : {}),
    trust: { ca: trust.ca, cert: trust.server.cert, key: trust.server.key },
    // Nobody answers there; the gateway has to stand without its offices.
    offices: {
      exitEntryUrl: 'http://127.0.0.1:9',
      vehicleUrl: 'http://127.0.0.1:9',
      householdUrl: 'http://127.0.0.1:9',
      paymentUrl: 'http://127.0.0.1:9',
    },
    places: { halls: FAKE_HALLS, terminals: [{ tid: TID, hallId: 'daliang-24h', simulated: true }] },
  });
  return { config, trust };
}

/** Runs `test` on the whole fleet server: real certificates, MQTT over TLS, SQLite in a folder of its own. */
export async function withFleetServer(test: (bench: FleetBench) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'yimen-fleet-'));
  const clients: MqttClient[] = [];
  const { config, trust } = await makeConfig(dir);
  let server = await start(config);
  await allow(server, trust);
  try {
    await test({
      get server() {
        return server;
      },
      config,
      trust,
      get: (path) => get(server, path),
      async connect() {
        const client = await connectTerminal(server, trust);
        clients.push(client);
        return client;
      },
      async restart() {
        await server.stop();
        server = await start(config);
        return server;
      },
    });
  } finally {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function start(config: FleetServerConfig): Promise<FleetServer> {
  const extraAuth = (token: string) =>
    token === TOKEN
      ? { staffId: 'test', roles: ['viewer', 'operator'] as const, sessionHash: null, expiresAt: null }
      : undefined;
  const started = await composeFleetServer(config, { clock: systemClock(), log: pino({ level: 'silent' }), extraAuth });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

async function allow(server: FleetServer, trust: DevelopmentTrust): Promise<void> {
  const identity = readIdentity(await readFile(trust.terminals.get(TID)?.cert ?? '', 'utf8'));
  if (!identity.ok) throw new Error(identity.error.message);
  const { serial, spkiHash } = identity.value;
  const put = await server.store.allow.put({
    tid: TID,
    spkiHash,
    serial,
    profile: 'operational',
    keyLevel: 'file',
    state: 'active',
    epoch: 1,
    changedAt: Date.now(),
  });
  if (!put.ok) throw new Error(put.error.message);
}

async function get(server: FleetServer, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await fetch(`http://localhost:${server.ports.http}${path}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

async function connectTerminal(server: FleetServer, trust: DevelopmentTrust): Promise<MqttClient> {
  const own = trust.terminals.get(TID);
  const [ca, cert, key] = await Promise.all([trust.ca, own?.cert ?? '', own?.key ?? ''].map((file) => readFile(file)));
  if (ca === undefined || cert === undefined || key === undefined) throw new Error('no certificate for the terminal');
  return connectAsync(`mqtts://127.0.0.1:${server.ports.mqtt}`, {
    clientId: TID,
    clean: true,
    keepalive: 30,
    protocolVersion: 4,
    ca,
    cert,
    key,
    reconnectPeriod: 0,
  });
}

/** A port that somebody else holds. */
export async function holdPort(): Promise<{ readonly port: number; release(): Promise<void> }> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, release: () => new Promise((resolve) => holder.close(() => resolve())) };
}
