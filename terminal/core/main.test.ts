import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { verifyJournal } from './compose.ts';

let folder = '';
let environment = '';
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-main-'));
  const trust = await createDevelopmentTrust(join(folder, 'trust'), {
    terminals: ['SD-DALIANG-01'],
    serverNames: ['127.0.0.1'],
  });
  const mine = trust.ok ? trust.value.terminals.get('SD-DALIANG-01') : undefined;
  if (!trust.ok || mine === undefined) throw new Error('no trust');
  environment = JSON.stringify({
    tid: 'SD-DALIANG-01',
    hallId: 'daliang-01',
    town: '440606005',
    hallZh: '大良',
    hallEn: 'Daliang',
    hotline: '12345',
    demo: false,
    dataDir: join(folder, 'data'),
    runDir: folder,
    servicesDir: join(folder, 'services'),
    uiDir: join(folder, 'ui'),
    uiPort: 0,
    mqttUrl: 'mqtts://127.0.0.1:1',
    gatewayUrl: 'https://127.0.0.1:1',
    key: { certFile: mine.cert, keyFile: mine.key, caFile: trust.value.ca },
    epoch: 1,
    deviceHost: { socketPath: join(folder, 'devices.sock'), coreKey: 'core-key' },
    launcher: { socketPath: join(folder, 'launcher.sock'), key: 'launcher-key' },
    logLevel: 'silent',
  });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

function launch(value: string | undefined): {
  child: ChildProcess;
  line: Promise<Record<string, unknown>>;
  ended: Promise<Ended>;
} {
  const { YIMEN_CORE: _old, ...rest } = process.env;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: value === undefined ? rest : { ...rest, YIMEN_CORE: value },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let stderr = '';
  child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
  const line = new Promise<Record<string, unknown>>((resolve) =>
    child.stdout?.once('data', (part: Buffer) => {
      resolve(JSON.parse(part.toString()) as Record<string, unknown>);
    }),
  );
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (status) => {
      resolve({ status, stderr });
    }),
  );
  return { child, line, ended };
}

describe('core as a process', () => {
  it('says when it is ready, answers health, and ends on SIGTERM with status 0 within 2 s', async () => {
    const { child, line, ended } = launch(environment);
    const ready = await line;
    expect(ready).toEqual({ ready: true, pid: child.pid, uiPort: expect.any(Number) });
    const health = await fetch(`http://127.0.0.1:${Number(ready['uiPort'])}/health`);
    expect(await health.json()).toEqual({ state: 'outOfService', ready: true });
    expect((await fetch(`http://127.0.0.1:${Number(ready['uiPort'])}/status.json`)).status).toBe(404);
    const asked = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect(verifyJournal(join(folder, 'data', 'journal.sqlite'))).toMatchObject({ ok: true, value: { total: 0 } });
  });

  it('ends when its stdin closes, and a killed one leaves a folder that the next can use', async () => {
    const first = launch(environment);
    await first.line;
    first.child.kill('SIGKILL');
    await first.ended;
    const second = launch(environment);
    await second.line;
    const third = await launch(environment).ended;
    expect(third).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^core: another terminal core is already working on .* \[DATA_IN_USE\]\n$/u),
    });
    second.child.stdin?.end();
    expect((await second.ended).status).toBe(0);
  });

  it('says in one sentence what is wrong with its configuration, status 2', async () => {
    for (const value of [undefined, 'not json', JSON.stringify({ ...(JSON.parse(environment) as object), epoch: 0 })]) {
      const { status, stderr } = await launch(value).ended;
      expect(status).toBe(2);
      expect(stderr).toMatch(/^core: [^\n]+\[WRONG_OPTION\]\n$/u);
    }
  });
});
