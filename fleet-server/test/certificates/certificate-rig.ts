import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { readIdentity } from '@yimen/certs';
import { createTestTree, issueLeaf, issueOdd, type Oddities, type TestLeaf, type TestTree } from '@yimen/certs/testing';
import { ManualClock } from '@yimen/contracts/testing';
import mqtt, { type MqttClient } from 'mqtt';
import pino from 'pino';
import { composeFleetServer, fleetServerConfigSchema, type FleetServer } from '../../compose.ts';

export const TID = 'SD-DALIANG-01';
export type Engine = 'endpoint' | 'aedes';
/** What a client shows, and how. */
export interface Shown {
  readonly cert?: string;
  readonly key?: string;
  readonly clientId?: string;
  readonly tls?: ConnectionOptions;
}
/** How a client fared. `reused`: whether TLS took an earlier session up again. */
export interface Fate {
  readonly in: boolean;
  readonly reused: boolean;
}

const PATIENCE_MS = 5_000;

/** The whole fleet server with one engine, its real listeners, store and log; only its clock is moved by hand. */
export class CertificateRig {
  readonly clock: ManualClock;
  readonly tree: TestTree;
  readonly lines: Record<string, unknown>[] = [];
  #server!: FleetServer;
  readonly #dir: string;
  readonly #open = new Set<MqttClient>();

  static async start(engine: Engine): Promise<CertificateRig> {
    const rig = new CertificateRig(await mkdtemp(join(tmpdir(), 'yimen-s1-')), await createTestTree(Date.now()));
    await rig.#start(engine);
    return rig;
  }

  private constructor(dir: string, tree: TestTree) {
    this.#dir = dir;
    this.tree = tree;
    this.clock = new ManualClock(Date.now());
  }

  get ports(): { mqtt: number; gateway: number } {
    return { mqtt: this.#server.ports.mqtt, gateway: this.#server.ports.gateway ?? 0 };
  }

  async #start(engine: Engine): Promise<void> {
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(this.#dir, name), text);
      return join(this.#dir, name);
    };
    const own = await issueLeaf(this.tree, 'server', { hosts: ['localhost', '127.0.0.1'], now: this.clock.wallMs() });
    const nobody = 'http://127.0.0.1:9';
    const config = fleetServerConfigSchema.parse({
      httpPort: 0,
      mqttPort: 0,
      gatewayPort: 0,
      broker: engine,
      dataDir: join(this.#dir, 'data'),
      trust: {
        ca: await file('ca.pem', this.tree.bundle),
        cert: await file('server.pem', own.cert),
        key: await file('server.key', own.key),
      },
      offices: { exitEntryUrl: nobody, vehicleUrl: nobody, householdUrl: nobody, paymentUrl: nobody },
    });
    const log = pino({ level: 'warn' }, { write: (line) => void this.lines.push(JSON.parse(line)) });
    const started = await composeFleetServer(config, { clock: this.clock, log });
    if (!started.ok) throw new Error(started.error.message);
    this.#server = started.value;
  }

  /** A certificate of the device CA with something odd about it. */
  odd(oddities: Oddities, commonName = TID): Promise<TestLeaf> {
    return issueOdd(this.tree.deviceCa, 'operational', commonName, this.clock.wallMs(), oddities);
  }

  /** Puts a key on the allow-list, so that nothing but the certificate itself can be wrong. */
  async list(
    cert: string,
    more: { tid?: string; spkiHash?: string; serial?: string; state?: State } = {},
  ): Promise<void> {
    const read = readIdentity(cert);
    if (!read.ok) throw new Error(read.error.message);
    const put = await this.#server.store.allow.put({
      tid: TID,
      spkiHash: read.value.spkiHash,
      serial: read.value.serial,
      profile: 'operational',
      keyLevel: 'file',
      state: 'active',
      epoch: 1,
      changedAt: this.clock.wallMs(),
      ...more,
    });
    if (!put.ok) throw new Error(put.error.message);
  }

