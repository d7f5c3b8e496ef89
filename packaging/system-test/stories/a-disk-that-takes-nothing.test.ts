import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PastEvent } from '@yimen/contracts/terminal';
import { RunningDemonstration } from './with-demonstration.ts';

/** What this machine has to make a disk sick with, under a running core. What it has not is told, and left out. */
const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
const CAN = { limit: has('prlimit'), inject: has('strace') && canTrace() };
for (const [what, can] of Object.entries(CAN))
  if (!can)
    process.stderr.write(`left out: a disk fault that needs ${what === 'limit' ? 'prlimit' : 'strace and ptrace'}\n`);

const BACK_MS = 40_000;
/** Less than any journal's next page. */
const TINY_BYTES = 4_096;

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

const pidOfCore = (): number => hall.whereabouts().pids['core'] ?? 0;

function limitFiles(bytes: number | 'unlimited'): void {
  const set = spawnSync('prlimit', ['--pid', String(pidOfCore()), `--fsize=${bytes}:unlimited`]);
  if (set.status !== 0) throw new Error(`prlimit: ${set.stderr.toString()}`);
}

/** Answers EIO to every sync of core. @returns how to end that */
async function failSyncs(): Promise<() => Promise<void>> {
  const args = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    'inject=fsync,fdatasync:error=EIO',
  ];
  const tracer: ChildProcess = spawn('strace', [...args, '-p', String(pidOfCore())], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => {
    tracer.once('exit', () => {
      resolve();
    });
  });
  await wait(500);
  return async () => {
    tracer.kill('SIGINT');
    await gone;
  };
}

function canTrace(): boolean {
  return spawnSync('strace', ['-qq', '-o', '/dev/null', '-e', 'trace=none', process.execPath, '-e', '0']).status === 0;
}

/** Makes core's folder one that cannot be written. @returns how to make it well again */
function forbidWriting(folder: string): () => void {
  if (process.getuid?.() === 0) {
    // Root is not held by modes: a read-only mount over the folder holds anybody.
    mount('--bind', folder, folder);
    mount('-o', 'remount,bind,ro', folder);
    return () => {
      spawnSync('umount', ['--lazy', folder]);
    };
  }
  const files = readdirSync(folder).map((name) => join(folder, name));
  const to = (mode: number, folderMode: number): void => {
    for (const file of files) chmodSync(file, mode);
    chmodSync(folder, folderMode);
  };
  to(0o400, 0o500);
  return () => {
    to(0o600, 0o700);
  };
}

function mount(...args: readonly string[]): void {
  const done = spawnSync('mount', args);
  if (done.status !== 0) throw new Error(`mount ${args.join(' ')}: ${done.stderr.toString()}`);
}

/** The citizen has his card again, nothing was sold, and the terminal says what it lacks. */
async function expectNothingSold(from: number): Promise<void> {
  await untilState('outOfService');
  const { totals } = await hall.offices();
  expect(totals).toMatchObject({ held: 0, captured: 0, balanced: true });
  expect(hall.rows(from).filter((row) => row.kind === 'money-moved')).toEqual([]);
}

async function untilState(state: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await hall.status().catch(() => undefined))?.state === state) return;
    await wait(100);
  }
  throw new Error(`the terminal never was ${state}: ${JSON.stringify(await hall.status().catch(() => 'away'))}`);
}

async function untilCardIsBack(): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await hall.cabinet()).card === null) return;
    await wait(100);
  }
  throw new Error(`the card is still inside: ${JSON.stringify((await hall.cabinet()).card)}`);
}

const cardIsIn = (row: PastEvent): boolean => row.kind === 'goods-moved' && row['to'] === 'cardUnit';

async function comesBackByItself(): Promise<void> {
  await hall.invites(BACK_MS);
  expect((await hall.verifyJournal()).status).toBe(0);
}

/** Ways to make it sick that this machine has. @returns of `begin`: how to make it well again */
const SICKNESSES = [
  {
    how: 'is full',
    can: CAN.limit,
    begin: (): Promise<() => Promise<void>> => {
      limitFiles(TINY_BYTES);
      return Promise.resolve(() => {
        limitFiles('unlimited');
        return Promise.resolve();
      });
    },
  },
  { how: 'does not sync', can: CAN.inject, begin: failSyncs },
].filter(({ can }) => can);

describe('a disk that takes nothing any more', () => {
  it.each(SICKNESSES)(
    'F57 it $how while a card is inside: the card comes back, nothing is sold, and service goes on when it is well',
    async ({ begin }) => {
      const from = hall.lastRow();
      const walking = hall.citizen().catch((error: unknown) => error);
      await hall.journals(from, cardIsIn);
      const makeWell = await begin();
      try {
        await untilCardIsBack();
        await expectNothingSold(from);
      } finally {
        await makeWell();
      }
      await comesBackByItself();
      await walking;
    },
    120_000,
  );

  it('F57 a folder that cannot be written: nobody is served, and service goes on when it can', async () => {
    const allow = forbidWriting(join(hall.dataDir, 'core'));
    try {
      await hall.kill('core').catch(() => 0);
      await wait(3_000);
      const status = await hall.status().catch(() => undefined);
      expect(status?.state ?? 'away').not.toBe('inService');
    } finally {
      allow();
    }
    await comesBackByItself();
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1, handedOver: 1 });
  }, 120_000);
});
