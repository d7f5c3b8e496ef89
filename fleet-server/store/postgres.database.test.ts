import { describe, expect, it } from 'vitest';
import { usePostgres } from '../test/use-postgres.ts';
import { runSql } from '../test/store-place.ts';
import { readFleetBooks } from './fleet-books.ts';
import { MIGRATIONS } from './migrations.table.ts';
import { openStore, type Store } from './open-store.ts';
import type { NewOperation } from './operations.ts';
import { auditHash } from './staff.ts';

const server = usePostgres();
let databases = 0;
const newDatabase = (): string => {
  databases += 1;
  return server().database(`own_${databases}`);
};

async function open(postgres: string): Promise<Store> {
  const opened = await openStore({ postgres });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

const request = (operationId: string): NewOperation => ({
  operationId,
  digest: 'd',
  kind: 'payment.bill.create',
  tid: 'SD-DALIANG-01',
  state: 'asked',
  createdAt: 1,
});

/** Asks until the store answers again. */
async function answered(store: Store): Promise<void> {
  await expect.poll(async () => (await store.staff.endSession({ idHash: 'x' })).ok, { timeout: 20_000 }).toBe(true);
}

describe('opening', () => {
  it('makes the schema once, when two servers start at once', async () => {
    const url = newDatabase();
    const both = await Promise.all([open(url), open(url)]);
    await both[0].places.seed({ halls: [], terminals: [] });
    expect(await both[1].reads.towns()).toHaveLength(10);
    await Promise.all(both.map((one) => one.close()));
    const steps = await runSql(url, 'select name from kysely_migration order by name');
    expect(steps.map((row) => row['name'])).toEqual(MIGRATIONS.map((step) => step.name));
  });

  it('says why it cannot, and never the password', async () => {
    const url = newDatabase();
    const wrong = 'a-secret-that-is-wrong';
    const denied = new URL(url);
    denied.password = wrong;
    for (const [address, code] of [
      [denied.href, 'STORE_DENIED'],
      [`${url}_gone`, 'STORE_DENIED'],
      [url.replace(/127\.0\.0\.1:\d+/u, '127.0.0.1:9'), 'STORE_AWAY'],
      [url.replace(/127\.0\.0\.1:\d+/u, 'no-such-host.invalid'), 'STORE_AWAY'],
    ] as const) {
      const opened = await openStore({ postgres: address });
      expect(opened).toMatchObject({ ok: false, error: { code } });
      expect(await readFleetBooks(address)).toMatchObject({ ok: false, error: { code } });
      expect(JSON.stringify(opened)).not.toContain(wrong);
      expect(JSON.stringify(opened)).not.toContain(denied.password);
      expect(JSON.stringify(opened)).not.toContain(new URL(url).password);
    }
  });

  it('refuses a database in which texts would not be the same', async () => {
    const url = newDatabase();
    server().sql(url, "create database latin encoding 'LATIN1' locale 'C' locale_provider libc template template0");
    const latin = new URL(url);
    latin.pathname = '/latin';
    expect(await openStore({ postgres: latin.href })).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE', message: expect.stringContaining('UTF8') as string },
    });
  });

  it('reads no books of a database that is not the fleet’s', async () => {
    expect(await readFleetBooks(newDatabase())).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
  });
});