  /** The row alone, as anybody with the right to write it would: no kick. */
  async revoke(state: State = 'retired'): Promise<void> {
    const set = await this.#server.store.allow.setState({ tid: TID, state, changedAt: this.clock.wallMs() });
    if (!set.ok) throw new Error(set.error.message);
  }

  /** One try to come in by MQTT. */
  async mqtt(shown: Shown): Promise<Fate & { client: MqttClient }> {
    const { cert, key, clientId = TID, tls = {} } = shown;
    const client = mqtt.connect(`mqtts://127.0.0.1:${this.ports.mqtt}`, {
      ...(common(this.tree, cert, key) as object),
      ...(tls as object),
      clientId,
      clean: true,
      keepalive: 60,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: PATIENCE_MS,
    });
    this.#open.add(client);
    client.on('error', () => undefined);
    const reused = (): boolean =>
      (client.stream as unknown as { isSessionReused?: () => boolean }).isSessionReused?.() ?? false;
    let wasReused = false;
    client.stream.once('secureConnect', () => (wasReused = reused()));
    const isIn = await new Promise<boolean>((resolve) => {
      client.once('connect', () => resolve(true));
      client.once('close', () => resolve(false));
    });
    return { in: isIn, reused: wasReused, client };
  }

  /** One request, `GET /v1/health`, or a POST that names another terminal than the certificate does. */
  https(shown: Shown, body?: object): Promise<Fate & { status: number }> {
    const { cert, key, tls = {} } = shown;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      let reused = false;
      const outgoing = httpsRequest(
        {
          method: text === undefined ? 'GET' : 'POST',
          host: '127.0.0.1',
          port: this.ports.gateway,
          path: text === undefined ? '/v1/health' : '/v1/operations',
          agent: false,
          ...common(this.tree, cert, key),
          ...tls,
          ...(text === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
        },
        (incoming) => {
          incoming.resume();
          const status = incoming.statusCode ?? 0;
          incoming.once('end', () => resolve({ in: status === 200, reused, status }));
        },
      );
      outgoing.once('socket', (socket) =>
        socket.once(
          'secureConnect',
          () => (reused = (socket as { isSessionReused?: () => boolean }).isSessionReused?.() ?? false),
        ),
      );
      outgoing.once('error', () => resolve({ in: false, reused, status: 0 }));
      outgoing.end(text);
    });
  }

  /** The word that the log has for what was refused since it was emptied. */
  async wordFor(transport: 'mqtt' | 'https'): Promise<string> {
    const message = transport === 'mqtt' ? ['broker refused'] : ['refused', 'handshake refused'];
    let found: Record<string, unknown> | undefined;
    await until(() => {
      found = this.lines.find((line) => message.includes(String(line['msg'])));
      return found !== undefined;
    });
    return String(found?.['reason'] ?? found?.['code']);
  }

  /** Between two cases: no link, no line, no key, and room for handshakes again. */
  async clear(): Promise<void> {
    for (const client of this.#open) client.end(true);
    this.#open.clear();
    await this.#server.kick(TID);
    await this.revoke();
    await this.clock.advance(11_000);
    this.lines.length = 0;
  }

  async close(): Promise<void> {
    for (const client of this.#open) client.end(true);
    const stopping = this.#server.stop();
    // What waits for a deadline of the moved clock gets it.
    for (let isDone = false; !isDone;) {
      isDone = await Promise.race([stopping.then(() => true), breathe().then(() => false)]);
      if (!isDone) await this.clock.advance(500);
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}

type State = 'active' | 'quarantined' | 'retired';

/** Weak certificates have to get out of the client first: its own OpenSSL would refuse to show them. */
function common(tree: TestTree, cert: string | undefined, key: string | undefined): ConnectionOptions {
  return {
    ca: tree.bundle,
    servername: 'localhost',
    ciphers: 'DEFAULT@SECLEVEL=0',
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Waits for real sockets.
 *  @throws Error when it does not happen within five seconds */
export async function until(check: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!check()) {
    if (Date.now() > deadline) throw new Error('it did not happen');
    await breathe();
  }
}

export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
