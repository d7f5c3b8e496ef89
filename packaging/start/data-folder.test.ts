import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yimen-data-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the data folder of a start', () => {
  it('is made, with all above it, and may be opened again after it was released', async () => {
    const dir = join(root, 'a', 'b');
    const first = await openDataFolder(dir, false);
    expect(existsSync(first.logDir)).toBe(true);
    first.release();
    (await openDataFolder(dir, false)).release();
  });

  it('is refused while another start uses it', async () => {
    const first = await openDataFolder(root, false);
    await expect(openDataFolder(root, false)).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      status: 1,
      message: expect.stringContaining('--data'),
    });
    first.release();
  });

  it('on a full disk is refused, and is free again for the next try', async () => {
    await expect(openDataFolder(root, false, () => 10)).rejects.toMatchObject({ code: 'DISK_FULL' });
    (await openDataFolder(root, false)).release();
  });

  it('is forgotten when fresh is asked for, but only when we made it', async () => {
    (await openDataFolder(root, false)).release();
    writeFileSync(join(root, 'old'), 'x');
    (await openDataFolder(root, true)).release();
    expect(existsSync(join(root, 'old'))).toBe(false);
    const foreign = join(root, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis'), 'x');
    await expect(openDataFolder(foreign, true)).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
    expect(existsSync(join(foreign, 'thesis'))).toBe(true);
  });

  it('that is a file names the remedy', async () => {
    const file = join(root, 'file');
    writeFileSync(file, 'x');
    await expect(openDataFolder(file, false)).rejects.toMatchObject({
      code: 'DATA_UNREADABLE',
      message: expect.stringContaining('choose another with --data'),
    });
  });
});
