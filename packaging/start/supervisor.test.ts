import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@yimen/terminal/ipc';
import { Supervisor } from './supervisor.ts';

const OBEDIENT = `process.stdin.resume(); process.stdin.on('end', () => process.exit(0));
process.stdout.write(JSON.stringify({ ready: true }) + '\\n');`;
const DEAF = `process.on('SIGTERM', () => {}); ${OBEDIENT}`;
let folder = '';
let supervisor: Supervisor;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-supervisor-'));
  said = [];
  supervisor = new Supervisor(systemClock(), (line) => said.push(line), { restartTermMs: 300 });
});
afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keep(source: string): Promise<number> {
  const entry = join(folder, 'one.mjs');
  writeFileSync(entry, source);
  expect(await supervisor.keep({ name: 'one', entry, args: [], env: {}, logDir: folder })).toEqual({ ready: true });
  return supervisor.child('one')?.pid ?? 0;
}

/** Another process stands in its place, and is ready. */
async function another(than: number): Promise<number> {
  while (supervisor.child('one')?.pid === than) await wait(5);
  await supervisor.child('one')?.ready;
  return supervisor.child('one')?.pid ?? 0;
}

function isAlive(pid: number): boolean {
  try {
    // A process that was killed and not yet waited for is a zombie: gone all the same.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

describe('a restart that was ordered', () => {
  it('ends the process and starts another one', async () => {
    const first = await keep(OBEDIENT);
    expect(await supervisor.restart('one')).toBe(true);
    expect(isAlive(first)).toBe(false);
    expect(await another(first)).not.toBe(first);
    expect(said).toEqual(['one ended (as ordered); starting it again']);
  });

  it('kills at its deadline what does not end', async () => {
    const first = await keep(DEAF);
    expect(await supervisor.restart('one')).toBe(true);
    expect(isAlive(first)).toBe(false);
    await another(first);
  });

  it('costs nothing of what a process that falls has: the next one after many orders comes at once', async () => {
    let pid = await keep(OBEDIENT);
    const pauses: number[] = [];
    supervisor.onPause = (ms) => pauses.push(ms);
    for (let i = 0; i < 4; i += 1) {
      await supervisor.restart('one');
      pid = await another(pid);
    }
    expect(pauses).toEqual([]);
    process.kill(pid, 'SIGKILL');
    pid = await another(pid);
    process.kill(pid, 'SIGKILL');
    await another(pid);
    expect(pauses).toEqual([50, 200]);
  });

  it('of nothing that is kept here is not made', async () => {
    expect(await supervisor.restart('two')).toBe(false);
  });
});