describe('two servers on one database', () => {
  it('claim an operation once, decide it once, and keep one chain of audit', async () => {
    const url = newDatabase();
    const stores = await Promise.all([open(url), open(url)]);
    const ids = Array.from({ length: 40 }, (_, i) => `op-${i}`);
    const claims = await Promise.all(
      ids.flatMap((id) => stores.map(async (store) => ({ id, done: await store.operations.claim(request(id)) }))),
    );
    const decisions = await Promise.all(
      ids.flatMap((operationId) =>
        stores.map((store, who) =>
          store.operations.change({ operationId, state: 'settled', answer: String(who), onlyIfState: 'asked' }),
        ),
      ),
    );
    expect(claims.filter(({ done }) => done.ok)).toHaveLength(80);
    for (const id of ids)
      expect(claims.filter((one) => one.id === id && one.done.ok && one.done.value.fresh)).toHaveLength(1);
    expect(decisions.filter((one) => one.ok && one.value !== undefined)).toHaveLength(40);
    const entry = {
      at: 5,
      person: 'p',
      role: 'r',
      origin: 'o',
      target: 't',
      reason: null,
      result: 'done',
      digest: null,
    };
    const numbers = await Promise.all(
      ids.flatMap((action) => stores.map((store) => store.staff.appendAudit({ ...entry, action }))),
    );
    const given = numbers.map((one) => (one.ok ? one.value.no : 0)).toSorted((a, b) => a - b);
    expect(given).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    const rows = await stores[0].staff.auditRows({ limit: 100 });
    if (!rows.ok) throw new Error(rows.error.message);
    for (const [i, { no, prevHash, hash, ...rest }] of rows.value.entries()) {
      expect(hash).toBe(auditHash(prevHash, no, rest));
      expect(rows.value[i + 1]?.hash ?? prevHash).toBe(prevHash);
    }
    await Promise.all(stores.map((store) => store.close()));
  });

  it('wait for each other’s writes no longer than the limit', async () => {
    const url = newDatabase();
    const store = await open(url);
    // A writer that holds the lock and does nothing: as one that was stopped in the middle of its transaction.
    const holding = runSql(url, 'select pg_advisory_lock(7903401)', 'select pg_sleep(6)');
    await expect
      .poll(async () => (await runSql(url, 'select count(*) as n from pg_locks where objid = 7903401'))[0]?.['n'])
      .toBe(1);
    expect(await store.operations.claim(request('op-1'))).toMatchObject({ ok: false, error: { code: 'STORE_BUSY' } });
    await holding;
    expect(await store.operations.claim(request('op-1'))).toMatchObject({ ok: true, value: { fresh: true } });
    await store.close();
  });
});

describe('a server that', () => {
  it('restarts, or crashes, is used again by itself; meanwhile each call is told', async () => {
    const store = await open(newDatabase());
    for (const how of ['fast', 'immediate'] as const) {
      expect(await store.operations.claim(request(how))).toMatchObject({ value: { fresh: true } });
      await store.staff.session({ idHash: 'x', now: 1 });
      await server().stop(how);
      const away = { ok: false, error: { code: 'STORE_AWAY' } };
      expect(await store.operations.claim(request('none'))).toMatchObject(away);
      expect(await store.operations.operation({ operationId: how })).toMatchObject(away);
      await expect(store.reads.towns()).rejects.toMatchObject({ code: 'STORE_AWAY' });
      await server().start();
      await answered(store);
      expect(await store.operations.claim(request(how))).toMatchObject({ value: { fresh: false } });
      expect(await store.operations.operation({ operationId: 'none' })).toEqual({ ok: true, value: undefined });
    }
    await store.close();
  });

  it('stands still for a moment answers late; for longer, it keeps nobody waiting, and is used again afterwards', async () => {
    const store = await open(newDatabase());
    await store.operations.claim(request('before'));
    server().pause();
    const late = store.operations.claim(request('late'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    server().resume();
    expect(await late).toMatchObject({ ok: true, value: { fresh: true } });

    server().pause();
    const began = performance.now();
    const waiting = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => store.operations.claim(request(id)));
    const reading = store.operations.operation({ operationId: 'before' });
    const told = await Promise.all([...waiting, reading]);
    const tookMs = performance.now() - began;
    server().resume();
    for (const one of told) expect(one).toMatchObject({ ok: false, error: { code: 'STORE_AWAY' } });
    // One answer that did not come (8 s), one connection that was not taken (3 s); the others hear it at once.
    expect(tookMs).toBeLessThan(14_000);
    await answered(store);
    for (const id of ['late', 'a', 'b']) await store.operations.claim(request(id));
    expect(await store.operations.openOperations({ limit: 10 })).toMatchObject({
      value: [{ operationId: 'a' }, { operationId: 'b' }, { operationId: 'before' }, { operationId: 'late' }],
    });
    await store.close();
  });
});
