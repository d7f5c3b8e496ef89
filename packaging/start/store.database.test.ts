import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '@yimen/fleet-server/testing/postgres';
import { openStoreRig } from '@yimen/fleet-server/testing/store-rig';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBooks } from '../fleet/read-books.ts';

const server = usePostgres();
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-start-store-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function start(store: string): { status: number | null; last: string; all: string } {
  const program = join(import.meta.dirname, 'start.mjs');
  const args = [program, '--json', '--port-base', '17300', '--data', join(dir, 'data'), '--store', store];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
  return { status: ran.status, last: ran.stderr.trimEnd().split('\n').at(-1) ?? '', all: ran.stdout + ran.stderr };
}

describe('npm start with a database', () => {
  it('that cannot be reached, or does not let it in, ends with a sentence, status 1, and no password', () => {
    const url = new URL(server().database('start_1'));
    const { password } = url;
    const shown = `postgres://${url.username}@${url.host}${url.pathname}`;
    url.password = 'a-secret-that-is-wrong';
    const denied = start(url.href);
    expect(denied).toMatchObject({
      status: 1,
      last: expect.stringMatching(/^--store postgres:.*password authentication failed.*\[STORE_DENIED\]$/u) as string,
    });
    expect(denied.last).toContain(shown);
    url.port = '9';
    const away = start(url.href);
    expect(away).toMatchObject({
      status: 1,
      last: expect.stringMatching(/does not answer.*\[STORE_AWAY\]$/u) as string,
    });
    for (const { all } of [denied, away]) {
      expect(all).not.toContain(url.password);
      expect(all).not.toContain(password);
    }
  });
});

describe('npm run fleet -- reconcile', () => {
  it('reads the fleet’s books from the database', async () => {
    const rig = await openStoreRig(['SD-DALIANG-01']);
    const read = await readBooks({ journals: [], fleet: rig.place, provider: join(dir, 'none') }, 0);
    await rig.close();
    // The fleet's book is read before the provider's: that is the one that is missing.
    expect(read).toMatchObject({ ok: false, error: { message: expect.stringContaining(join(dir, 'none')) as string } });
    const gone = await readBooks({ journals: [], fleet: `${rig.place}_gone`, provider: join(dir, 'none') }, 0);
    expect(gone).toMatchObject({
      ok: false,
      error: { code: 'STORE_DENIED', message: expect.stringMatching(/^postgres:\/\/yimen@.*_gone: /u) as string },
    });
  });
});
