import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from './migrations.table.ts';
import { openStore } from './open-store.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-open-'));
  file = join(dir, 'fleet.sqlite');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('openStore', () => {
  it('makes the file, keeps what was written, and does each step once', async () => {
    const first = await openStore({ file });
    if (!first.ok) throw new Error(first.error.message);
    await first.value.places.seed({ halls: [], terminals: [] });
    await first.value.close();
    const second = await openStore({ file });
    if (!second.ok) throw new Error(second.error.message);
    expect((await second.value.reads.towns()).map((town) => town.zh)).toContain('大良街道');
    await second.value.close();
    const db = new DatabaseSync(file);
    expect(
      db
        .prepare('select name from kysely_migration order by name')
        .all()
        .map((row) => row['name']),
    ).toEqual(MIGRATIONS.map((step) => step.name));
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('goes on where an interrupted migration stopped', async () => {
    const first = await openStore({ file });
    if (first.ok) await first.value.close();
    const last = MIGRATIONS.at(-1);
    const db = new DatabaseSync(file);
    // What the last step made is not there yet: an index or a table, whichever it is.
    const made = db
      .prepare("select type, name from sqlite_master where name not like 'sqlite_%' order by rowid desc limit 1")
      .get();
    db.exec(
      `drop ${String(made?.['type'])} ${String(made?.['name'])}; delete from kysely_migration where name = '${last?.name ?? ''}'`,
    );
    db.close();
    const again = await openStore({ file });
    expect(again.ok).toBe(true);
    if (again.ok) await again.value.close();
  });

  it('refuses a file that a newer program wrote, and leaves it as it is', async () => {
    const first = await openStore({ file });
    if (first.ok) await first.value.close();
    const db = new DatabaseSync(file);
    db.exec(
      "insert into kysely_migration (name, timestamp) values ('0999-from-tomorrow', '2027-01-01'); drop index operation_due",
    );
    db.close();
    expect(await openStore({ file })).toMatchObject({
      ok: false,
      error: { code: 'DATA_NEWER', message: expect.stringContaining('0999-from-tomorrow') as string },
    });
    const after = new DatabaseSync(file);
    expect(after.prepare("select count(*) n from sqlite_master where name = 'operation_due'").get()).toEqual({ n: 0 });
    after.close();
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
