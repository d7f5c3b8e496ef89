import { readdir, readlink, realpath, stat } from 'node:fs/promises';

/** A device node, as `stat` tells it. */
export interface HidNode {
  readonly dev: number;
  readonly ino: number;
  readonly rdev: number;
  readonly isDevice: boolean;
}

/** What the channel asks the file system. */
export interface HidNodes {
  /** Where a name leads; the name itself when it leads nowhere. */
  real(path: string): Promise<string>;
  /** `undefined`: there is no such name. */
  look(path: string): Promise<HidNode | undefined>;
  /** Other processes that have the device open, as far as this user may see. */
  holders(node: HidNode): Promise<readonly number[]>;
}

export const systemNodes: HidNodes = {
  real: (path) => realpath(path).catch(() => path),
  look: async (path) => {
    const node = await stat(path).catch(() => undefined);
    if (node === undefined) return undefined;
    const { dev, ino, rdev } = node;
    return { dev, ino, rdev, isDevice: node.isCharacterDevice() };
  },
  holders: findHolders,
};

/** A hidraw node knows no lock and gives every reader its own copy of each report: two drivers on it would both think
 *  that a code is theirs. So whoever else has it open is looked up in /proc; processes of other users are seen by root
 *  only. */
async function findHolders({ rdev }: HidNode): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const holding = await Promise.all(pids.map(async (pid) => pid !== process.pid && (await hasOpen(pid, rdev))));
  return pids.filter((_, at) => holding[at]);
}

async function hasOpen(pid: number, rdev: number): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${name}`).catch(() => '');
    if (!target.startsWith('/dev/')) continue;
    const node = await stat(`${folder}/${name}`).catch(() => undefined);
    if (node?.isCharacterDevice() === true && node.rdev === rdev) return true;
  }
  return false;
}
