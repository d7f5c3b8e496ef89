import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { afterEach, describe, expect, it } from 'vitest';
import { createCupsIpp } from '../drivers/document-printer-cups-ipp/driver.ts';
import { ASK, pdfOf, QUEUE, requestBytes } from '../drivers/document-printer-cups-ipp/simulator-test-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { openerOf, parseWhere } from '../registry/discover.ts';
import { startBench } from './bench.ts';

const KIND = 'document-printer';
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(dataDir?: string) {
  const started = await startBench({ httpPort: 0, speed: 'fast', clock: systemClock, random, dataDir });
  if (!started.ok) throw new Error(started.error.message);
  const bench = started.value;
  ends.push(() => bench.close());
  const post = async (verb: string, body: object = {}) => {
    const url = `http://127.0.0.1:${bench.httpPort}/devices/${KIND}/${verb}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const port = bench.devices[KIND] ?? 0;
  /** One IPP request over HTTP, as any client would send it. */
  const ask = (operation: number, document?: Uint8Array) =>
    fetch(`http://127.0.0.1:${port}/ipp/print`, {
      method: 'POST',
      headers: { 'content-type': 'application/ipp' },
      body: Buffer.from(requestBytes(operation, [[1, QUEUE]], document)),
    });
  const state = () => bench.world.view().devices[KIND]?.state ?? {};
  return { bench, post, port, ask, state };
}

function driverAt(port: number) {
  const at = `ipp://127.0.0.1:${port}/ipp/print`;
  const where = parseWhere(at);
  if (!where.ok) throw new Error(where.error.message);
  const log = { debug: () => undefined };
  const open = openerOf(where.value, systemClock);
  const driver = createCupsIpp({ open, clock: systemClock, random, log, at, options: { exitSensor: true } });
  ends.push(() => driver.close());
  return driver;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

describe('the A4 printer at the bench', () => {
  it('prints for its driver over HTTP; a hand takes the sheets', async () => {
    const { post, port, state } = await start();
    const driver = driverAt(port);
    const document = pdfOf(2);
    const { signal } = new AbortController();
    const piece = { documentId: 'd', offset: 0, piece: Buffer.from(document).toString('base64'), last: true };
    expect(await driver.read('loadDocument', 1_000, piece, signal)).toMatchObject({ ok: true });
    const op: Op = { operationId: newOperationId(Date.now(), random), deadlineMs: 30_000 };
    const sha256 = createHash('sha256').update(document).digest('hex');
    const args = { documentId: 'd', sha256, pages: 2, sides: 'one', colour: 'mono' };
    expect(await driver.perform('printDocument', op, args, signal)).toMatchObject({ outcome: 'done' });
    expect(state()).toMatchObject({ printed: 2, connected: true, jobs: [{ name: op.operationId }] });
    expect(await post('take')).toMatchObject({ status: 200, json: { thing: 'printed-sheets' } });
    expect(await post('take')).toMatchObject({ status: 409 });
  });

  it('staff fill paper and toner; other things do not fit', async () => {
    const { post, state } = await start();
    for (const fault of ['F24', 'tray-out', 'toner-out'])
      expect(await post('fault', { fault })).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({ paper: 'out', toner: { black: 0 } });
    for (const thing of ['paper-a4', 'toner-cartridge'])
      expect(await post('put', { thing })).toMatchObject({ status: 200 });
    expect(state()).toMatchObject({ paper: 'ok', tray: 'in', toner: { black: 100 }, faults: [] });
    expect(await post('put', { thing: 'permit-li-na' })).toMatchObject({ status: 409 });
  });

  it('a pulled cable: nobody answers; plugged in again: on the same port', async () => {
    const { post, ask } = await start();
    await post('unplug');
    await expect(ask(ASK.printer)).rejects.toThrow();
    await post('plug');
    expect((await ask(ASK.printer)).status).toBe(200);
  });

  it('a bench that is killed comes back on the same port with paper, sheets and jobs', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-bench-printer-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    await first.ask(ASK.print, pdfOf(3));
    await until(() => first.state()['printed'] === 3);
    await first.post('fault', { fault: 'F36' });
    await first.bench.close();
    const second = await start(dataDir);
    expect(second.port).toBe(first.port);
    expect(second.state()).toMatchObject({ printed: 3, sheets: 247, waiting: 1, faults: ['F36'] });
    expect(second.state()['out']).toHaveLength(3);
  });
});
