import { accessSync, constants, readFileSync } from 'node:fs';
import { lstat, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '../limits.table.ts';

/** A file of a run, by its name. */
export interface FolderFile {
  readonly name: string;
  readonly bytes: number;
}

const PREFIX = 'yimen-sane-';
const OWNER = /^yimen-sane-(\d+)\.(\d+)-/;
const MEMORY_FOLDER = '/dev/shm';
/** What the kernel's own line of a process has behind its name; the 20th field of these is when it began (proc(5)). */
const BEGAN_FIELD = 19;

/** Where pages may lie: in memory where the system has such a folder, so that no disk ever holds one. */
export function pagesFolder(): string {
  try {
    accessSync(MEMORY_FOLDER, constants.W_OK | constants.X_OK);
    return MEMORY_FOLDER;
  } catch {
    return tmpdir();
  }
}

/** Makes a folder for one run (mode 0700). Its name says which process it belongs to. */
export function makeRunFolder(base: string): Promise<string> {
  return mkdtemp(join(base, `${PREFIX}${process.pid}.${beganOf(process.pid) ?? 0}-`));
}

/** Regular files of a folder in the order of their numbers; a missing folder has none. */
export async function filesOf(folder: string): Promise<FolderFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files: FolderFile[] = [];
  for (const name of names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    // What was renamed or removed since is no file of that name any more.
    const stat = await lstat(join(folder, name)).catch(() => undefined);
    if (stat?.isFile() === true) files.push({ name, bytes: stat.size });
  }
  return files;
}

/** A file's bytes, in no buffer but the one that is given back.
 *  @throws Error it cannot be read, or it became shorter */
export async function readWhole(folder: string, { name, bytes }: FolderFile): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes);
  const file = await open(join(folder, name), 'r');
  try {
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await file.read(whole, at, bytes - at, at);
      if (bytesRead === 0) throw new Error(`${name} became shorter`);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return whole;
}

/** Overwrites every file, then removes the folder. What cannot be overwritten is removed all the same. */
export async function wipeFolder(folder: string): Promise<void> {
  for (const { name, bytes } of await filesOf(folder))
    await overwrite(join(folder, name), bytes).catch(() => undefined);
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

/** Removes what processes that are no more have left in `base`: their programs first, then the folders. */
export async function sweepFolders(base: string): Promise<void> {
  for (const name of await readdir(base).catch(() => [])) {
    const [, pid, began] = OWNER.exec(name) ?? [];
    if (pid === undefined || beganOf(Number(pid)) === began) continue;
    const folder = join(base, name);
    const stat = await lstat(folder).catch(() => undefined);
    if (stat?.isDirectory() !== true || stat.uid !== process.getuid?.()) continue;
    await endProgramsOf(folder);
    await wipeFolder(folder);
  }
}

/** A run is told its folder in its environment, and so is all that it starts. */
async function endProgramsOf(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    // Other people's processes cannot be read, and are none of ours.
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (!environment.split('\0').includes(`TMPDIR=${folder}`)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

async function overwrite(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const zeros = new Uint8Array(Math.min(bytes, LIMITS.saneWipeBytes));
    for (let at = 0; at < bytes; at += zeros.length) await file.write(zeros, 0, Math.min(zeros.length, bytes - at), at);
    // Else a disk would only ever see the removal.
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** When a process began, in ticks since the machine did; a number that came round again has another. */
function beganOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[BEGAN_FIELD];
  } catch {
    return undefined;
  }
}
