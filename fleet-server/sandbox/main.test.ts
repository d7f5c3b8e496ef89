import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let dir = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-sandbox-main-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly line: Promise<string>;
  readonly ended: Promise<{ status: number | null; errors: string }>;
}
function start(argument: string): Started {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), argument], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    child,
    line: new Promise((resolve) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    }),
    ended: new Promise((resolve) => {
      child.once('exit', (status) => resolve({ status, errors }));
    }),
  };
}
const ready = async (started: Started): Promise<string> => (JSON.parse(await started.line) as { url: string }).url;
const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('the sandbox program', () => {
  it('is ready, keeps what it did over kill -9, and ends with its starter', async () => {
    const first = start(JSON.stringify({ port: 0, dataDir: dir }));
    const url = await ready(first);
    expect((await fetch(url)).headers.get('content-security-policy')).toContain("default-src 'none'");
    await post(`${url}/switches`, { action: { do: 'down' } });
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start(JSON.stringify({ port: 0, dataDir: dir, clockOffsetMs: 60_000 }));
    const state = (await (await fetch(`${await ready(second)}/state`)).json()) as {
      switches: object[];
      offsetMs: number;
    };
    expect(state).toMatchObject({ offsetMs: 60_000, switches: [{ action: { do: 'down' } }] });
    second.child.stdin?.end();
    expect(await second.ended).toEqual({ status: 0, errors: '' });
    const third = start(JSON.stringify({ port: 0, dataDir: dir }));
    await ready(third);
    third.child.kill('SIGTERM');
    expect((await third.ended).status).toBe(0);
  });

  it.each([
    ['nothing', '', 2, /one JSON argument/],
    ['a wrong port', '{"port":-1,"dataDir":"x"}', 2, /port/],
    ['an unknown member', '{"port":0,"dataDir":"x","colour":1}', 2, /colour/],
  ])('says in one sentence what is wrong with %s', async (_what, argument, status, says) => {
    const ended = await start(argument).ended;
    expect(ended.status).toBe(status);
    expect(ended.errors).toMatch(says);
    expect(ended.errors.trim().split('\n')).toHaveLength(1);
  });

  it('says so when the folder cannot be used or the port is taken', async () => {
    writeFileSync(join(dir, 'file'), '');
    expect(await start(JSON.stringify({ port: 0, dataDir: join(dir, 'file', 'x') })).ended).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^sandbox: the data folder/) as string,
    });
    const url = await ready(start(JSON.stringify({ port: 0, dataDir: join(dir, 'a') })));
    const port = Number(new URL(url).port);
    expect(await start(JSON.stringify({ port, dataDir: join(dir, 'b') })).ended).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/port \d+/) as string,
    });
  });
});
