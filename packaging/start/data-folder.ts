import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Problem } from './problem.ts';

/** A Unix socket's name may have about 100 bytes and a data folder's may have more: sockets live in a short folder of
 *  their own, named after the data folder, readable by this user alone. */
export function runFolder(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const uid = process.getuid?.() ?? 0;
  return join(tmpdir(), `yimen-${uid}-${name}`);
}

export interface DataFolder {
  readonly dataDir: string;
  readonly runDir: string;
  readonly logDir: string;
  release(): void;
}

const NEEDED_MB = 200;

/** Opens the data folder for one start: made when missing, forgotten when `fresh`, refused while another start uses it.
 *  @throws Problem DATA_UNREADABLE, DATA_IN_USE, DISK_FULL */
export async function openDataFolder(
  dataDir: string,
  fresh: boolean,
  freeMbOf: (dir: string) => number = freeMb,
): Promise<DataFolder> {
  const runDir = runFolder(dataDir);
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(runDir, 'lock.sock'), dataDir);
  try {
    if (fresh) forget(dataDir);
    makeFolder(join(dataDir, 'log'));
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    writeFileSync(join(dataDir, 'yimen-data'), 'This folder belongs to yimen.\n');
  } catch (error) {
    lock.close();
    if (error instanceof Problem) throw error;
    throw new Problem(
      'DATA_UNREADABLE',
      `The data folder ${dataDir} cannot be read or written: choose another with --data (${error instanceof Error ? error.message : ''})`,
    );
  }
  if (freeMbOf(dataDir) < NEEDED_MB) {
    lock.close();
    throw new Problem(
      'DISK_FULL',
      `The disk of ${dataDir} has less than ${NEEDED_MB} MB free: free some space and start again`,
    );
  }
  return { dataDir, runDir, logDir: join(dataDir, 'log'), release: () => lock.close() };
}

function freeMb(dir: string): number {
  const disk = statfsSync(dir);
  return (disk.bavail * disk.bsize) / 1_048_576;
}

/** Makes a folder and those above it. (Node's own recursive mkdir never returns where the system answers ENOENT for a
 *  folder whose parent exists, as below /proc.) */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** `--fresh` deletes a whole folder: only one that we made, or an empty or missing one. */
function forget(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  if (!existsSync(join(dataDir, 'yimen-data'))) {
    throw new Problem(
      'DATA_UNREADABLE',
      `${dataDir} was not made by yimen and is not deleted: choose another folder with --data`,
    );
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** The lock is a listening socket: it goes with its process however that ends, so nothing stale can lock people out. */
async function takeLock(path: string, dataDir: string): Promise<Server> {
  if (await answers(path))
    throw new Problem(
      'DATA_IN_USE',
      `The data folder ${dataDir} is in use by another start: stop that one, or choose another folder with --data`,
    );
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
