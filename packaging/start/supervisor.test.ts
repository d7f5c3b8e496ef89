import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@yimen/terminal/ipc';
import { Supervisor } from './supervisor.ts';
import type { WatchTimes } from './watch.table.ts';

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

async function keep(source: string, isWatched = false): Promise<number> {
  const entry = join(folder, 'one.mjs');
  writeFileSync(entry, source);
  const spec = { name: 'one', entry, args: [], env: {}, logDir: folder, isWatched };
  expect(await supervisor.keep(spec)).toEqual({ ready: true });
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

describe('a process that fell', () => {
  it('is not started again before it may be: there is no power', async () => {
    const first = await keep(OBEDIENT);
    let powerIsBack: () => void = () => undefined;
    const asked = new Promise<string>((resolve) => {
      supervisor.beforeAgain = (name) => {
        resolve(name);
        return new Promise((back) => {
          powerIsBack = back;
        });
      };
    });
    process.kill(first, 'SIGKILL');
    expect(await asked).toBe('one');
    expect(supervisor.child('one')?.pid).toBe(first);
    powerIsBack();
    expect(await another(first)).not.toBe(first);
  });
});

/** Fast enough for a test, and slow enough for a machine that has others to serve. */
const FAST: WatchTimes = { pulseMs: 20, lookMs: 50, silentLooks: 30, startLooks: 400, grownMb: 200 };
/** Turns its loop for a while, then never again. */
const STALLS = `${OBEDIENT} setTimeout(() => { for (;;); }, 200);`;
const GROWS = `${OBEDIENT} const kept = [];
setInterval(() => { if (kept.length < 30) kept.push(Buffer.alloc(10 * 1024 * 1024, 1)); }, 10);`;

describe('F63 a process that hangs', () => {
  let hung: string[];
  beforeEach(() => {
    hung = [];
    supervisor = new Supervisor(systemClock(), (line) => said.push(line), { watch: FAST });
    supervisor.onHung = (name) => hung.push(name);
  });

  it.each<[string, string, boolean]>([
    ['stopped by a signal', OBEDIENT, true],
    ['in an endless loop', STALLS, false],
  ])('F63 %s is killed and another one started', async (_what, source, isStopped) => {
    // It need not have spoken yet: that it is ready is a sign of life.
    const first = await keep(source, true);
    if (isStopped) process.kill(first, 'SIGSTOP');
    await another(first);
    expect(isAlive(first)).toBe(false);
    expect(hung.slice(0, 1)).toEqual(['one']);
    expect(said.slice(0, 2)).toEqual([
      'one gives no sign of life and is killed',
      'one ended (SIGKILL); starting it again',
    ]);
  });

  it('F63 as a process that is started once tells its owner of its end', async () => {
    const entry = join(folder, 'once.mjs');
    writeFileSync(entry, OBEDIENT);
    const ended = new Promise<string>((resolve) => {
      supervisor.once({ name: 'once', entry, args: [], env: {}, logDir: folder, isWatched: true }, resolve);
    });
    await supervisor.child('once')?.ready;
    await spoke();
    process.kill(supervisor.child('once')?.pid ?? 0, 'SIGSTOP');
    expect(await ended).toBe('SIGKILL');
    expect(hung).toEqual(['once']);
  });

  it('F63 and is busy but alive is left alone', async () => {
    const pid = await keep(
      `${OBEDIENT} setInterval(() => { const until = Date.now() + 100; while (Date.now() < until); }, 1);`,
      true,
    );
    await wait(2 * FAST.silentLooks * FAST.lookMs);
    expect([hung, supervisor.child('one')?.pid]).toEqual([[], pid]);
  });

  it('F63 control: where nobody watches it, it stays as it is', async () => {
    const pid = await keep(OBEDIENT);
    process.kill(pid, 'SIGSTOP');
    await wait(2 * FAST.silentLooks * FAST.lookMs);
    expect([hung, supervisor.child('one')?.pid, isAlive(pid)]).toEqual([[], pid, true]);
    process.kill(pid, 'SIGCONT');
  });

  /** Its first sign of life has come. */
  async function spoke(): Promise<void> {
    await wait(10 * FAST.pulseMs);
  }
});

describe('F63 a process that grows', () => {
  it('F63 is told of once, and goes on: when it is restarted is for others to say', async () => {
    supervisor = new Supervisor(systemClock(), (line) => said.push(line), { watch: FAST });
    const grown = new Promise<[string, number]>((resolve) => {
      supervisor.onGrown = (name, rssMb) => {
        resolve([name, rssMb]);
      };
    });
    const pid = await keep(GROWS, true);
    const [name, rssMb] = await grown;
    expect(name).toBe('one');
    expect(rssMb).toBeGreaterThan(FAST.grownMb);
    expect(supervisor.child('one')?.pid).toBe(pid);
  });

  it('F63 control: below its bound nobody is told', async () => {
    supervisor = new Supervisor(systemClock(), (line) => said.push(line), { watch: { ...FAST, grownMb: 4_000 } });
    const told: string[] = [];
    supervisor.onGrown = (name) => told.push(name);
    await keep(GROWS, true);
    await wait(1_000);
    expect(told).toEqual([]);
  });
});
