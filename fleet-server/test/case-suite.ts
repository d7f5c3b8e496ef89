import { createHash } from 'node:crypto';
import { partitionOf, upTopic, type UpLeaf } from '@yimen/contracts/fleet';
import { describe, expect, it } from 'vitest';
import { LedgerMaker } from './ledger-maker.ts';
import { TID, withFleetServer } from './with-fleet-server.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function caseSuite(): void {
  function up(leaf: UpLeaf): string {
    return upTopic(
      partitionOf(TID, (text) => createHash('sha256').update(text).digest('hex')),
      TID,
      leaf,
    );
  }

  function time(): { boot: string; mono: number; wall: number; srv: null } {
    return { boot: 'boot-0001', mono: 1_000, wall: Date.now(), srv: null };
  }

  function birth(linkSession: number): string {
    return JSON.stringify({
      v: 1,
      kind: 'birth',
      linkSession,
      epoch: 1,
      t: time(),
      software: { terminal: '0.1.0', image: 'dev', contract: [1] },
      services: [{ id: 'exit.endorse', release: 17 }],
      devices: [
        { module: 'cardUnit', driver: 'card-unit-creator-crt591', model: 'CRT-591', serial: 'S-1', firmware: '1.4' },
      ],
      twinVer: 0,
      lastCounter: 0,
    });
  }

  function beat(linkSession: number, n: number): string {
    return JSON.stringify({
      v: 1,
      linkSession,
      n,
      t: time(),
      state: 'degraded',
      busy: false,
      off: [{ service: 'exit.endorse', why: 'cardUnit.mediaJam' }],
      modules: [{ module: 'cardUnit', state: 'hardwareError', fault: 'mediaJam' }],
      supplies: [{ unit: 'receiptPaper', count: 40, capacity: 100, source: 'counted' }],
      outbox: { rows: 0, oldestMs: 0 },
      sys: { cpuPct: 3, memFreeMb: 900, diskFreeMb: 9000, tempC: null },
    });
  }

  describe('a terminal that serves a citizen', () => {
    it('is seen with its devices, its case is counted once, and both outlive a restart of the server', async () => {
      await withFleetServer(async ({ get, connect, restart }) => {
        const client = await connect();
        const ledger = new LedgerMaker(TID);
        ledger.wall = Date.now() - 5_000;
        ledger.add('epoch-opened', { epoch: 1, prevEpoch: null, prevHead: null, reason: 'enrolled' });
        ledger.addService();
        await client.publishAsync(up('life'), birth(1), { qos: 1, retain: true });
        await client.publishAsync(up('hb'), beat(1, 1), { qos: 0 });
        await client.publishAsync(up('ev'), ledger.batch(1, 2), { qos: 1 });
        await client.publishAsync(up('ev'), ledger.batch(1, 2), { qos: 1 });
        await expect
          .poll(async () => (await get(`/api/terminals/${TID}`)).body, { timeout: 10_000 })
          .toMatchObject({
            terminal: {
              link: 'up',
              state: 'degraded',
              stale: false,
              software: '0.1.0 (dev)',
              off: [{ why: 'cardUnit.mediaJam' }],
              modules: [{ module: 'cardUnit', state: 'hardwareError' }],
            },
          });
        const counted = {
          volumes: [{ service: 'exit.endorse', outcome: 'done', n: 1, chargedFen: 1500, produced: 1, handedOver: 1 }],
        };
        await expect.poll(async () => (await get('/api/volumes')).body, { timeout: 10_000 }).toMatchObject(counted);
        expect((await get(`/api/ledger/${TID}`)).body).toMatchObject({
          ledger: { epoch: 1, upTo: 2, stored: 2, holes: [], quarantined: 0 },
        });
        expect((await get('/api/events?kinds=service-result')).body).toMatchObject({
          events: [{ tid: TID, seq: 2, fields: { service: 'exit.endorse' } }],
        });
        await restart();
        expect((await get('/api/volumes')).body).toMatchObject(counted);
        expect((await get(`/api/terminals/${TID}`)).body).toMatchObject({ terminal: { link: 'down' } });
      });
    });
  });

  describe('a person with a one-time code', () => {
    it('gets in once, over the real store, and stays in over a restart', async () => {
      await withFleetServer(async (bench) => {
        const code = await bench.server.staff.issueSignInCode({ staffId: 'duty-1', roles: ['viewer'] });
        const post = (): Promise<Response> => {
          const base = `http://localhost:${bench.server.ports.http}`;
          const headers = {
            'content-type': 'application/json',
            origin: base,
            'sec-fetch-site': 'same-origin',
            'x-csrf': '1',
          };
          return fetch(`${base}/api/session`, { method: 'POST', headers, body: JSON.stringify({ code }) });
        };
        const first = await post();
        expect(first.status).toBe(200);
        const again = await post();
        expect(await again.json()).toMatchObject({ error: { code: 'SIGN_IN_CODE_USED' } });
        const cookie = (first.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
        const who = async (): Promise<unknown> =>
          (await fetch(`http://localhost:${bench.server.ports.http}/api/session`, { headers: { cookie } })).json();
        expect(await who()).toMatchObject({ staffId: 'duty-1', roles: ['viewer'] });
        await bench.restart();
        expect(await who()).toMatchObject({ staffId: 'duty-1', roles: ['viewer'] });
      });
    });
  });
}
