import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '../start/problem.ts';
import { rigPrefix, takeDownStaleRigs } from './stale-rigs.ts';
import { demand, endNow, must, systemEnvironment, tryNow, undoAtExit, type Needs } from './rig-tools.ts';

export const POWER_CUT_NEEDS: Needs = {
  rig: 'the power-cut rig',
  programs: ['nbdkit', 'nbdfuse', 'fusermount3', 'losetup', 'mkfs.ext4', 'mount', 'umount'],
  packages: ['nbdkit', 'libnbd-bin', 'fuse3', 'e2fsprogs'],
  fuse: true,
  loop: true,
};

const READY_MS = 10_000;
const LOOK_MS = 20;
/** A file system is busy as long as a killed process is being taken down. */
const UMOUNT_TRIES = 100;
/** Far more than a terminal makes files, and few enough to use up. */
const INODES = 2_048;

/** A disk with a volatile cache whose power can be cut. nbdkit holds what was written and passes it on to the backing file
 *  only when it is told to flush; nbdfuse shows it as a file, a loop device makes it a disk, ext4 lies on it. When nbdkit
 *  is killed, all that nobody had flushed is gone, as in a real disk. */
export class PowerCutDisk {
  /** Where the file system is mounted, when it is. */
  readonly mountPoint: string;
  readonly #folder: string;
  readonly #image: string;
  #server: ChildProcess | undefined;
  #serverGone: Promise<void> = Promise.resolve();
  #window: ChildProcess | undefined;
  #device: string | undefined;
  readonly #forget: () => void;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#image = join(folder, 'disk.img');
    this.mountPoint = join(folder, 'mnt');
    this.#forget = undoAtExit(() => {
      this.#pullApart();
    });
  }

  /** Makes an empty disk and mounts it. @throws Problem NOT_RUNNING what this machine lacks */
  static async make(sizeMb: number): Promise<PowerCutDisk> {
    demand(POWER_CUT_NEEDS);
    takeDownStaleRigs();
    const disk = new PowerCutDisk(mkdtempSync(rigPrefix()));
    try {
      mkdirSync(disk.mountPoint);
      mkdirSync(disk.#windowDir);
      await must('truncate', '-s', `${sizeMb}M`, disk.#image);
      const made = ['-q', '-F', '-b', '4096', '-N', String(INODES), '-E', 'lazy_itable_init=0,lazy_journal_init=0'];
      await must('mkfs.ext4', ...made, disk.#image);
      await disk.#raise();
      return disk;
    } catch (error) {
      await disk.close();
      throw error;
    }
  }

  /** The process whose death is the power cut. */
  get serverPid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Resolves when the power is cut, by whomever. */
  get gone(): Promise<void> {
    return this.#serverGone;
  }

  /** Cuts the power, unless somebody has. Resolves when the cache is gone. */
  async cut(): Promise<void> {
    endNow(this.#server);
    await this.#serverGone;
  }

  /** After a cut: what reached the backing file is mounted again. Nobody may work on the disk any more. */
  async back(): Promise<void> {
    await this.cut();
    await this.#takeDown();
    await this.#raise();
  }

  /** From now on the disk refuses every write, as one that is worn out: ext4 gives up its journal and lets itself only be
   *  read. Only a power cut and a disk that is well again (`back`) end that. */
  async refuseWrites(): Promise<void> {
    writeFileSync(this.#sickFile, '');
    // ext4 notices when it has something to write.
    writeFileSync(join(this.mountPoint, 'worn-out'), '');
    await must('sync', '-f', this.mountPoint).catch(() => '');
  }

  /** Unmounts, detaches, ends its processes, forgets its files. Idempotent. */
  async close(): Promise<void> {
    if (this.#server !== undefined && this.#server.exitCode === null && this.#server.signalCode === null)
      await must('sync', '-f', this.mountPoint).catch(() => '');
    await this.#takeDown().catch(() => undefined);
    this.#pullApart();
    this.#forget();
  }

  get #windowDir(): string {
    return join(this.#folder, 'window');
  }

  get #sickFile(): string {
    return join(this.#folder, 'sick');
  }

  async #raise(): Promise<void> {
    const socket = join(this.#folder, 'nbd.sock');
    rmSync(socket, { force: true });
    rmSync(this.#sickFile, { force: true });
    // The filter's own block size: a coarse cache would drag unflushed neighbours along with a flushed block.
    const cache = ['cache=writeback', 'cache-min-block-size=4096'];
    const error = ['error=EIO', 'error-pwrite-rate=100%', `error-file=${this.#sickFile}`];
    const disk = ['--filter=error', '--filter=cache', 'file', this.#image, ...error, ...cache];
    this.#server = this.#spawn('nbdkit', ['--foreground', '--exit-with-parent', '--unix', socket, ...disk]);
    const server = this.#server;
    this.#serverGone = new Promise((resolve) => {
      server.once('exit', () => {
        resolve();
      });
    });
    await until(() => existsSync(socket), 'nbdkit does not listen');
    const window = join(this.#windowDir, 'disk');
    this.#window = this.#spawn('nbdfuse', [window, '--unix', socket]);
    await until(() => existsSync(window), 'nbdfuse shows no disk');
    this.#device = await must('losetup', '--find', '--show', window);
    await must('mount', '-t', 'ext4', this.#device, this.mountPoint);
  }

  /** Core dumps and other last words of a program whose disk dies under it stay in the rig's own folder. */
  #spawn(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { cwd: this.#folder, stdio: 'ignore', env: systemEnvironment() });
    child.once('error', () => undefined);
    return child;
  }

  async #takeDown(): Promise<void> {
    if (this.#device !== undefined) {
      await this.#unmount();
      await must('losetup', '--detach', this.#device);
      this.#device = undefined;
    }
    if (existsSync(join(this.#windowDir, 'disk')) || this.#window !== undefined)
      tryNow('fusermount3', '-u', '-z', this.#windowDir);
    endNow(this.#server);
    await this.#serverGone;
    endNow(this.#window);
    this.#window = undefined;
    this.#server = undefined;
  }

  async #unmount(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await must('umount', this.mountPoint);
        return;
      } catch (error) {
        if (tries >= UMOUNT_TRIES) throw error;
        await wait(LOOK_MS);
      }
    }
  }

  /** Without waiting for anybody. */
  #pullApart(): void {
    endNow(this.#server);
    if (this.#device !== undefined) {
      tryNow('umount', '--lazy', this.mountPoint);
      tryNow('losetup', '--detach', this.#device);
      this.#device = undefined;
    }
    if (this.#window !== undefined) {
      tryNow('fusermount3', '-u', '-z', this.#windowDir);
      endNow(this.#window);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function until(isThere: () => boolean, otherwise: string): Promise<void> {
  const late = Date.now() + READY_MS;
  while (!isThere()) {
    if (Date.now() > late) throw new Problem('NOT_RUNNING', `the power-cut rig does not come up: ${otherwise}`);
    await wait(LOOK_MS);
  }
}
