import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createSaneScanner } from '../drivers/document-scanner-sane-any/driver.ts';
import { systemClock } from '../host/system-clock.ts';
import { openerOf, parseWhere } from '../registry/discover.ts';
import { startBench } from './bench.ts';
import { ORIGINAL_THINGS } from './original-things.table.ts';

const KIND = 'document-scanner';
const WISH = { source: 'feeder', pages: 3, dpi: 150, mode: 'grey' };
const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const lease = new AbortController().signal;
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
  const state = () => bench.world.view().devices[KIND]?.state ?? {};
  return { bench, post, state, port: bench.devices[KIND] ?? 0 };
}

/** The driver as the registry would make it for this bench: the carrier's bytes over TCP. */
function driverAt(port: number) {
  const at = `tcp:127.0.0.1:${port}`;
  const where = parseWhere(at);
  if (!where.ok) throw new Error(where.error.message);
  const log = { debug: () => undefined };
  const driver = createSaneScanner({
    open: openerOf(where.value, systemClock),
    clock: systemClock,
    random,
    log,
    at,
    options: {},
  });
  ends.push(() => driver.close());
  return driver;
}

describe('the document scanner at the bench', () => {
  it('scans for its driver over TCP, page by page; a hand takes the originals', async () => {
    const { post, port, state } = await start();
    const driver = driverAt(port);
    expect(await driver.describe()).toMatchObject({ ok: true, value: { model: 'Yimen D1', serial: '000048' } });
    expect(await post('put', { thing: 'form-3-pages' })).toMatchObject({ status: 200 });
    const scanned = await driver.read('scan', 60_000, WISH, lease);
    if (!scanned.ok) throw new Error(scanned.error.message);
    const { scanId, pages } = scanned.value as { scanId: string; pages: { sha256: string; width: number }[] };
    expect(pages.map(({ width }) => width)).toEqual([1_240, 1_240, 1_240]);
    expect(new Set(pages.map(({ sha256 }) => sha256)).size).toBe(3);
    const piece = await driver.read('readPage', 5_000, { scanId, page: 2, offset: 0 }, lease);
    const bytes = Buffer.from(piece.ok ? (piece.value as { piece: string }).piece : '', 'base64');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(pages[2]?.sha256);
    expect(state()).toMatchObject({ scanned: 3, kept: 0, inFeeder: [] });
    expect(await post('take')).toMatchObject({ status: 200, json: { thing: 'form-3-pages' } });
    expect(await post('take')).toMatchObject({ status: 409 });
  });

  it('takes every original that the bench offers, and nothing else', async () => {
    const { post } = await start();
    for (const { thing } of ORIGINAL_THINGS) {
      expect(await post('put', { thing }), thing).toMatchObject({ status: 200 });
      expect(await post('take'), thing).toMatchObject({ status: 200, json: { thing } });
    }
    expect(await post('put', { thing: 'paper-a4' })).toMatchObject({ status: 409 });
  });

  it('F48: two sheets at once; taken out and laid in again the set comes whole', async () => {
    const { post, port, state } = await start();
    const driver = driverAt(port);
    await post('put', { thing: 'form-3-pages' });
    await post('fault', { fault: 'F48' });
    expect(await driver.read('scan', 60_000, WISH, lease)).toMatchObject({ error: { code: 'doubleDetect' } });
    expect(state()).toMatchObject({ double: true, faults: ['F48'], kept: 0 });
    await post('clear');
    await post('take');
    await post('put', { thing: 'form-3-pages' });
    expect(await driver.read('scan', 60_000, WISH, lease)).toMatchObject({ ok: true });
  });

  it('a bench that is killed comes back on the same port with its sheets, and keeps no page', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'yimen-bench-scanner-'));
    ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const first = await start(dataDir);
    await first.post('put', { thing: 'form-3-pages' });
    await first.post('put', { thing: 'id-copy' });
    const driver = driverAt(first.port);
    expect(await driver.read('scan', 60_000, { ...WISH, pages: 1 }, lease)).toMatchObject({ ok: true });
    await first.bench.close();
    const kept = JSON.parse(readFileSync(join(dataDir, 'bench-state.json'), 'utf8')) as {
      devices: Record<string, unknown>;
    };
    expect(JSON.stringify(kept.devices[KIND]).length).toBeLessThan(1_000);
    const second = await start(dataDir);
    expect(second.port).toBe(first.port);
    expect(second.state()).toMatchObject({
      onGlass: 'id-copy',
      inFeeder: ['form-3-pages 2', 'form-3-pages 3'],
      outSheets: ['form-3-pages 1'],
      scanned: 1,
    });
    // The first question may still go to the line that was lost.
    const asked = [await driver.status(0), await driver.status(0)];
    expect(asked.at(-1)).toMatchObject({ device: 'online' });
    expect(await driver.read('scan', 60_000, { ...WISH, pages: 2 }, lease)).toMatchObject({ ok: true });
  });
});
