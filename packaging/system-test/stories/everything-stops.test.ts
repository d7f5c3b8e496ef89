import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RunningDemonstration, run } from './with-demonstration.ts';

const GONE_MS = 3_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function allGone(pids: readonly number[], withinMs: number): Promise<number[]> {
  const until = performance.now() + withinMs;
  while (performance.now() < until && pids.some(isAlive)) await wait(25);
  return pids.filter(isAlive);
}

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'by %s leaves no process behind within 3 s',
    async (signal) => {
      const hall = await RunningDemonstration.start();
      const pids = Object.values(hall.whereabouts().pids);
      expect(pids.length).toBeGreaterThanOrEqual(6);
      hall.process.kill(signal);
      expect(await allGone([...pids, hall.process.pid ?? 0], GONE_MS)).toEqual([]);
      await hall.stop();
    },
    120_000,
  );

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s to npm alone leaves no process behind within 3 s',
    async (signal) => {
      const hall = await RunningDemonstration.startThroughNpm();
      const { pid, pids } = hall.whereabouts();
      hall.process.kill(signal);
      expect(await allGone([...Object.values(pids), pid, hall.process.pid ?? 0], GONE_MS)).toEqual([]);
      await hall.stop();
    },
    120_000,
  );

  it('happens when whoever started it dies', async () => {
    // npm stands between a person and the command: a stand-in for it is killed without a chance to say goodbye.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); import("' + process.argv[1] + '").then((m) => m.watchParents(() => process.exit(0)))'], { stdio: ['ignore', 'inherit', 'ignore'] }).on('spawn', function () { console.log(this.pid); })`,
        `${import.meta.dirname}/../../start/parent-watch.ts`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => {
        resolve(Number(chunk.toString()));
      });
    });
    await wait(700);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await allGone([pid], GONE_MS)).toEqual([]);
  }, 30_000);
});

describe('wrong use', () => {
  it.each([
    ['packaging/start/start.mjs', ['--port-base', 'x'], /--port-base x: expected a whole number/u],
    ['packaging/start/start.mjs', ['--lights', '3'], /--lights/u],
    ['packaging/start/start.mjs', ['--electron', '--kiosk'], /--electron/u],
    ['packaging/citizen/citizen.mjs', [], /expected one SERVICE/u],
    ['packaging/citizen/citizen.mjs', ['exit.endorse', '--fault', 'F99'], /--fault F99: expected one of/u],
    ['packaging/citizen/citizen.mjs', ['veh.unknown'], /no such service; expected all or one of exit\.endorse/u],
    ['packaging/journal/journal.mjs', ['verify'], /FILE/u],
  ])('%s %j: one sentence and status 2', async (entry, args, sentence) => {
    const ran = await run(entry, args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(sentence);
    expect(ran.stderr).not.toMatch(/\n\s+at /u);
  });

  it('a data folder that cannot be one: a sentence and status 1', async () => {
    const ran = await run('packaging/start/start.mjs', ['--port-base', '24000', '--data', '/proc/yimen']);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/cannot be read or written.*\[DATA_UNREADABLE\]/u);
    expect(ran.stderr).not.toMatch(/\n\s+at /u);
  });

  it('--fresh never deletes a folder that yimen did not make', async () => {
    const { mkdtempSync, writeFileSync, existsSync } = await import('node:fs');
    const dir = mkdtempSync('/tmp/yimen-foreign-');
    writeFileSync(`${dir}/mine.txt`, 'x');
    const ran = await run('packaging/start/start.mjs', ['--port-base', '24010', '--data', dir, '--fresh']);
    expect(ran.status).toBe(1);
    expect(existsSync(`${dir}/mine.txt`)).toBe(true);
  });
});
