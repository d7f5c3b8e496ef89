import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeIn, runSql } from '../../test/store-place.ts';
import { MIGRATIONS } from '../migrations.table.ts';
import { openStore, type Store } from '../open-store.ts';
import { storeAddressOf } from '../store-address.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function migrateSuite(): void {
  let dir: string;
  let place: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'yimen-migrate-'));
    place = placeIn(dir);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  async function open(): Promise<Store> {
    const opened = await openStore(storeAddressOf(place));
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }

  describe('the schema', () => {
    it('is made once, and what was written is kept', async () => {
      const first = await open();
      await first.places.seed({ halls: [], terminals: [] });
      await first.close();
      const second = await open();
      expect((await second.reads.towns()).map((town) => town.zh)).toContain('大良街道');
      await second.close();
      const steps = await runSql(place, 'select name from kysely_migration order by name');
      expect(steps.map((row) => row['name'])).toEqual(MIGRATIONS.map((step) => step.name));
    });

    it('is brought up to date from where another program left it', async () => {
      await (await open()).close();
      const last = MIGRATIONS.at(-1)?.name ?? '';
      await runSql(place, 'drop table journal_damage', `delete from kysely_migration where name = '${last}'`);
      await (await open()).close();
      expect(await runSql(place, 'select * from journal_damage')).toEqual([]);
    });

    it('of a newer program is refused, and left as it is', async () => {
      await (await open()).close();
      const insert = `insert into kysely_migration (name, timestamp) values ('0999-from-tomorrow', '2027-01-01')`;
      await runSql(place, insert, 'drop index operation_due');
      expect(await openStore(storeAddressOf(place))).toMatchObject({
        ok: false,
        error: { code: 'DATA_NEWER', message: expect.stringContaining('0999-from-tomorrow') as string },
      });
      // The index that was dropped is still not there, else this would fail.
      await runSql(place, 'create index operation_due on operation (notified_at)');
    });
  });
}
