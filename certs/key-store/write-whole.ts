import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** New file, fsync, rename, fsync of the folder: a cut leaves the old file or the new one, never half of it. The mode
 *  holds from the first byte on.
 *  @throws what the file system throws; nothing is left beside */
export function writeWhole(path: string, text: string | Uint8Array, mode: number): void {
  const beside = `${path}.new`;
  try {
    rmSync(beside, { force: true });
    const file = openSync(beside, 'wx', mode);
    try {
      fchmodSync(file, mode);
      writeSync(file, typeof text === 'string' ? Buffer.from(text) : text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
