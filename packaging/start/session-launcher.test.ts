import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { launcherEventSchema, type LauncherRequest } from '@yimen/contracts/terminal';
import { connectRpc, rpcAnswerSchema, systemClock, type RpcClient, type RpcServer } from '@yimen/terminal/ipc';
import { DEVICE_HOST, serveSessionLauncher } from './session-launcher.ts';
import { Supervisor } from './supervisor.ts';

type Client = RpcClient<LauncherRequest['request'], z.infer<typeof launcherEventSchema>>;
const KEY = 'launcher-key-of-the-test';
let folder = '';
let server: RpcServer;
let client: Client;
let asked: string[];
let isKept = true;

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
  const socketPath = join(folder, 'l.sock');
  const served = await serveSessionLauncher({
    socketPath,
    key: KEY,
    coreSocket: join(folder, 'core.sock'),
    logDir: folder,
    supervisor: new FakeSupervisor(systemClock(), () => undefined),
    entry: join(folder, 'none.ts'),
    logLevel: 'silent',
    replacePage: () => Promise.resolve(),
  });
  if (!served.ok) throw new Error(served.error.message);
  server = served.value;
  const opened = await connectRpc<LauncherRequest['request'], z.infer<typeof launcherEventSchema>>({
    socketPath,
    requestTimeoutMs: 5_000,
    answerSchema: rpcAnswerSchema,
    eventSchema: launcherEventSchema,
    clock: systemClock(),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  client = opened.value;
});
afterEach(async () => {
  client.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
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
