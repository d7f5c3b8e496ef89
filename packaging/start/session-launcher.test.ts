import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcherEventSchema, type LauncherEvent, type LauncherRequest } from '@yimen/contracts/terminal';
import { connectRpc, rpcAnswerSchema, systemClock, type RpcClient, type RpcServer } from '@yimen/terminal/ipc';
import { CORE, DEVICE_HOST, serveSessionLauncher } from './session-launcher.ts';
import { Supervisor } from './supervisor.ts';

type Client = RpcClient<LauncherRequest['request'], LauncherEvent>;
const KEY = 'launcher-key-of-the-test';
let folder = '';
let server: RpcServer;
let client: Client;
let asked: string[];
let isKept = true;
let supervisor: FakeSupervisor;

/** Only what a restart asks of it. */
class FakeSupervisor extends Supervisor {
  override restart(name: string): Promise<boolean> {
    asked.push(name);
    return Promise.resolve(isKept);
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-launcher-'));
  asked = [];
  isKept = true;
  supervisor = new FakeSupervisor(systemClock(), () => undefined);
  const socketPath = join(folder, 'l.sock');
  const served = await serveSessionLauncher({
    socketPath,
    key: KEY,
    coreSocket: join(folder, 'core.sock'),
    logDir: folder,
    supervisor,
    entry: join(folder, 'none.ts'),
    logLevel: 'silent',
    replacePage: () => Promise.resolve(),
  });
  if (!served.ok) throw new Error(served.error.message);
  server = served.value;
  client = await connect(socketPath);
});
afterEach(async () => {
  client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(socketPath = join(folder, 'l.sock')): Promise<Client> {
  const opened = await connectRpc<LauncherRequest['request'], LauncherEvent>({
    socketPath,
    requestTimeoutMs: 5_000,
    answerSchema: rpcAnswerSchema,
    eventSchema: launcherEventSchema,
    clock: systemClock(),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** The next events that core is told. */
function heard(of: Client, count: number): Promise<LauncherEvent[]> {
  const events: LauncherEvent[] = [];
  return new Promise((resolve) => {
    of.onEvent((event) => {
      events.push(event);
      if (events.length === count) resolve(events);
    });
  });
}

describe('F63 what befalls processes', () => {
  it('F63 is told to core at once', async () => {
    await client.request({ call: 'hello', key: KEY });
    const told = heard(client, 2);
    supervisor.onHung(DEVICE_HOST);
    supervisor.onGrown('session-1', 812);
    expect(await told).toEqual([
      { event: 'processHung', process: 'deviceHost' },
      { event: 'processGrown', process: 'session', rssMb: 812 },
    ]);
  });

  it('F63 waits for a core that can hear it: also that the one before had hung itself', async () => {
    await client.request({ call: 'hello', key: KEY });
    supervisor.onHung(CORE);
    supervisor.onHung('session-1');
    const next = await connect();
    const told = heard(next, 2);
    await next.request({ call: 'hello', key: KEY });
    expect(await told).toEqual([
      { event: 'processHung', process: 'core' },
      { event: 'processHung', process: 'session' },
    ]);
    next.close();
  });
});

describe('restarting the device host', () => {
  it('is done for core', async () => {
    expect(await client.request({ call: 'hello', key: KEY })).toMatchObject({ ok: true });
    expect(await client.request({ call: 'restartDeviceHost' })).toMatchObject({ ok: true });
    expect(asked).toEqual([DEVICE_HOST]);
  });

  it('is refused to whoever has no key, or a wrong one', async () => {
    expect(await client.request({ call: 'restartDeviceHost' })).toMatchObject({ ok: false });
    expect(await client.request({ call: 'hello', key: 'another' })).toMatchObject({ ok: false });
    expect(await client.request({ call: 'restartDeviceHost' })).toMatchObject({ ok: false });
    expect(asked).toEqual([]);
  });

  it('says so where no device host is kept', async () => {
    isKept = false;
    await client.request({ call: 'hello', key: KEY });
    expect(await client.request({ call: 'restartDeviceHost' })).toMatchObject({ ok: false });
  });
});
