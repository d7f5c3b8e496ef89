import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

const entry = new URL('bench-main.ts', import.meta.url).pathname;
const dirs: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function run(argument: string | undefined): ChildProcess {
  const child = spawn(process.execPath, argument === undefined ? [entry] : [entry, argument], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

function config(more: object = {}): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'yimen-bench-main-'));
  dirs.push(dataDir);
  return JSON.stringify({ httpPort: 0, dataDir, speed: 'fast', ...more });
}

interface ReadyLine {
  readonly pid: number;
  readonly httpPort: number;
  readonly devices: Readonly<Record<string, number>>;
}

async function ready(child: ChildProcess): Promise<ReadyLine> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line) as ReadyLine;
  throw new Error('the bench said nothing');
}

async function lastWords(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

describe('the bench as a process', () => {
  it('says one ready line, serves, and ends when its stdin closes', async () => {
    const child = run(config());
    const said = await ready(child);
    expect(said).toMatchObject({
      ready: true,
      pid: child.pid,
      devices: { 'card-unit': expect.any(Number), 'travel-document': expect.any(Number) },
    });
    expect((await fetch(`http://127.0.0.1:${said.httpPort}/state`)).status).toBe(200);
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends on SIGTERM, also with a page that follows it', async () => {
    const child = run(config());
    const { httpPort } = await ready(child);
    const events = await fetch(`http://127.0.0.1:${httpPort}/events`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await events.body?.cancel().catch(() => undefined);
  });

  it.each([
    undefined,
    '{',
    '{}',
    '{"httpPort":0,"dataDir":"x","speed":"slow"}',
    '{"httpPort":0,"dataDir":"x","speed":"fast","more":1}',
  ])('wrong use %j: status 2 and what was expected', async (argument) => {
    const child = run(argument);
    const words = await lastWords(child);
    expect(child.exitCode).toBe(2);
    expect(words).toMatch(/^bench: one JSON argument .*\n$/);
  });

  it('a taken port: status 1 and its number', async () => {
    const first = run(config());
    const { httpPort } = await ready(first);
    const second = run(config({ httpPort }));
    const words = await lastWords(second);
    expect(second.exitCode).toBe(1);
    expect(words).toBe(`bench: port ${httpPort} of the bench is taken\n`);
  });
});
