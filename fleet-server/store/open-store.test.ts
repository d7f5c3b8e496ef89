import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-open-'));
  file = join(dir, 'fleet.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('openStore', () => {
  it('makes the file, with a log that is synced at each commit', async () => {
    const opened = await openStore({ file });
    if (opened.ok) await opened.value.close();
    const db = new DatabaseSync(file);
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('says so when the file is no database or cannot be made', async () => {
    writeFileSync(
      file,
      'this is no database, only some text that is long enough to have a header of a hundred bytes and then a bit more',
    );
    expect(await openStore({ file })).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
    expect(await openStore({ file: join(dir, 'nowhere', 'fleet.sqlite') })).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE' },
    });
  });

  it('answers no call after it was closed', async () => {
    const opened = await openStore({ file });
    if (!opened.ok) throw new Error(opened.error.message);
    await opened.value.close();
    await expect(opened.value.staff.endSession({ idHash: 'x' })).rejects.toThrow('STORE_BROKEN');
  });
});
