import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, PEOPLE } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createIcao9303 } from '../drivers/travel-document-icao-9303/driver.ts';
import { openTcp } from '../transport/tcp-channel.ts';
import { BENCH_LIMITS } from './bench-limits.table.ts';
import type { BenchDevice } from './bench-world.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { startBench, type Bench, type BenchOptions } from './bench.ts';
import { seededRandom } from './contract-bench.ts';
import { runUntil } from './run-until.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-bench-'));
  ends.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function start(options: Partial<BenchOptions> = {}) {
  const clock = new ManualClock();
  const started = await startBench({ httpPort: 0, speed: 'fast', clock, random: seededRandom(2), ...options });
  if (!started.ok) throw new Error(started.error.message);
  const bench: Bench = started.value;
  ends.push(() => bench.close());
  return { bench, clock, ...client(bench.httpPort) };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly csp: string;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Asks with bare node:http, so that Host and Origin can be anything. */
function client(port: number) {
  const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const type = response.headers['content-type'] ?? '';
          const json = type.startsWith('application/json') ? JSON.parse(text) : {};
          resolve({
            status: response.statusCode ?? 0,
            type,
            csp: String(response.headers['content-security-policy']),
            text,
            json,
          });
        });
      });
      asking.on('error', reject);
      asking.end(body);
    });
  return {
    ask,
    get: (path: string) => ask('GET', path),
    post: (kind: string, verb: string, body: unknown = {}) =>
      ask('POST', `/devices/${kind}/${verb}`, JSON.stringify(body)),
  };
}

describe('hands', () => {
  it('puts a card in and takes it out', async () => {
    const { post, get } = await start();
    expect(await post('card-unit', 'put', { thing: 'permit-li-na' })).toMatchObject({
      status: 200,
      json: { thing: 'permit-li-na' },
    });
    expect((await get('/state')).json).toMatchObject({
      card: { thing: 'permit-li-na', place: 'gate', endorsementCounter: 1 },
    });
    expect(await post('card-unit', 'put', { thing: 'permit-child' })).toMatchObject({
      status: 409,
      json: { error: { code: 'not-possible' } },
    });
    expect(await post('card-unit', 'take')).toMatchObject({ status: 200, json: { thing: 'permit-li-na' } });
    expect(await post('card-unit', 'take')).toMatchObject({ status: 409 });
  });

  it('a reversed card is reversed until it has come back once; other faults stay', async () => {
    const { post, bench } = await start();
    const faults = (): unknown => bench.world.devices.get('card-unit')?.device.state()['faults'];
    await post('card-unit', 'fault', { fault: 'F06' });
    await post('card-unit', 'put', { thing: 'permit-reversed' });
    expect(faults()).toEqual(['F06', 'F07']);
    await post('card-unit', 'take');
    expect(faults()).toEqual(['F06']);
    await post('card-unit', 'put', { thing: 'permit-reversed' });
    expect(faults()).toEqual(['F06']);
  });

  it('a swallowed card is gone until somebody opens the unit', async () => {
    const { post, bench, get } = await start();
    await post('card-unit', 'put', { thing: 'permit-li-na' });
    bench.world.path.move('bin');
    expect((await get('/state')).json).toMatchObject({ card: null, bin: ['permit-li-na'] });
    expect(await post('card-unit', 'put', { thing: 'permit-li-na' })).toMatchObject({
      status: 409,
      json: { error: { field: 'thing' } },
    });
    await post('card-unit', 'clear');
    expect(await post('card-unit', 'put', { thing: 'permit-li-na' })).toMatchObject({ status: 200 });
  });

  it('faults by the matrix’s id and by the device’s own word; clear ends them', async () => {
    const { post, get } = await start();
    expect(await post('card-unit', 'fault', { fault: 'F01' })).toMatchObject({ status: 200 });
    expect(await post('travel-document', 'fault', { fault: 'wrong-mac' })).toMatchObject({ status: 200 });
    expect((await get('/state')).json).toMatchObject({
      devices: { 'card-unit': { state: { faults: ['F01'] } }, 'travel-document': { state: { faults: ['wrong-mac'] } } },
    });
    await post('card-unit', 'clear');
    expect((await get('/state')).json).toMatchObject({ devices: { 'card-unit': { state: { faults: [] } } } });
  });

  it('unplug and plug', async () => {
    const { post, get } = await start();
    await post('travel-document', 'unplug');
    expect((await get('/state')).json).toMatchObject({ devices: { 'travel-document': { state: { plugged: false } } } });
    await post('travel-document', 'plug');
    expect((await get('/state')).json).toMatchObject({ devices: { 'travel-document': { state: { plugged: true } } } });
  });
});

