import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryNow } from './rig-tools.ts';

const PREFIX = 'yimen-power-cut-';

/** How a rig of this process names its folder: whoever finds it knows whether its owner still lives. */
export const rigPrefix = (): string => join(tmpdir(), `${PREFIX}${process.pid}-`);

/** Takes down what rigs left behind whose process was killed: nobody else could. */
export function takeDownStaleRigs(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) takeDown(join(tmpdir(), name));
  }
}

function takeDown(folder: string): void {
  tryNow('umount', '--lazy', join(folder, 'mnt'));
  const image = join(folder, 'window', 'disk');
  for (const loop of readdirSync('/sys/block'))
    if (backingFile(loop) === image) tryNow('losetup', '--detach', `/dev/${loop}`);
  // Its process ends when nobody looks through it any more.
  tryNow('fusermount3', '-u', '-z', join(folder, 'window'));
  rmSync(folder, { recursive: true, force: true });
}

function backingFile(loop: string): string {
  try {
    return readFileSync(`/sys/block/${loop}/loop/backing_file`, 'utf8').trim();
  } catch {
    return '';
  }
}
