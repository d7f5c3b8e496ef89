import { readFile } from 'node:fs/promises';

/** A device node, as `stat` tells it: what the kernel names a lock by. */
export interface DeviceNode {
  readonly dev: number;
  readonly ino: number;
}

/** The process that holds a whole-file lock on the node, by the text of `/proc/locks`; `undefined` when none does.
 *  Line: `23: FLOCK ADVISORY WRITE 14645 00:1a:3 0 EOF`; a line with `->` only waits for its lock.
 *  @source proc(5), /proc/locks */
export function lockHolder(locks: string, node: DeviceNode): number | undefined {
  const name = nodeName(node);
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, file] = line.trim().split(/\s+/);
    if (kind === 'FLOCK' && file === name) return Number(pid);
  }
  return undefined;
}

/** Looks who has locked the node, without opening it: opening a port that another owner uses changes that owner's line
 *  settings, and once cost it the news of its unplug. `undefined` too where the kernel does not tell. */
export async function findLockHolder(node: DeviceNode): Promise<number | undefined> {
  try {
    return lockHolder(await readFile('/proc/locks', 'utf8'), node);
  } catch {
    // Without /proc the lock itself still refuses the second owner.
    return undefined;
  }
}

/** Major and minor number in hexadecimal, inode in decimal; `dev` is split as glibc's `gnu_dev_major` does. */
function nodeName({ dev, ino }: DeviceNode): string {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `${hex(major)}:${hex(minor)}:${ino}`;
}
