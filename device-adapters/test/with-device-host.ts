import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newOperationId } from '@yimen/contracts/base';
import type { Lease, Op } from '@yimen/contracts/device';
import { createSimulatedCrt591 } from '../drivers/card-unit-creator-crt591/simulator.ts';
import { connectDeviceHost, type ConnectOptions, type DeviceHostClient } from '../host/rpc-client.ts';
import { systemClock } from '../host/system-clock.ts';
import { CardPath } from '../testing/card-path.ts';
import { permitOf } from '../testing/things.ts';
import type { ByteChannel } from '../transport/byte-channel.ts';
import { listenTcp, type TcpListener } from '../transport/tcp-listener.ts';

const MAIN = fileURLToPath(new URL('../host/main.ts', import.meta.url));
const CORE_HELLO = { call: 'hello', role: 'core', key: 'core-key-for-this-test' } as const;
const WAIT_MS = 40_000;

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

export const permit = permitOf('permit-li-na');

export function sessionHello(sessionId: string): { call: 'hello'; role: 'session'; sessionId: string; key: string } {
  return { call: 'hello', role: 'session', sessionId, key: `key-of-${sessionId}` };
}

export function newOp(deadlineMs = 10_000): Op {
  return { operationId: newOperationId(Date.now(), random), deadlineMs };
}

/** The whole device host as it runs: a process of its own, a real Unix socket, a real SQLite file, and real TCP to a
 *  simulated card unit that answers at once. */
export class DeviceHostRig {
  readonly path = new CardPath();
  readonly unit = createSimulatedCrt591({ clock: systemClock, random, speed: 'fast' }, this.path, {
    permits: [permit],
  });
  readonly dir: string;
  readonly coreHello = CORE_HELLO;
  readonly #listener: TcpListener;
  readonly #processes: ChildProcess[] = [];
  readonly #clients: DeviceHostClient[] = [];
  /** What all hosts wrote to stderr, as parsed lines where they are JSON. */
  #logged = '';
  #answers = 0;

  private constructor(dir: string, listener: TcpListener) {
    this.dir = dir;
    this.#listener = listener;
  }

  static async open(): Promise<DeviceHostRig> {
    const dir = await mkdtemp(join(tmpdir(), 'yimen-host-'));
    // The listener needs the unit and the unit the rig: the first channel comes long after both stand.
    const made: { rig?: DeviceHostRig } = {};
    const listening = await listenTcp(0, systemClock, (channel) => made.rig?.unit.attach(made.rig.#counted(channel)));
    if (!listening.ok) throw new Error(listening.error.message);
    made.rig = new DeviceHostRig(dir, listening.value);
    return made.rig;
  }

  get socketPath(): string {
    return join(this.dir, 'host.sock');
  }

  /** Where the card unit hangs. */
  get at(): string {
    return `tcp:127.0.0.1:${this.#listener.port}`;
  }

  /** How often the unit has answered something since its present host connected. */
  looks(): number {
    return this.#answers;
  }

  /** Resolves when the unit has answered at least two more questions: whatever was put in has been seen. */
  lookedAgain(): Promise<void> {
    const before = this.#answers;
    return this.until(() => this.#answers >= before + 4);
  }

  #counted(channel: ByteChannel): ByteChannel {
    this.#answers = 0;
    return {
      chunks: channel.chunks,
      closed: channel.closed,
      close: () => channel.close(),
      write: (bytes) => {
        this.#answers += 1;
        return channel.write(bytes);
      },
    };
  }

  /** Log lines that hold `text`. */
  logLines(text: string): Record<string, unknown>[] {
    const lines = this.#logged.split('\n').filter((line) => line.startsWith('{') && line.includes(text));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  config(device: object = {}, neighbours: readonly object[] = []): object {
    const unit = { device: 'card-unit', driver: 'card-unit-creator-crt591', at: this.at, ...device };
    const devices = [unit, ...neighbours];
    return { socketPath: this.socketPath, dataDir: this.dir, coreKey: CORE_HELLO.key, devices };
  }

  /** Runs the host's entry with this argument; `undefined`: with none. */
  spawn(argument: string | undefined): ChildProcess {
    const env = { ...process.env, YIMEN_LOG: 'info', YIMEN_DEVICE_HOST: '' };
    const host = spawn(process.execPath, [MAIN, ...(argument === undefined ? [] : [argument])], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env,
    });
    this.#processes.push(host);
    return host;
  }

  /** A host that serves; `device` adds to the card unit's configuration, `neighbours` are further devices. */
  async start(device: object = {}, neighbours: readonly object[] = []): Promise<ChildProcess> {
    const host = this.spawn(JSON.stringify(this.config(device, neighbours)));
    host.stderr?.on('data', (chunk: Buffer) => {
      this.#logged += chunk.toString();
    });
    if (host.stdout === null) throw new Error('no stdout');
    const [line] = (await once(host.stdout, 'data')) as [Buffer];
    const ready = JSON.parse(line.toString()) as { ready?: boolean; pid?: number };
    if (ready.ready !== true || ready.pid !== host.pid) throw new Error(`not ready: ${line.toString()}`);
    return host;
  }

  async connect(hello: ConnectOptions['hello'] = CORE_HELLO): Promise<DeviceHostClient> {
    const connected = await connectDeviceHost({ socketPath: this.socketPath, hello, clock: systemClock });
    if (!connected.ok) throw new Error(connected.error.message);
    this.#clients.push(connected.value);
    return connected.value;
  }

  /** A core's connection to a host whose card unit is online. */
  async core(): Promise<DeviceHostClient> {
    const client = await this.connect();
    await this.until(async () => (await client.status('card-unit', 0)).device === 'online');
    return client;
  }

  async claim(client: DeviceHostClient, owner: Lease['owner'] = { kind: 'core', id: 'core' }): Promise<Lease> {
    const claimed = await client.claim('card-unit', owner, 2_000);
    if (!claimed.ok) throw new Error(claimed.error.message);
    return claimed.value;
  }

  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + WAIT_MS;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`still not so: ${isSo.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const host of this.#processes) {
      if (host.exitCode !== null || host.signalCode !== null) continue;
      host.kill('SIGKILL');
      await once(host, 'exit');
    }
    await this.#listener.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Runs one story on a rig of its own. */
export async function withDeviceHost(story: (rig: DeviceHostRig) => Promise<void>): Promise<void> {
  const rig = await DeviceHostRig.open();
  try {
    await story(rig);
  } finally {
    await rig.close();
  }
}