describe('a driver on a bench port', () => {
  it('reads the card that a hand put in, once the card is at the read position', async () => {
    const { bench, clock, post } = await start();
    const port = bench.devices['travel-document'] ?? 0;
    const open = openTcp({ host: '127.0.0.1', port }, { clock });
    const driver = createIcao9303({
      open,
      clock,
      random: seededRandom(3),
      log: { debug: () => undefined },
      at: 'tcp',
      options: {},
    });
    ends.push(() => driver.close());
    const args = { access: { documentNumber: 'C50000011', birth: '900412', expiry: '350610' } };
    const read = () => driver.read('readDocument', 20_000, args, new AbortController().signal);
    await post('card-unit', 'put', { thing: 'permit-li-na' });
    expect(await read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    bench.world.path.move('readPosition');
    expect(await read()).toMatchObject({ ok: true, value: { name: 'LI<<NA' } });
  });
});

describe('bad input names its field', () => {
  it.each([
    ['POST', '/devices/no-such/put', '{"thing":"permit-li-na"}', 404, 'KIND'],
    ['POST', '/devices/__proto__/clear', '{}', 404, 'KIND'],
    ['POST', '/devices/card-unit/put', '{"thing":"no-such"}', 400, 'thing'],
    ['POST', '/devices/card-unit/put', '{"thing":7}', 400, 'thing'],
    ['POST', '/devices/card-unit/put', '{}', 400, 'thing'],
    ['POST', '/devices/card-unit/put', '{"thing":"permit-li-na","more":1}', 400, 'more'],
    ['POST', '/devices/card-unit/put', '[]', 400, '(body)'],
    ['POST', '/devices/card-unit/put', '{', 400, '(body)'],
    ['POST', '/devices/card-unit/put', '{"thing":"phone-alipay"}', 409, 'thing'],
    ['POST', '/devices/travel-document/put', '{"thing":"permit-li-na"}', 409, 'thing'],
    ['POST', '/devices/card-unit/fault', '{"fault":"F24"}', 400, 'fault'],
    ['POST', '/devices/card-unit/put', 'x'.repeat(BENCH_LIMITS.bodyBytes + 1), 413, '(body)'],
    ['POST', '/devices/card-unit/dance', '{}', 404, undefined],
    ['POST', '/devices/card-unit/toString', '{}', 404, undefined],
    ['POST', '/', '{}', 404, undefined],
    ['GET', '/devices/card-unit/put', '', 404, undefined],
    ['GET', '/../bench.ts', '', 404, undefined],
    ['GET', '/faces/nobody.jpg', '', 404, undefined],
    ['DELETE', '/state', '', 405, undefined],
  ])('%s %s %.40s → %i', async (method, path, body, status, field) => {
    const { ask } = await start();
    const answer = await ask(method, path, body === '' ? undefined : body);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
    expect((answer.json as { error?: { field?: string } }).error?.field).toBe(field);
  });

  it('an unknown fault is told what the device offers', async () => {
    const { post } = await start();
    const { json } = await post('travel-document', 'fault', { fault: 'F24' });
    expect((json as { error: { message: string } }).error.message).toMatch(/F08, F09, F12.*wrong-mac/);
  });
});

describe('who may ask', () => {
  it.each([
    [{ host: 'bench.example' }],
    [{ host: '127.0.0.1:1' }],
    [{ origin: 'http://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:1' }],
  ])('refuses %j and does nothing', async (headers) => {
    const { ask, get } = await start();
    expect(await ask('POST', '/devices/card-unit/put', '{"thing":"permit-li-na"}', headers)).toMatchObject({
      status: 403,
    });
    expect((await get('/state')).json).toMatchObject({ card: null });
  });

  it('lets its own page ask', async () => {
    const { ask, bench } = await start();
    for (const name of ['127.0.0.1', 'localhost']) {
      const headers = { host: `${name}:${bench.httpPort}`, origin: `http://${name}:${bench.httpPort}` };
      expect(await ask('POST', '/devices/card-unit/clear', '{}', headers)).toMatchObject({ status: 200 });
    }
  });
});

describe('what it shows', () => {
  it('lists things and people, and serves the page under a strict policy', async () => {
    const { get } = await start();
    const things = (await get('/things')).json as { things?: { thing: string }[]; people?: unknown[] };
    expect(things.things?.map(({ thing }) => thing)).toEqual(
      expect.arrayContaining(['permit-li-na', 'permit-reversed', 'phone-alipay', 'bank-card']),
    );
    expect(things.people).toHaveLength(PEOPLE.length);
    // Every script of the page, or it draws nothing.
    const scripts = readdirSync(join(import.meta.dirname, 'bench-page')).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(10);
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/bench.css', 'text/css'],
      ...scripts.map((name) => [`/${name}`, 'text/javascript'] as const),
      ['/icon.svg', 'image/svg+xml'],
      ['/faces/permit-li-na.jpg', 'image/jpeg'],
    ] as const) {
      const answer = await get(path);
      expect(answer, path).toMatchObject({ status: 200 });
      expect(answer.type).toContain(type);
      expect(answer.csp).toContain("default-src 'none'");
    }
  });

  it('tells followers the state at once and then each change, gathered', async () => {
    const { bench, clock, post } = await start();
    const seen: string[] = [];
    const following = request(
      { host: '127.0.0.1', port: bench.httpPort, path: '/events', agent: false },
      (response) => {
        response.setEncoding('utf8').on('data', (text: string) => seen.push(text));
      },
    );
    following.on('error', () => undefined);
    following.end();
    const until = async (count: number): Promise<void> => {
      while (seen.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    await until(1);
    expect(JSON.parse(seen[0]?.slice(6) ?? '')).toMatchObject({ card: null });
    await post('card-unit', 'put', { thing: 'permit-li-na' });
    await post('card-unit', 'fault', { fault: 'F01' });
    await clock.advance(BENCH_LIMITS.gatherMs);
    await until(2);
    expect(JSON.parse(seen[1]?.slice(6) ?? '')).toMatchObject({
      card: { place: 'gate' },
      devices: { 'card-unit': { state: { faults: ['F01'] } } },
    });
    await clock.advance(BENCH_LIMITS.heartbeatMs);
    await until(3);
    expect(seen).toHaveLength(3);
    expect(seen[2]).toBe(': still here\n\n');
    following.destroy();
  });
});

/** A payment terminal that only a hand meets: what was paid is its memory. */
function fakePaymentTerminal(): BenchDevice {
  let charges: string[] = [];
  let tell: () => void = () => undefined;
  const device: SimulatedDevice = {
    id: 'payment-terminal-fake',
    kind: 'payment-terminal',
    faults: [],
    attach: (channel) => void channel.close(),
    put: (thing) => {
      charges = [...charges, thing];
      tell();
      return { ok: true, value: undefined };
    },
    take: () => ({ ok: false, error: 'nothing to take' }),
    fault: () => ({ ok: false, error: 'no faults' }),
    clear: () => undefined,
    unplug: () => undefined,
    plug: () => undefined,
    state: () => ({ charges }),
    onChange: (fn) => {
      tell = fn;
      return () => undefined;
    },
  };
  return { device, memory: { save: () => charges, restore: (kept) => void (charges = kept as string[]) } };
}

describe('a bench that was killed', () => {
  it('comes back on the same ports with the same cards in the same places', async () => {
    const dataDir = tempDir();
    const first = await start({ dataDir });
    await first.post('card-unit', 'put', { thing: 'permit-child' });
    first.bench.world.path.move('bin');
    await first.post('card-unit', 'put', { thing: 'permit-li-na' });
    const card = first.bench.world.path.card;
    if (card === undefined) throw new Error('no card');
    card.endorsementCounter = 9;
    card.panel = ['HKG L'];
    first.bench.world.path.move('printer');
    const before = (await first.get('/state')).json;
    await first.bench.close();
    const second = await start({ dataDir });
    expect(second.bench.devices).toEqual(first.bench.devices);
    const after = (await second.get('/state')).json;
    expect(after).toMatchObject({
      card: { thing: 'permit-li-na', place: 'printer', endorsementCounter: 9, panel: ['HKG L'] },
      bin: ['permit-child'],
      devices: { 'card-unit': { state: { binCount: 1 } } },
    });
    expect(before).toMatchObject({ card: { place: 'printer' } });
  });

  it('gives a device back what it keeps in mind: money that was paid', async () => {
    const dataDir = tempDir();
    const createDevices = () => [fakePaymentTerminal()];
    const first = await start({ dataDir, createDevices });
    await first.post('payment-terminal', 'put', { thing: 'phone-alipay' });
    await first.bench.close();
    const second = await start({ dataDir, createDevices });
    expect((await second.get('/state')).json).toMatchObject({
      devices: { 'payment-terminal': { state: { charges: ['phone-alipay'] } } },
    });
  });

  it('takes other ports when its own are somebody else’s, and refuses a port that was asked for', async () => {
    const dataDir = tempDir();
    const first = await start({ dataDir });
    const second = await start({ dataDir });
    expect(second.bench.devices['card-unit']).not.toBe(first.bench.devices['card-unit']);
    const third = await startBench({
      httpPort: 0,
      ports: { 'card-unit': first.bench.devices['card-unit'] ?? 0 },
      speed: 'fast',
      clock: new ManualClock(),
      random: seededRandom(1),
    });
    expect(third).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
    const fourth = await startBench({
      httpPort: first.bench.httpPort,
      speed: 'fast',
      clock: new ManualClock(),
      random: seededRandom(1),
    });
    expect(fourth).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
  });

  it('sets a file aside that it cannot read, and begins anew', async () => {
    const dataDir = tempDir();
    const file = join(dataDir, 'bench-state.json');
    for (const text of ['{', '{"version":2}', 'x'.repeat(300_000)]) {
      writeFileSync(file, text);
      const { bench } = await start({ dataDir });
      expect(bench.world.path.card).toBeUndefined();
      expect(readFileSync(`${file}.unreadable`, 'utf8')).toBe(text);
      expect(existsSync(file)).toBe(true);
      await bench.close();
    }
  });

  it('closes twice without harm', async () => {
    const { bench, clock } = await start();
    await runUntil(clock, bench.close());
    await runUntil(clock, bench.close());
  });
});
